package kube

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Ref names one object.
type Ref struct {
	schema.GroupVersionKind
	// Namespace is empty for a cluster-wide kind.
	Namespace string
	Name      string
}

// RefOf returns the reference of an object.
func RefOf(object *unstructured.Unstructured) Ref {
	return Ref{
		GroupVersionKind: object.GroupVersionKind(),
		Namespace:        object.GetNamespace(),
		Name:             object.GetName(),
	}
}

// ID is namespace/name, or name for a cluster-wide object: what an import takes.
func (r Ref) ID() string {
	if r.Namespace == "" {
		return r.Name
	}
	return r.Namespace + "/" + r.Name
}

// String is how errors name the object, such as ScaledObject "vllm/qwen".
func (r Ref) String() string {
	if r.Name == "" {
		return r.Kind + " objects"
	}
	return fmt.Sprintf("%s %q", r.Kind, r.ID())
}

// fits reports a namespace that is missing, or that the kind does not have.
func (r Ref) fits(kind Kind) error {
	switch {
	case kind.Namespaced && r.Namespace == "":
		return fmt.Errorf("%s has no namespace: %s is a namespaced kind", r, r.Kind)
	case !kind.Namespaced && r.Namespace != "":
		return fmt.Errorf("%s has a namespace, but %s is a cluster-wide kind: remove the namespace", r, r.Kind)
	}
	return nil
}

// explain names the object in an error about it, and tells a kind that is not
// installed from an object that does not exist. The API server answers 404 to
// both, but names the object only if it knows the kind.
func (r Ref) explain(err error) error {
	if err == nil {
		return nil
	}
	if apierrors.IsNotFound(err) {
		if details := statusOf(err).Details; details == nil || details.Name == "" || isPlainAnswer(details) {
			err = &KindNotInstalledError{GroupVersionKind: r.GroupVersionKind, Err: err}
		}
	}
	return &RequestError{Object: r, Err: err}
}

// RequestError is a request about one object that failed.
type RequestError struct {
	Object Ref
	Err    error
}

func (e *RequestError) Error() string {
	if isSecret(e.Object.Kind) {
		return secretAccount(e)
	}
	return fmt.Sprintf("%s: %v", e.Object, e.Err)
}

func (e *RequestError) Unwrap() error { return e.Err }

// isPlainAnswer reports whether client-go made up the status, from a body that
// was none: "404 page not found", which is what an unknown group gets.
func isPlainAnswer(details *metav1.StatusDetails) bool {
	for _, cause := range details.Causes {
		if cause.Type == metav1.CauseTypeUnexpectedServerResponse {
			return true
		}
	}
	return false
}
