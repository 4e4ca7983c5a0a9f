package kube

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilrand "k8s.io/apimachinery/pkg/util/rand"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestCreateIsOneRequest(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	client := testClient(t, func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			requests.Add(1)
			return next.RoundTrip(req)
		})
	}, Kind{GroupVersionKind: RefOf(configMap("", "", nil)).GroupVersionKind, Resource: "configmaps", Namespaced: true})
	namespace := testNamespace(t, client)
	before := requests.Load()
	applied, err := client.Create(testContext(t), configMap(namespace, "one", map[string]any{"a": "1"}), ApplyOptions{FieldManager: testManager})
	if err != nil {
		t.Fatal(err)
	}
	if applied.Adopted || applied.Object.GetUID() == "" {
		t.Errorf("adopted %v, UID %q; want a new object", applied.Adopted, applied.Object.GetUID())
	}
	if made := requests.Load() - before; made != 1 {
		t.Errorf("%d requests, want 1", made)
	}
}

// testSamples are kinds whose storage differs: built in and custom, with and
// without a namespace, with a status and with defaults.
func testSamples(namespace string) []*unstructured.Unstructured {
	suffix := utilrand.String(8)
	labels := map[string]any{"app": "x"}
	containers := []any{map[string]any{"name": "main", "image": "example.test/main:1", "ports": []any{map[string]any{"containerPort": int64(80)}}}}
	return []*unstructured.Unstructured{
		configMap(namespace, "sample", map[string]any{"a": "1"}),
		object("v1", "Namespace", "", "sample-"+suffix, nil),
		object("v1", "ServiceAccount", namespace, "sample", nil),
		object("v1", "Service", namespace, "sample", map[string]any{"spec": map[string]any{
			"selector": labels, "ports": []any{map[string]any{"port": int64(80)}},
		}}),
		object("apps/v1", "Deployment", namespace, "sample", map[string]any{"spec": map[string]any{
			"selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{"metadata": map[string]any{"labels": labels}, "spec": map[string]any{"containers": containers}},
		}}),
		object("rbac.authorization.k8s.io/v1", "ClusterRole", "", "sample-"+suffix, map[string]any{"rules": []any{}}),
		widgetDefinition("w" + suffix),
	}
}

// widgetDefinition is a custom kind of its own group, so that tests that
// install and remove one do not meet.
func widgetDefinition(group string) *unstructured.Unstructured {
	group += ".example.test"
	return object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "widgets."+group, map[string]any{"spec": map[string]any{
		"group": group, "scope": "Namespaced",
		"names": map[string]any{"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
		"versions": []any{map[string]any{
			"name": "v1", "served": true, "storage": true,
			"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "properties": map[string]any{
				"spec": map[string]any{"type": "object", "properties": map[string]any{
					"size": map[string]any{"type": "integer", "maximum": int64(10)},
					"unit": map[string]any{"type": "string", "default": "cm"},
				}},
			}}},
		}},
	}})
}

// Every kind must be made, found again after an interrupted run, kept unchanged
// by a second apply, and be seen as undrifted.
func TestLifecycleOfKinds(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	for _, sample := range testSamples(testNamespace(t, client)) {
		t.Run(sample.GetKind(), func(t *testing.T) {
			t.Parallel()
			ctx := testContext(t)
			made := mustCreate(t, client, sample)
			again, err := client.Create(ctx, sample, ApplyOptions{FieldManager: testManager})
			if err != nil {
				t.Fatalf("after an interrupted run: %v", err)
			}
			if !again.Adopted || again.Object.GetUID() != made.GetUID() {
				t.Errorf("adopted %v UID %q, want true %q", again.Adopted, again.Object.GetUID(), made.GetUID())
			}
			updated, err := client.Apply(ctx, sample, ApplyOptions{FieldManager: testManager, UID: made.GetUID()})
			if err != nil {
				t.Fatal(err)
			}
			if updated.Object.GetGeneration() != made.GetGeneration() {
				t.Errorf("generation went from %d to %d without a change", made.GetGeneration(), updated.Object.GetGeneration())
			}
			if projected := Project(updated.Object.Object, sample.Object); !reflect.DeepEqual(projected, sample.Object) {
				t.Errorf("drift without a change:\n got %v\nwant %v", projected, sample.Object)
			}
			if _, err := client.Delete(ctx, RefOf(sample), DeleteOptions{UID: made.GetUID()}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestApplyConflict(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	wanted := configMap(testNamespace(t, client), "shared", map[string]any{"a": "1", "b": "1"})
	made := mustCreate(t, client, wanted)

	other := configMap(wanted.GetNamespace(), "shared", map[string]any{"a": "2"})
	_, err := client.Apply(ctx, other, ApplyOptions{FieldManager: "someone-else"})
	var conflict *ConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("got %v, want a *ConflictError", err)
	}
	want := []FieldConflict{{Manager: testManager, Field: ".data.a"}}
	if !reflect.DeepEqual(conflict.Conflicts, want) {
		t.Errorf("conflicts %v, want %v", conflict.Conflicts, want)
	}
	mustContain(t, err.Error(), testManager, ".data.a", "force_conflicts")

	forced, err := client.Apply(ctx, other, ApplyOptions{FieldManager: "someone-else", Force: true})
	if err != nil {
		t.Fatal(err)
	}
	if data, _, _ := unstructured.NestedStringMap(forced.Object.Object, "data"); data["a"] != "2" || data["b"] != "1" {
		t.Errorf("data %v after a forced apply of a alone", data)
	}
	if _, err = client.Apply(ctx, wanted, ApplyOptions{FieldManager: testManager, UID: made.GetUID()}); Classify(err) != Conflict {
		t.Errorf("got %v, want a conflict with the manager that took the field over", err)
	}
}

func TestApplyByUID(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	wanted := configMap(testNamespace(t, client), "gone", map[string]any{"a": "1"})
	first := mustCreate(t, client, wanted)
	if _, err := client.Delete(ctx, RefOf(wanted), DeleteOptions{UID: first.GetUID()}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Apply(ctx, wanted, ApplyOptions{FieldManager: testManager, UID: first.GetUID()}); !IsGone(err) {
		t.Errorf("got %v, want that the object is gone", err)
	}
	if _, err := client.Get(ctx, RefOf(wanted)); !IsGone(err) {
		t.Errorf("the update made the object again (%v)", err)
	}
	second := mustCreate(t, client, wanted)
	_, err := client.Apply(ctx, wanted, ApplyOptions{FieldManager: testManager, UID: first.GetUID()})
	var replaced *ReplacedError
	if !errors.As(err, &replaced) || replaced.Live != second.GetUID() {
		t.Errorf("got %v, want a *ReplacedError", err)
	}
}

func TestApplyRemovesWhatIsNoLongerSet(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	wanted := configMap(testNamespace(t, client), "less", map[string]any{"a": "1", "b": "1"})
	made := mustCreate(t, client, wanted)
	unstructured.RemoveNestedField(wanted.Object, "data", "b")
	applied, err := client.Apply(testContext(t), wanted, ApplyOptions{FieldManager: testManager, UID: made.GetUID()})
	if err != nil {
		t.Fatal(err)
	}
	if _, found, _ := unstructured.NestedString(applied.Object.Object, "data", "b"); found {
		t.Error("data.b is still set")
	}
}

func TestUnknownFieldIsAnError(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	wanted := configMap(testNamespace(t, client), "typo", map[string]any{"a": "1"})
	wanted.Object["dta"] = map[string]any{"a": "1"}
	_, err := client.Create(testContext(t), wanted, ApplyOptions{FieldManager: testManager})
	if err == nil {
		t.Fatal("an unknown field was accepted")
	}
	if summary, detail := Describe(err); summary == "" {
		t.Errorf("no summary for %s", detail)
	} else {
		mustContain(t, detail, "dta")
	}
}

func isEstablished(live *unstructured.Unstructured) (bool, string, error) {
	established := slices.ContainsFunc(Conditions(live), func(condition Condition) bool {
		return condition.Type == "Established" && condition.Status == "True"
	})
	return established, "it is not Established", nil
}

// A kind that is installed in the same run is found, applied, and gone with its
// definition.
func TestCustomResource(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	definition := widgetDefinition("c" + utilrand.String(8))
	group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
	widget := object(group+"/v1", "Widget", testNamespace(t, client), "w", map[string]any{"spec": map[string]any{"size": int64(5)}})

	if _, err := client.Create(ctx, widget, ApplyOptions{FieldManager: testManager}); Classify(err) != KindNotInstalled {
		t.Fatalf("got %v, want that the kind is not installed", err)
	}
	if _, err := client.Wait(ctx, mustCreate(t, client, definition), isEstablished); err != nil {
		t.Fatal(err)
	}
	live := mustCreate(t, client, widget)
	if unit, _, _ := unstructured.NestedString(live.Object, "spec", "unit"); unit != "cm" {
		t.Errorf("unit %q, want the default", unit)
	}
	if projected := Project(live.Object, widget.Object); !reflect.DeepEqual(projected, widget.Object) {
		t.Errorf("a default is drift: %v", projected)
	}
	again, err := client.Create(ctx, widget, ApplyOptions{FieldManager: testManager})
	if err != nil || !again.Adopted {
		t.Errorf("after an interrupted run: %v", err)
	}
	if listed, err := client.List(ctx, Ref{GroupVersionKind: live.GroupVersionKind()}, ""); err != nil || len(listed) != 1 {
		t.Errorf("listed %d in all namespaces, %v", len(listed), err)
	}

	for path, spec := range map[string]map[string]any{
		"spec.size":   {"size": int64(11)},
		"spec.sizzle": {"size": int64(5), "sizzle": int64(1)},
	} {
		bad := object(group+"/v1", "Widget", live.GetNamespace(), "w", map[string]any{"spec": spec})
		_, err := client.Apply(ctx, bad, ApplyOptions{FieldManager: testManager, UID: live.GetUID()})
		if fields := FieldErrors(err); len(fields) != 1 || fields[0].Path != path {
			t.Errorf("%v: fields %v, want %s", err, fields, path)
		}
	}

	if _, err := client.Delete(ctx, RefOf(definition), DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Get(ctx, RefOf(widget)); !IsGone(err) {
		t.Errorf("got %v, want that it went with its definition", err)
	}
}
