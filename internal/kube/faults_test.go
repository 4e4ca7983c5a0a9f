package kube

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func answer(req *http.Request, code int, body string) *http.Response {
	return &http.Response{
		StatusCode: code, Request: req, ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(strings.NewReader(body)),
	}
}

// faults are what can happen to one request. Those named "lost" happen after
// the API server did what it was asked.
var faults = map[string]func(http.RoundTripper, *http.Request) (*http.Response, error){
	"reset": func(http.RoundTripper, *http.Request) (*http.Response, error) { return nil, syscall.ECONNRESET },
	"lost": func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		_ = resp.Body.Close()
		return nil, syscall.ECONNRESET
	},
	"500": func(_ http.RoundTripper, req *http.Request) (*http.Response, error) {
		return answer(req, 500, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"InternalError","message":"etcdserver: leader changed","code":500}`), nil
	},
	"lost 504": func(next http.RoundTripper, req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		_ = resp.Body.Close()
		return answer(req, 504, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Timeout","code":504}`), nil
	},
	"429": func(_ http.RoundTripper, req *http.Request) (*http.Response, error) {
		return answer(req, 429, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"TooManyRequests","code":429}`), nil
	},
	"webhook": func(_ http.RoundTripper, req *http.Request) (*http.Response, error) {
		return answer(req, 500, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"InternalError","message":"Internal error occurred: failed calling webhook \"w\": no endpoints available","code":500}`), nil
	},
}

// breakAt passes every request on but the n-th, counted from 1.
func breakAt(n int32, fault func(http.RoundTripper, *http.Request) (*http.Response, error), count *atomic.Int32) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			if count.Add(1) == n {
				return fault(next, req)
			}
			return next.RoundTrip(req)
		})
	}
}

// life makes, waits for, updates and deletes one object.
func life(t *testing.T, client *Client, namespace string) error {
	t.Helper()
	ctx := testContext(t)
	wanted := configMap(namespace, "life", map[string]any{"a": "1"})
	options := ApplyOptions{FieldManager: testManager}
	made, err := client.Create(ctx, wanted, options)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	changed := configMap(namespace, "life", map[string]any{"a": "2"})
	options.UID = made.Object.GetUID()
	if _, err := client.Apply(ctx, changed, options); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	// The wait begins at the old state, so it has to watch.
	live, err := client.Wait(ctx, made.Object, dataIs("a", "2"))
	if err != nil {
		return fmt.Errorf("wait: %w", err)
	}
	if live.GetUID() != made.Object.GetUID() {
		return fmt.Errorf("made twice: UID %s, then %s", made.Object.GetUID(), live.GetUID())
	}
	if _, err := client.Delete(ctx, RefOf(wanted), DeleteOptions{UID: made.Object.GetUID()}); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	if live, err := client.Get(ctx, RefOf(wanted)); !IsGone(err) {
		return fmt.Errorf("left behind: %v, %w", live, err)
	}
	return nil
}

// One failure at any one request never shows.
func TestLifeSurvivesAFaultAtAnyCall(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	namespace := testNamespace(t, testClient(t, nil))
	if err := life(t, testClient(t, breakAt(-1, nil, &calls)), namespace); err != nil {
		t.Fatal(err)
	}
	if calls.Load() < 5 {
		t.Fatalf("only %d calls were seen", calls.Load())
	}
	for name, fault := range faults {
		for n := int32(1); n <= calls.Load(); n++ {
			t.Run(fmt.Sprintf("%s at %d", name, n), func(t *testing.T) {
				t.Parallel()
				var count atomic.Int32
				own := testNamespace(t, testClient(t, nil))
				if err := life(t, testClient(t, breakAt(n, fault, &count)), own); err != nil {
					t.Error(err)
				}
				if count.Load() < n {
					t.Errorf("only %d calls were made, so nothing was injected", count.Load())
				}
			})
		}
	}
}

// A run that ends at any call, with or without the call's effect, converges
// when it is made again from nothing, with one object.
func TestInterruptedCreateConverges(t *testing.T) {
	t.Parallel()
	for _, delivered := range []bool{false, true} {
		for n := int32(1); n <= 2; n++ {
			t.Run(fmt.Sprintf("delivered %v at %d", delivered, n), func(t *testing.T) {
				t.Parallel()
				namespace := testNamespace(t, testClient(t, nil))
				var count atomic.Int32
				dead := func(next http.RoundTripper) http.RoundTripper {
					return roundTripper(func(req *http.Request) (*http.Response, error) {
						if count.Add(1) >= n {
							if delivered && count.Load() == n {
								if resp, err := next.RoundTrip(req); err == nil {
									_ = resp.Body.Close()
								}
							}
							return nil, fmt.Errorf("killed")
						}
						return next.RoundTrip(req)
					})
				}
				wanted := configMap(namespace, "killed", map[string]any{"a": "1"})
				options := ApplyOptions{FieldManager: testManager}
				interrupted, cancel := boundedTo(t, 1)
				_, err := testClient(t, dead).Create(interrupted, wanted, options)
				cancel()
				if err == nil {
					t.Fatal("the first run was not interrupted")
				}
				again, err := testClient(t, nil).Create(testContext(t), wanted, options)
				if err != nil {
					t.Fatal(err)
				}
				// Call 1 is discovery, call 2 the apply.
				if reached := delivered && n == 2; again.Adopted != reached {
					t.Errorf("adopted %v, want %v", again.Adopted, reached)
				}
				data, _, _ := unstructured.NestedStringMap(again.Object.Object, "data")
				if data["a"] != "1" {
					t.Errorf("data %v", data)
				}
			})
		}
	}
}
