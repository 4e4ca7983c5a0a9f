package kube

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"syscall"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func status(code int32, reason metav1.StatusReason, message string, details *metav1.StatusDetails) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: code, Reason: reason, Message: message, Details: details,
	}}
}

func TestClassify(t *testing.T) {
	t.Parallel()
	resource := schema.GroupResource{Resource: "things"}
	over := func(err error) error { return &url.Error{Op: "Get", URL: "https://10.0.0.1:6443/api?x=y", Err: err} }
	for _, test := range []struct {
		err  error
		want Reason
	}{
		{&ConfigError{Reason: "x"}, Misconfigured},
		{over(syscall.ECONNREFUSED), Unreachable},
		{over(syscall.ECONNRESET), Unreachable},
		{over(&net.DNSError{Name: "nowhere", IsNotFound: true}), Unreachable},
		{over(x509.UnknownAuthorityError{}), Untrusted},
		{over(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"}), Untrusted},
		{over(context.DeadlineExceeded), TimedOut},
		{over(context.Canceled), Canceled},
		{apierrors.NewUnauthorized("no"), Unauthorized},
		{apierrors.NewForbidden(resource, "x", errors.New("no")), Forbidden},
		{apierrors.NewNotFound(resource, "x"), NotFound},
		{&KindNotInstalledError{Err: apierrors.NewNotFound(resource, "x")}, KindNotInstalled},
		{apierrors.NewAlreadyExists(resource, "x"), AlreadyExists},
		{apierrors.NewConflict(resource, "x", errors.New("no")), Conflict},
		{apierrors.NewInvalid(schema.GroupKind{}, "x", nil), Invalid},
		{apierrors.NewBadRequest("no"), Invalid},
		{status(403, metav1.StatusReasonForbidden, `admission webhook "w" denied the request: no`, nil), WebhookDenied},
		{status(422, metav1.StatusReasonInvalid, `things "x" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`, nil), WebhookDenied},
		{apierrors.NewInternalError(errors.New(`failed calling webhook "w": no endpoints`)), WebhookUnavailable},
		{apierrors.NewTooManyRequests("slow down", 1), Throttled},
		{apierrors.NewServerTimeout(resource, "get", 1), TimedOut},
		{apierrors.NewInternalError(errors.New("etcdserver: leader changed")), ServerError},
		{status(503, metav1.StatusReasonServiceUnavailable, "starting", nil), ServerError},
		{&WaitError{Cause: context.DeadlineExceeded}, TimedOut},
		{&DeleteError{Cause: context.Canceled}, Canceled},
		{&InterruptedError{Cause: context.DeadlineExceeded, Last: over(syscall.ECONNREFUSED)}, Unreachable},
		{errors.New("what"), Unknown},
	} {
		for _, err := range []error{test.err, fmt.Errorf("wrapped: %w", test.err)} {
			if got := Classify(err); got != test.want {
				t.Errorf("%v: %s, want %s", err, got, test.want)
			}
			if summary, detail := Describe(err); summary == "" || strings.TrimSpace(detail) == "" {
				t.Errorf("%v: summary %q, detail %q", err, summary, detail)
			}
		}
	}
}

func TestDescribeWords(t *testing.T) {
	t.Parallel()
	_, detail := Describe(&url.Error{Op: "Get", URL: "https://10.0.0.1:6443/api/v1?token=hush", Err: syscall.ECONNREFUSED})
	mustContain(t, detail, "https://10.0.0.1:6443", "connection refused", "VPN")
	if strings.Contains(detail, "hush") {
		t.Errorf("the query is in %q", detail)
	}
	summary, detail := Describe(status(404, metav1.StatusReasonNotFound, `namespaces "vllm" not found`, &metav1.StatusDetails{Name: "vllm", Kind: "namespaces"}))
	mustContain(t, summary+detail, "namespace does not exist", "vllm", "Create the namespace first")
}

func TestFieldErrors(t *testing.T) {
	t.Parallel()
	causes := []metav1.StatusCause{
		{Type: metav1.CauseTypeFieldValueInvalid, Field: "spec.size", Message: `Invalid value: "hush": too long`},
		{Type: metav1.CauseTypeFieldValueInvalid, Field: "spec.size", Message: `Invalid value: "hush": too long`},
		{Type: metav1.CauseTypeFieldValueRequired, Field: "", Message: "x"},
	}
	err := status(422, metav1.StatusReasonInvalid, `bad: "hush"`, &metav1.StatusDetails{Kind: "Widget", Name: "w", Causes: causes})
	want := []FieldError{{Path: "spec.size", Message: `Invalid value: "hush": too long`}}
	if got := FieldErrors(err); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	mismatch := status(500, "", `failed to create typed patch object (/s; apps/v1, Kind=Deployment): errors:
  .spec.replica: field not declared in schema
  .spec.template.spec.containers[name="a b: c"].x: expected string, got 1`, nil)
	want = []FieldError{
		{Path: "spec.replica", Message: "field not declared in schema"},
		{Path: `spec.template.spec.containers[name="a b: c"].x`, Message: "expected string, got 1"},
	}
	if got := FieldErrors(mismatch); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	ref := Ref{Namespace: "n", Name: "s"}
	ref.Kind = "Secret"
	secret := ref.explain(status(422, metav1.StatusReasonInvalid, `bad: "hush"`, &metav1.StatusDetails{Kind: "Secret", Name: "s", Causes: causes}))
	_, detail := Describe(secret)
	mustContain(t, detail, "spec.size", "withheld")
	if text := detail + secret.Error() + fmt.Sprint(FieldErrors(secret)); strings.Contains(text, "hush") {
		t.Errorf("a secret value is in %q", text)
	}
}

// A kind that is not installed and an object that does not exist are both 404,
// and the real server's answers are told apart.
func TestNotInstalledOnTheServer(t *testing.T) {
	t.Parallel()
	known := Kind{GroupVersionKind: schema.GroupVersionKind{Group: "no.example.test", Version: "v1", Kind: "Thing"}, Resource: "things", Namespaced: true}
	sibling := Kind{GroupVersionKind: schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Thing"}, Resource: "things", Namespaced: true}
	client := testClient(t, nil, known, sibling)
	discovering := testClient(t, nil)
	for name, test := range map[string]struct {
		client *Client
		ref    Ref
		want   Reason
	}{
		"given, no group":      {client, Ref{known.GroupVersionKind, "default", "x"}, KindNotInstalled},
		"given, group":         {client, Ref{sibling.GroupVersionKind, "default", "x"}, KindNotInstalled},
		"discovered, no group": {discovering, Ref{known.GroupVersionKind, "default", "x"}, KindNotInstalled},
		"discovered, group":    {discovering, Ref{sibling.GroupVersionKind, "default", "x"}, KindNotInstalled},
		"no object":            {discovering, RefOf(configMap("default", "no-such", nil)), NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := test.client.Get(testContext(t), test.ref); Classify(err) != test.want || !IsGone(err) {
				t.Errorf("get: %v, want %s", err, test.want)
			}
			if test.want == NotFound {
				return
			}
			wanted := object(test.ref.GroupVersion().String(), test.ref.Kind, "default", "x", nil)
			if _, err := test.client.Create(testContext(t), wanted, ApplyOptions{FieldManager: testManager}); Classify(err) != test.want {
				t.Errorf("create: %v, want %s", err, test.want)
			}
		})
	}
}

func TestInvalidOnTheServer(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	bad := object("v1", "Service", testNamespace(t, client), "bad", map[string]any{"spec": map[string]any{
		"ports": []any{map[string]any{"port": int64(700000)}},
	}})
	_, err := client.Create(testContext(t), bad, ApplyOptions{FieldManager: testManager})
	fields := FieldErrors(err)
	if Classify(err) != Invalid || len(fields) == 0 || fields[0].Path != "spec.ports[0].port" {
		t.Errorf("%v: fields %v", err, fields)
	}
}

func TestSecretOnTheServer(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	namespace := testNamespace(t, client)
	for name, fields := range map[string]map[string]any{
		"no-base64":    {"data": map[string]any{"a": "hush-hush"}},
		"no-text":      {"stringData": map[string]any{"a": int64(7345678)}},
		"unknown":      {"stringDat": map[string]any{"a": "hush-hush"}},
		"bad-key-name": {"stringData": map[string]any{"a b": "hush-hush"}},
	} {
		_, err := client.Create(testContext(t), object("v1", "Secret", namespace, name, fields), ApplyOptions{FieldManager: testManager})
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		_, detail := Describe(err)
		if strings.Contains(detail+err.Error(), "hush") || strings.Contains(detail+err.Error(), "7345678") {
			t.Errorf("%s: a secret value is in %q", name, detail)
		}
		if reason := Classify(err); reason != Invalid {
			t.Errorf("%s: %s, want invalid", name, reason)
		}
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	client := New(Config{Host: server.URL})
	ctx, cancel := boundedTo(t, 1)
	defer cancel()
	_, err := client.Get(ctx, RefOf(configMap("default", "x", nil)))
	if Classify(err) != Unreachable {
		t.Errorf("got %v (%s), want unreachable", err, Classify(err))
	}
	_, detail := Describe(err)
	mustContain(t, detail, server.URL, "connection refused")
}

func TestForbiddenOnTheServer(t *testing.T) {
	t.Parallel()
	config := testServer(t)
	config.Impersonate.UserName = "nobody"
	built, err := newConnection(config)
	if err != nil {
		t.Fatal(err)
	}
	client := New(Config{})
	client.built = built
	_, err = client.Get(testContext(t), RefOf(configMap("default", "x", nil)))
	if Classify(err) != Forbidden {
		t.Fatalf("got %v, want forbidden", err)
	}
	_, detail := Describe(err)
	mustContain(t, detail, "nobody", "get", "configmaps", "default", "RBAC")
}

func TestUntrusted(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	_, err := New(Config{Host: server.URL}).Get(testContext(t), RefOf(configMap("default", "x", nil)))
	if Classify(err) != Untrusted {
		t.Fatalf("got %v, want untrusted", err)
	}
	_, detail := Describe(err)
	mustContain(t, detail, server.URL, "certificate authority")
}
