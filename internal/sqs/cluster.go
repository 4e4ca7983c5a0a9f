package sqs

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/keda/readiness"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// objectStore is the binding's objects in the cluster.
type objectStore struct {
	client *kube.Client
	apply  kube.ApplyOptions
	// mark is the binding's.
	mark string
}

// takenError is an object that exists and belongs to somebody else.
type takenError struct {
	object kube.Ref
	reason string
}

func (e *takenError) Error() string {
	return fmt.Sprintf("%s exists already and was not made by this binding: %s", e.object, e.reason)
}

// ensure makes an object, or brings it back to what it was. Adopted says that it
// was there, from an apply that was cut off. With fresh, the binding is being
// made, so what is there and is not young belongs to another one.
func (s *objectStore) ensure(ctx context.Context, object *unstructured.Unstructured, fresh bool) (adopted bool, err error) {
	ref := kube.RefOf(object)
	live, err := s.client.Get(ctx, ref)
	if err != nil && kube.IsGone(err) {
		_, err = s.client.Create(ctx, object, s.apply)
		return false, err
	}
	if err != nil {
		return false, err
	}
	if reason := s.foreign(live, fresh); reason != "" {
		// A namespace that is there is as good as one that was made.
		if ref.GroupVersionKind == namespaceKind {
			return false, nil
		}
		return false, &takenError{object: ref, reason: reason}
	}
	options := s.apply
	options.UID = live.GetUID()
	_, err = s.client.Apply(ctx, object, options)
	return fresh, err
}

// foreign says why a live object is not the binding's, or nothing.
func (s *objectStore) foreign(live *unstructured.Unstructured, fresh bool) string {
	mark, marked := live.GetAnnotations()[bindingAnnotation]
	switch {
	case !marked:
		return "it has no annotation " + bindingAnnotation
	case mark != s.mark:
		return fmt.Sprintf("its annotation %s is %q, and this binding is %q", bindingAnnotation, mark, s.mark)
	case fresh && time.Since(live.GetCreationTimestamp().Time) > aws.AdoptionWindow:
		return fmt.Sprintf("it was made on %s, which is too long ago for an apply that was cut off", live.GetCreationTimestamp().UTC().Format(time.DateTime+" MST"))
	}
	return ""
}

// difference says in words how a live object is not as wanted, or nothing.
func (s *objectStore) difference(ctx context.Context, wanted *unstructured.Unstructured) (words string, exists bool, err error) {
	ref := kube.RefOf(wanted)
	live, err := s.client.Get(ctx, ref)
	switch {
	case err != nil && kube.IsGone(err):
		return fmt.Sprintf("%s is gone", ref), false, nil
	case err != nil:
		return "", false, err
	case s.foreign(live, false) != "" && ref.GroupVersionKind == namespaceKind:
		return "", false, nil
	case s.foreign(live, false) != "":
		return fmt.Sprintf("%s: %s", ref, s.foreign(live, false)), false, nil
	case !reflect.DeepEqual(kube.Project(live.Object, wanted.Object), wanted.Object):
		return fmt.Sprintf("%s was changed", ref), true, nil
	}
	return "", true, nil
}

// remove deletes what the binding made of it, and says what it left and why.
func (s *objectStore) remove(ctx context.Context, object *unstructured.Unstructured) (remarks []string, err error) {
	ref := kube.RefOf(object)
	live, err := s.client.Get(ctx, ref)
	if err != nil && kube.IsGone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if s.foreign(live, false) != "" {
		return nil, nil
	}
	options := kube.DeleteOptions{UID: live.GetUID()}
	switch ref.GroupVersionKind {
	case authenticationKind:
		options.Orphaned = readiness.Orphaned(s.client)
	case namespaceKind:
		others, err := s.others(ctx, ref.Name)
		if err != nil {
			return nil, err
		}
		if len(others) > 0 {
			return []string{fmt.Sprintf("%s was made by this binding and is not deleted, because others have objects in it: %s. Delete it when they are gone.", ref, strings.Join(others, ", "))}, nil
		}
	}
	return s.client.Delete(ctx, ref, options)
}

// inhabitants are the kinds that make a namespace worth keeping: what runs, what
// configures it, and what it has stored. The rest goes with them.
var inhabitants = []schema.GroupVersionKind{
	{Version: "v1", Kind: "Pod"},
	{Version: "v1", Kind: "Service"},
	{Version: "v1", Kind: "ConfigMap"},
	{Version: "v1", Kind: "Secret"},
	{Version: "v1", Kind: "PersistentVolumeClaim"},
	serviceAccountKind,
	{Group: "apps", Version: "v1", Kind: "Deployment"},
	{Group: "apps", Version: "v1", Kind: "StatefulSet"},
	{Group: "apps", Version: "v1", Kind: "DaemonSet"},
	{Group: "batch", Version: "v1", Kind: "Job"},
	{Group: "batch", Version: "v1", Kind: "CronJob"},
	{Group: "keda.sh", Version: "v1alpha1", Kind: "ScaledObject"},
	{Group: "keda.sh", Version: "v1alpha1", Kind: "ScaledJob"},
	authenticationKind,
}

// ofKubernetes are the objects that Kubernetes itself puts into each namespace.
var ofKubernetes = map[string]bool{`ConfigMap "kube-root-ca.crt"`: true, `ServiceAccount "default"`: true}

// others names up to a few objects in a namespace that are neither the binding's
// nor Kubernetes' own, nor on their way out.
func (s *objectStore) others(ctx context.Context, namespace string) ([]string, error) {
	const few = 5
	var names []string
	for _, kind := range inhabitants {
		found, err := s.client.List(ctx, kube.Ref{GroupVersionKind: kind, Namespace: namespace}, "")
		if err != nil && kube.IsGone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, object := range found {
			name := fmt.Sprintf("%s %q", kind.Kind, object.GetName())
			if object.GetDeletionTimestamp() != nil || ofKubernetes[name] || s.foreign(&object, false) == "" {
				continue
			}
			if names = append(names, name); len(names) == few {
				return append(names, "..."), nil
			}
		}
	}
	return names, nil
}
