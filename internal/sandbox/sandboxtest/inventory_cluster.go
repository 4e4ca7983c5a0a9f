package sandboxtest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
)

// volatile are the resources whose objects come and go by themselves.
var volatile = []string{"componentstatuses", "endpoints", "endpointslices", "events", "leases"}

// clusterInventory lists the objects of every kind that can be listed.
func (s *Stack) clusterInventory(ctx context.Context) (Inventory, error) {
	kinds, err := s.listable()
	if err != nil {
		return nil, err
	}
	var found Inventory
	for _, kind := range kinds {
		list, err := s.Dynamic.Resource(kind).List(ctx, metav1.ListOptions{})
		if apierrors.IsNotFound(err) {
			// Its CustomResourceDefinition is going.
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		found = append(found, itemsOf(list.Items)...)
	}
	return found, nil
}

func (s *Stack) listable() ([]schema.GroupVersionResource, error) {
	lists, err := s.Kubernetes.Discovery().ServerPreferredResources()
	// An aggregated API whose server is gone has no objects to list.
	if err != nil && !discovery.IsGroupDiscoveryFailedError(err) {
		return nil, err
	}
	var kinds []schema.GroupVersionResource
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, err
		}
		for _, resource := range list.APIResources {
			if slices.Contains(resource.Verbs, "list") && slices.Contains(resource.Verbs, "create") && !slices.Contains(volatile, resource.Name) {
				kinds = append(kinds, version.WithResource(resource.Name))
			}
		}
	}
	return kinds, nil
}

func itemsOf(objects []unstructured.Unstructured) Inventory {
	var (
		found    Inventory
		releases = map[string]*unstructured.Unstructured{}
	)
	for n := range objects {
		object := &objects[n]
		kind := object.GroupVersionKind().GroupKind().String()
		name := strings.TrimPrefix(object.GetNamespace()+"/"+object.GetName(), "/")
		if isOfEveryCluster(kind, object) {
			continue
		}
		if release, is := releaseOf(object); is {
			if former := releases[release]; former == nil || revision(former) < revision(object) {
				releases[release] = object
			}
			continue
		}
		found = append(found, Item{Kind: kind, Name: name, Owned: len(object.GetOwnerReferences()) > 0})
	}
	for release, newest := range releases {
		found = append(found, Item{Kind: "helm release", Name: release + " " + newest.GetLabels()["status"]})
	}
	return found
}

// isOfEveryCluster reports what the control plane itself puts into namespaces,
// and registers for kinds, a while after they were made.
func isOfEveryCluster(kind string, object *unstructured.Unstructured) bool {
	switch kind {
	case "ConfigMap":
		return object.GetName() == "kube-root-ca.crt"
	case "ServiceAccount":
		return object.GetName() == "default"
	case "APIService.apiregistration.k8s.io":
		_, automatic := object.GetLabels()["kube-aggregator.kubernetes.io/automanaged"]
		return automatic
	}
	return false
}

// releaseOf is the Helm release of which a Secret holds one revision. The
// revisions before the newest are its history.
func releaseOf(object *unstructured.Unstructured) (string, bool) {
	kind, _, _ := unstructured.NestedString(object.Object, "type")
	return object.GetNamespace() + "/" + object.GetLabels()["name"], object.GetKind() == "Secret" && kind == "helm.sh/release.v1"
}

func revision(release *unstructured.Unstructured) int {
	number, _ := strconv.Atoi(release.GetLabels()["version"])
	return number
}
