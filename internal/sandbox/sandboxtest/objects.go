package sandboxtest

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
)

// FieldManager is who applies the objects of Apply.
const FieldManager = "test"

// CreateNamespace makes a namespace of the test's own, named after the prefix,
// and deletes it with the test. What has finalizers in it the test deletes
// itself.
func (s *Stack) CreateNamespace(t testing.TB, prefix string) string {
	t.Helper()
	namespaces := s.Kubernetes.CoreV1().Namespaces()
	namespace, err := namespaces.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: prefix + "-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := namespaces.Delete(context.WithoutCancel(t.Context()), namespace.Name, metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			t.Error(err)
		}
	})
	return namespace.Name
}

// Apply creates or changes the objects of a YAML stream by server-side apply,
// and takes over what others have set.
func (s *Stack) Apply(t testing.TB, manifests string) {
	t.Helper()
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(manifests), 4096)
	for {
		var object unstructured.Unstructured
		if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		_, err := s.objects(object.GroupVersionKind(), object.GetNamespace()).
			Apply(t.Context(), object.GetName(), &object, metav1.ApplyOptions{FieldManager: FieldManager, Force: true})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Get reads an object, which is nil if there is none. The namespace of a
// cluster-wide one is empty.
func (s *Stack) Get(t testing.TB, kind schema.GroupVersionKind, namespace, name string) *unstructured.Unstructured {
	t.Helper()
	object, err := s.objects(kind, namespace).Get(t.Context(), name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// Delete begins to delete an object that exists.
func (s *Stack) Delete(t testing.TB, kind schema.GroupVersionKind, namespace, name string) {
	t.Helper()
	if err := s.objects(kind, namespace).Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
}

func (s *Stack) objects(kind schema.GroupVersionKind, namespace string) dynamic.ResourceInterface {
	resource, _ := meta.UnsafeGuessKindToResource(kind)
	return s.Dynamic.Resource(resource).Namespace(namespace)
}
