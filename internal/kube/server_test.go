package kube

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilrand "k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/client-go/rest"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

const testManager = "engine-test"

// TestMain stops the stack that the tests share.
func TestMain(m *testing.M) { sandboxtest.Main(m) }

// testServer returns an administrator's connection to a real API server. Only
// a real one applies on the server side, records who owns a field, and keeps
// finalizers as clusters do.
func testServer(t *testing.T) *rest.Config {
	t.Helper()
	return rest.CopyConfig(sandboxtest.Shared(t).REST)
}

// testClient is a client of the real API server whose requests pass through
// the given wrapper, if there is one.
func testClient(t *testing.T, wrap func(http.RoundTripper) http.RoundTripper, kinds ...Kind) *Client {
	t.Helper()
	config := testServer(t)
	config.WrapTransport = wrap
	built, err := newConnection(config)
	if err != nil {
		t.Fatal(err)
	}
	client := New(Config{}, kinds...)
	client.built = built
	return client
}

// testContext bounds every call of a test.
func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// boundedTo is a context that a test means to run out.
func boundedTo(t *testing.T, seconds int) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), time.Duration(seconds)*time.Second)
}

// testNamespace makes a namespace of the test's own. It goes with the stack.
func testNamespace(t *testing.T, client *Client) string {
	t.Helper()
	name := "engine-" + utilrand.String(8)
	namespace := object("v1", "Namespace", "", name, nil)
	if _, err := client.Create(testContext(t), namespace, ApplyOptions{FieldManager: testManager}); err != nil {
		t.Fatal(err)
	}
	return name
}

func object(apiVersion, kind, namespace, name string, fields map[string]any) *unstructured.Unstructured {
	content := map[string]any{
		"apiVersion": apiVersion,
		"kind":       kind,
		"metadata":   map[string]any{"name": name},
	}
	if namespace != "" {
		content["metadata"].(map[string]any)["namespace"] = namespace
	}
	maps.Copy(content, fields)
	return &unstructured.Unstructured{Object: content}
}

func configMap(namespace, name string, data map[string]any) *unstructured.Unstructured {
	return object("v1", "ConfigMap", namespace, name, map[string]any{"data": data})
}

func mustCreate(t *testing.T, client *Client, wanted *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	applied, err := client.Create(testContext(t), wanted, ApplyOptions{FieldManager: testManager})
	if err != nil {
		t.Fatal(err)
	}
	return applied.Object
}

func mustContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}
