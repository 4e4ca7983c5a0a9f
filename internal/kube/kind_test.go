package kube

import (
	"context"
	"errors"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// groupAnswers gives one answer after another.
type groupAnswers struct {
	answers []func() (*metav1.APIResourceList, error)
	asked   int
}

func (g *groupAnswers) ServerResourcesForGroupVersionWithContext(context.Context, string) (*metav1.APIResourceList, error) {
	g.asked++
	return g.answers[g.asked-1]()
}

func TestKindIsFoundOnceInstalled(t *testing.T) {
	t.Parallel()
	widget := schema.GroupVersionKind{Group: "example.test", Version: "v1", Kind: "Widget"}
	groups := &groupAnswers{answers: []func() (*metav1.APIResourceList, error){
		func() (*metav1.APIResourceList, error) {
			return nil, apierrors.NewNotFound(schema.GroupResource{}, "")
		},
		func() (*metav1.APIResourceList, error) { return &metav1.APIResourceList{}, nil },
		func() (*metav1.APIResourceList, error) {
			return &metav1.APIResourceList{APIResources: []metav1.APIResource{
				{Name: "widgets/scale", Kind: "Widget"},
				{Name: "widgets", Kind: "Widget", Namespaced: true},
			}}, nil
		},
	}}
	cache := newKindCache(groups)
	for range 2 {
		_, err := cache.lookup(t.Context(), widget)
		if _, ok := errors.AsType[*KindNotInstalledError](err); !ok {
			t.Fatalf("got %v, want a *KindNotInstalledError", err)
		}
		mustContain(t, err.Error(), "Widget", "example.test/v1")
	}
	for range 2 {
		kind, err := cache.lookup(t.Context(), widget)
		if err != nil || kind.Resource != "widgets" || !kind.Namespaced {
			t.Errorf("%+v, %v", kind, err)
		}
	}
	if groups.asked != 3 {
		t.Errorf("asked %d times, want 3", groups.asked)
	}
}

func TestNamespaceMustFitTheKind(t *testing.T) {
	t.Parallel()
	scoped := Kind{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, Resource: "configmaps", Namespaced: true}
	wide := Kind{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}, Resource: "namespaces"}
	client := New(Config{Host: "https://x.example.test"}, scoped, wide)
	for _, test := range []struct {
		ref  Ref
		want string
	}{
		{Ref{scoped.GroupVersionKind, "", "x"}, "has no namespace"},
		{Ref{wide.GroupVersionKind, "n", "x"}, "remove the namespace"},
	} {
		_, err := client.resource(t.Context(), test.ref)
		if err == nil {
			t.Fatalf("%s was accepted", test.ref)
		}
		mustContain(t, err.Error(), test.want)
	}
}
