package kube

import (
	"errors"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// What exists and was not left by an interrupted run is refused, and not changed.
func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	namespace := testNamespace(t, client)
	data := map[string]any{"a": "1"}
	apply := func(manager string, live *unstructured.Unstructured) func(*testing.T) {
		return func(t *testing.T) {
			if _, err := client.Apply(testContext(t), live, ApplyOptions{FieldManager: manager, Force: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
	post := func(live *unstructured.Unstructured) func(*testing.T) {
		return func(t *testing.T) {
			objects, err := client.resource(testContext(t), RefOf(live))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := objects.Create(testContext(t), live, metav1.CreateOptions{FieldManager: testManager}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, test := range map[string]struct {
		before []func(*testing.T)
		reason string
	}{
		"foreign":        {[]func(*testing.T){apply("foreign", configMap(namespace, "foreign", data))}, "owns none of it by an apply"},
		"posted":         {[]func(*testing.T){post(configMap(namespace, "posted", data))}, "owns none of it by an apply"},
		"posted-applied": {[]func(*testing.T){post(configMap(namespace, "posted-applied", data)), apply(testManager, configMap(namespace, "posted-applied", data))}, "did not create it"},
		"shared":         {[]func(*testing.T){apply(testManager, configMap(namespace, "shared", data)), apply("second", configMap(namespace, "shared", map[string]any{"b": "1"}))}, `"second" applies to it too`},
		"other-value":    {[]func(*testing.T){apply(testManager, configMap(namespace, "other-value", map[string]any{"a": "2"}))}, "not what the configuration says"},
		"more-fields":    {[]func(*testing.T){apply(testManager, configMap(namespace, "more-fields", map[string]any{"a": "1", "b": "1"}))}, "not what the configuration says"},
		"fewer-fields":   {[]func(*testing.T){apply(testManager, configMap(namespace, "fewer-fields", map[string]any{}))}, "not what the configuration says"},
		"edited":         {[]func(*testing.T){apply(testManager, configMap(namespace, "edited", data)), update(client, namespace, "edited")}, "owns none of it by an apply"},
		"partly-edited":  {[]func(*testing.T){apply(testManager, configMap(namespace, "partly-edited", map[string]any{"a": "1", "b": "1"})), update(client, namespace, "partly-edited")}, "cannot be compared"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, step := range test.before {
				step(t)
			}
			wanted := configMap(namespace, name, data)
			before, err := client.Get(testContext(t), RefOf(wanted))
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Create(testContext(t), wanted, ApplyOptions{FieldManager: testManager, Force: true})
			if _, ok := errors.AsType[*ExistsError](err); !ok {
				t.Fatalf("got %v, want an *ExistsError", err)
			}
			mustContain(t, err.Error(), test.reason, namespace+"/"+name, "Import")
			after, err := client.Get(testContext(t), RefOf(wanted))
			if err != nil {
				t.Fatal(err)
			}
			if before.GetResourceVersion() != after.GetResourceVersion() {
				t.Error("the object was changed")
			}
		})
	}
}

// update changes data.a as kubectl edit does.
func update(client *Client, namespace, name string) func(*testing.T) {
	return func(t *testing.T) {
		ref := RefOf(configMap(namespace, name, nil))
		live, err := client.Get(testContext(t), ref)
		if err != nil {
			t.Fatal(err)
		}
		if err := unstructured.SetNestedField(live.Object, "edited", "data", "a"); err != nil {
			t.Fatal(err)
		}
		objects, err := client.resource(testContext(t), ref)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := objects.Update(testContext(t), live, metav1.UpdateOptions{FieldManager: "kubectl-edit"}); err != nil {
			t.Fatal(err)
		}
	}
}

// A controller that has begun to work on the object, as KEDA does with its
// finalizer and label, does not hide that an interrupted run made it.
func TestCreateAdoptsWhatAControllerTouched(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	wanted := configMap(testNamespace(t, client), "touched", map[string]any{"a": "1"})
	live := mustCreate(t, client, wanted)
	live.SetLabels(map[string]string{"controller": "was-here"})
	objects, err := client.resource(ctx, RefOf(live))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := objects.Update(ctx, live, metav1.UpdateOptions{FieldManager: "controller"}); err != nil {
		t.Fatal(err)
	}
	again, err := client.Create(ctx, wanted, ApplyOptions{FieldManager: testManager})
	if err != nil {
		t.Fatal(err)
	}
	if !again.Adopted {
		t.Error("the object was not adopted")
	}
}

func TestCreateRefusesWhatIsBeingDeleted(t *testing.T) {
	t.Parallel()
	client := testClient(t, nil)
	ctx := testContext(t)
	wanted := configMap(testNamespace(t, client), "ending", nil)
	wanted.SetFinalizers([]string{"example.test/held"})
	mustCreate(t, client, wanted)
	objects, err := client.resource(ctx, RefOf(wanted))
	if err != nil {
		t.Fatal(err)
	}
	if err := objects.Delete(ctx, wanted.GetName(), metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err = client.Create(ctx, wanted, ApplyOptions{FieldManager: testManager})
	if Classify(err) != AlreadyExists {
		t.Fatalf("got %v, want that it exists", err)
	}
	mustContain(t, err.Error(), "being deleted")
}
