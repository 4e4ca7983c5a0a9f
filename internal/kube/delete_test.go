package kube

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const heldFinalizer = "example.test/held"

// heldObject has a finalizer that nobody removes.
func heldObject(t *testing.T, client *Client) *unstructured.Unstructured {
	t.Helper()
	wanted := configMap(testNamespace(t, client), "held", map[string]any{"a": "1"})
	wanted.SetFinalizers([]string{heldFinalizer})
	return mustCreate(t, client, wanted)
}

func TestDeleteWhatIsNotThere(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	for name, ref := range map[string]Ref{
		"object":    RefOf(configMap("default", "never-made", nil)),
		"namespace": RefOf(configMap("never-made", "never-made", nil)),
		"kind":      RefOf(object("never.example.test/v1", "Thing", "default", "x", nil)),
	} {
		if warnings, err := client.Delete(ctx, ref, DeleteOptions{}); err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v", name, warnings, err)
		}
	}
}

func TestDeleteLeavesAnotherOfTheName(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	live := mustCreate(t, client, configMap(testNamespace(t, client), "other", nil))
	if _, err := client.Delete(ctx, RefOf(live), DeleteOptions{UID: "11111111-2222-3333-4444-555555555555"}); err != nil {
		t.Error(err)
	}
	if _, err := client.Get(ctx, RefOf(live)); err != nil {
		t.Errorf("the other object: %v", err)
	}
}

func TestDeleteNamesTheBlocker(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	live := heldObject(t, client)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	unsure := errors.New("the operator cannot be looked up")
	warnings, err := client.Delete(ctx, RefOf(live), DeleteOptions{UID: live.GetUID(), Orphaned: &OrphanedFinalizer{
		Name:   heldFinalizer,
		Absent: func(context.Context) (bool, string, error) { return false, "", unsure },
	}})
	var blocked *DeleteError
	if !errors.As(err, &blocked) || len(warnings) > 0 {
		t.Fatalf("got %v %v, want a *DeleteError", warnings, err)
	}
	mustContain(t, err.Error(), "ConfigMap", heldFinalizer, unsure.Error())
	if after, err := client.Get(testContext(t), RefOf(live)); err != nil || len(after.GetFinalizers()) != 1 {
		t.Errorf("the finalizer is not there: %v", err)
	}
}

func TestDeleteWaitsForTheController(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	live := heldObject(t, client)
	asked := 0
	warnings, err := client.Delete(ctx, RefOf(live), DeleteOptions{UID: live.GetUID(), Orphaned: &OrphanedFinalizer{
		Name: heldFinalizer,
		Absent: func(ctx context.Context) (bool, string, error) {
			if asked++; asked == 1 {
				releaseFinalizer(ctx, t, client, RefOf(live))
			}
			return false, "", nil
		},
	}})
	if err != nil || len(warnings) > 0 {
		t.Errorf("%v %v", warnings, err)
	}
	if asked == 0 {
		t.Error("nobody asked whether the controller is absent")
	}
}

func releaseFinalizer(ctx context.Context, t *testing.T, client *Client, ref Ref) {
	live, err := client.Get(ctx, ref)
	if err != nil {
		t.Error(err)
		return
	}
	live.SetFinalizers(nil)
	objects, err := client.resource(ctx, ref)
	if err == nil {
		_, err = objects.Update(ctx, live, metav1.UpdateOptions{})
	}
	if err != nil {
		t.Error(err)
	}
}

func TestDeleteRemovesAnOrphanedFinalizer(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	live := heldObject(t, client)
	warnings, err := client.Delete(testContext(t), RefOf(live), DeleteOptions{UID: live.GetUID(), Orphaned: &OrphanedFinalizer{
		Name:   heldFinalizer,
		Absent: func(context.Context) (bool, string, error) { return true, "its Deployment does not exist", nil },
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) != 1 {
		t.Fatalf("warnings %q, want one", warnings)
	}
	mustContain(t, warnings[0], heldFinalizer, "its Deployment does not exist")
	if _, err := client.Get(testContext(t), RefOf(live)); !IsGone(err) {
		t.Errorf("the object is still there: %v", err)
	}
}

// Another finalizer than the named one is never removed by force.
func TestDeleteKeepsOtherFinalizers(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	live := heldObject(t, client)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := client.Delete(ctx, RefOf(live), DeleteOptions{Orphaned: &OrphanedFinalizer{
		Name:   "example.test/other",
		Absent: func(context.Context) (bool, string, error) { return true, "whatever", nil },
	}})
	if err == nil {
		t.Fatal("the object went although its finalizer holds it")
	}
	mustContain(t, err.Error(), heldFinalizer)
}

func TestBlockers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		object map[string]any
		want   string
	}{
		"foreground": {map[string]any{"metadata": map[string]any{"finalizers": []any{"foregroundDeletion"}}}, "objects that it owns"},
		"orphan":     {map[string]any{"metadata": map[string]any{"finalizers": []any{"orphan"}}}, "garbage collector"},
		"grace":      {map[string]any{"metadata": map[string]any{"deletionGracePeriodSeconds": int64(30)}}, "30 s"},
		"namespace": {map[string]any{"kind": "Namespace", "status": map[string]any{"conditions": []any{
			map[string]any{"type": "NamespaceFinalizersRemaining", "status": "True", "message": "finalizer.keda.sh in 1 resource instances"},
		}}}, "finalizer.keda.sh in 1"},
		"definition": {map[string]any{"kind": "CustomResourceDefinition", "status": map[string]any{"conditions": []any{
			map[string]any{"type": "Terminating", "status": "True", "message": "CustomResource deletion is in progress"},
		}}}, "deletion is in progress"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := blockers(&unstructured.Unstructured{Object: test.object})
			if len(found) != 1 {
				t.Fatalf("%q, want one blocker", found)
			}
			mustContain(t, found[0], test.want)
		})
	}
}

// TestDeleteRequests holds what a deletion costs: one request for an object that
// nothing keeps, and a watch for one that a finalizer keeps.
func TestDeleteRequests(t *testing.T) {
	t.Parallel()
	other := testClient(t, nil)
	for _, test := range []struct {
		object *unstructured.Unstructured
		want   []string
	}{
		{mustCreate(t, other, configMap(testNamespace(t, other), "free", nil)), []string{"DELETE"}},
		// The last one reads events for the error.
		{heldObject(t, other), []string{"DELETE", "WATCH", "GET"}},
	} {
		if got := deletionRequests(t, test.object); !slices.Equal(got, test.want) {
			t.Errorf("%s: the requests are %q, want %q", test.object.GetName(), got, test.want)
		}
	}
}

// deletionRequests deletes an object and returns the requests that this takes. It
// gives up once the object is watched.
func deletionRequests(t *testing.T, live *unstructured.Unstructured) []string {
	t.Helper()
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	var (
		mu   sync.Mutex
		seen []string
	)
	count := func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			if !req.URL.Query().Has("watch") {
				seen = append(seen, req.Method)
				return next.RoundTrip(req)
			}
			seen = append(seen, "WATCH")
			cancel()
			return nil, context.Canceled
		})
	}
	client := testClient(t, count, Kind{GroupVersionKind: live.GroupVersionKind(), Resource: "configmaps", Namespaced: true})
	if _, err := client.Delete(ctx, RefOf(live), DeleteOptions{UID: live.GetUID()}); err != nil && ctx.Err() == nil {
		t.Error(err)
	}
	return seen
}
