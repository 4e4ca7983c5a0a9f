package kube

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilrand "k8s.io/apimachinery/pkg/util/rand"
)

func dataIs(key, value string) Predicate {
	return func(live *unstructured.Unstructured) (bool, string, error) {
		found, _, err := unstructured.NestedString(live.Object, "data", key)
		return found == value, fmt.Sprintf("data.%s is %q", key, found), err
	}
}

func TestWaitForWhatHolds(t *testing.T) {
	t.Parallel()
	client := testClient(t, func(http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("unexpected request %s", req.URL.Path)
		})
	})
	if _, err := client.Wait(testContext(t), configMap("any", "any", map[string]any{"a": "1"}), dataIs("a", "1")); err != nil {
		t.Error(err)
	}
}

func TestWaitSeesAChange(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	live := mustCreate(t, client, configMap(testNamespace(t, client), "changing", map[string]any{"a": "1"}))
	changed := make(chan error, 1)
	// The change is made only once the wait has looked in vain.
	ready := func(seen *unstructured.Unstructured) (bool, string, error) {
		if seen.GetResourceVersion() == live.GetResourceVersion() && len(changed) == 0 {
			_, err := client.Apply(ctx, configMap(live.GetNamespace(), "changing", map[string]any{"a": "2"}), ApplyOptions{FieldManager: testManager})
			changed <- err
		}
		return dataIs("a", "2")(seen)
	}
	seen, err := client.Wait(ctx, live, ready)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-changed; err != nil {
		t.Fatal(err)
	}
	if seen.GetResourceVersion() == live.GetResourceVersion() {
		t.Error("the wait returned the old object")
	}
}

// A watch that may not be resumed, for its version is compacted or made up, is
// begun anew from a fresh read.
func TestWaitFromAnOldVersion(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	wanted := configMap(testNamespace(t, client), "old", map[string]any{"a": "1"})
	old := mustCreate(t, client, wanted)
	if _, err := client.Apply(ctx, configMap(wanted.GetNamespace(), "old", map[string]any{"a": "2"}), ApplyOptions{FieldManager: testManager}); err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"1", "not-a-version"} {
		stale := old.DeepCopy()
		stale.SetResourceVersion(version)
		bounded, cancel := context.WithTimeout(ctx, 20*time.Second)
		if _, err := client.Wait(bounded, stale, dataIs("a", "2")); err != nil {
			t.Errorf("version %s: %v", version, err)
		}
		cancel()
	}
}

func TestWaitTimeoutSaysWhy(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	live := mustCreate(t, client, configMap(testNamespace(t, client), "never", map[string]any{"a": "1"}))
	recordEvent(t, client, live, "Warning", "KEDAScalerFailed", "AccessDenied: sqs:GetQueueAttributes", time.Now())
	recordEvent(t, client, live, "Normal", "Fine", "nothing wrong", time.Now())
	recordEvent(t, client, live, "Warning", "Ancient", "long ago", time.Now().Add(-time.Hour))
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := client.Wait(ctx, live, dataIs("a", "2"))
	var timeout *WaitError
	if !errors.As(err, &timeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want a *WaitError over a deadline", err)
	}
	if Classify(err) != TimedOut {
		t.Errorf("reason %s", Classify(err))
	}
	mustContain(t, err.Error(), `ConfigMap "`, `data.a is "1"`, "KEDAScalerFailed", "AccessDenied")
	for _, unwanted := range []string{"Ancient", "Fine"} {
		if strings.Contains(err.Error(), unwanted) {
			t.Errorf("%q is in %q", unwanted, err)
		}
	}
}

func TestWaitEndsWhenTheObjectIsDeleted(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	live := mustCreate(t, client, configMap(testNamespace(t, client), "deleted", map[string]any{"a": "1"}))
	_, err := client.Wait(ctx, live, func(seen *unstructured.Unstructured) (bool, string, error) {
		_, err := client.Delete(ctx, RefOf(seen), DeleteOptions{UID: seen.GetUID()})
		return false, "", err
	})
	if _, ok := errors.AsType[*GoneError](err); !ok {
		t.Errorf("got %v, want a *GoneError", err)
	}
}

func TestWaitEndsWithThePredicate(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	hopeless := errors.New("hopeless")
	_, err := client.Wait(testContext(t), configMap("any", "any", nil), func(*unstructured.Unstructured) (bool, string, error) {
		return false, "", hopeless
	})
	if !errors.Is(err, hopeless) {
		t.Errorf("got %v", err)
	}
}

// An identity that may read but not watch waits all the same.
func TestWaitWithoutWatch(t *testing.T) {
	t.Parallel()
	client := testClient(t, func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.URL.Query().Get("watch") == "true" {
				return answer(req, http.StatusForbidden, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403}`), nil
			}
			return next.RoundTrip(req)
		})
	})
	ctx := testContext(t)
	wanted := configMap(testNamespace(t, client), "polled", map[string]any{"a": "1"})
	old := mustCreate(t, client, wanted)
	if _, err := client.Apply(ctx, configMap(wanted.GetNamespace(), "polled", map[string]any{"a": "2"}), ApplyOptions{FieldManager: testManager}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Wait(ctx, old, dataIs("a", "2")); err != nil {
		t.Error(err)
	}
}

func recordEvent(t *testing.T, client *Client, about *unstructured.Unstructured, kind, reason, message string, at time.Time) {
	t.Helper()
	stamp := at.UTC().Format(time.RFC3339)
	mustCreate(t, client, object("v1", "Event", about.GetNamespace(), "event-"+utilrand.String(8), map[string]any{
		"type": kind, "reason": reason, "message": message, "firstTimestamp": stamp, "lastTimestamp": stamp, "count": int64(3),
		"involvedObject": map[string]any{
			"apiVersion": about.GetAPIVersion(), "kind": about.GetKind(), "name": about.GetName(),
			"namespace": about.GetNamespace(), "uid": string(about.GetUID()),
		},
	}))
}
