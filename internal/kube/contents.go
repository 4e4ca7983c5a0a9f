package kube

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// namespacedLister is the part of discovery that lists the kinds in namespaces.
type namespacedLister interface {
	ServerPreferredNamespacedResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error)
}

// Contents lists what a namespace holds: what would go with it, but for what the
// cluster puts into every namespace, events, and what has an owner and goes with
// that. An error means that it is not known what else there is.
func (c *Client) Contents(ctx context.Context, namespace string) ([]Ref, error) {
	built, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	lists, err := retry(ctx, func(ctx context.Context) ([]*metav1.APIResourceList, error) {
		return built.served.ServerPreferredNamespacedResourcesWithContext(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("asking which kinds there are: %w", err)
	}
	var found []Ref
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, fmt.Errorf("asking which kinds there are: %w", err)
		}
		for _, served := range list.APIResources {
			if !slices.Contains(served.Verbs, "list") || !slices.Contains(served.Verbs, "delete") {
				continue
			}
			some, err := c.contentsOf(ctx, built, version.WithResource(served.Name), namespace)
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
	}
	return found, nil
}

// contentsListed bounds how many objects of a kind are looked at: whether there
// are any is what matters.
const contentsListed = 50

func (c *Client) contentsOf(ctx context.Context, built *connection, kind schema.GroupVersionResource, namespace string) ([]Ref, error) {
	list, err := retry(ctx, func(ctx context.Context) (*unstructured.UnstructuredList, error) {
		return built.dynamic.Resource(kind).Namespace(namespace).List(ctx, metav1.ListOptions{Limit: contentsListed})
	})
	// The kind may have gone since it was listed.
	if apierrors.IsNotFound(err) || apierrors.IsMethodNotSupported(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing %s in namespace %q: %w", kind.Resource, namespace, err)
	}
	var found []Ref
	for i := range list.Items {
		if !isFurniture(&list.Items[i]) {
			found = append(found, RefOf(&list.Items[i]))
		}
	}
	return found, nil
}

// isFurniture reports what comes and goes with a namespace or with another
// object in it.
func isFurniture(object *unstructured.Unstructured) bool {
	if len(object.GetOwnerReferences()) > 0 || object.GetDeletionTimestamp() != nil {
		return true
	}
	switch object.GetKind() {
	case "Event", "Endpoints":
		return true
	case "ServiceAccount":
		return object.GetName() == "default"
	case "ConfigMap":
		return object.GetName() == "kube-root-ca.crt"
	}
	return false
}
