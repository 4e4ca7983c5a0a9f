package helm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"helm.sh/helm/v3/pkg/storage"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// The marks by which Helm knows the objects of a release.
const (
	managedByLabel = "app.kubernetes.io/managed-by"
	managedByHelm  = "Helm"
	// ManagedSelector selects the objects of releases.
	ManagedSelector     = managedByLabel + "=" + managedByHelm
	nameAnnotation      = "meta.helm.sh/release-name"
	namespaceAnnotation = "meta.helm.sh/release-namespace"
)

// CRDKind is the kind of a CustomResourceDefinition.
var CRDKind = schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}

var (
	crdKind        = CRDKind.GroupKind()
	apiServiceKind = schema.GroupKind{Group: "apiregistration.k8s.io", Kind: "APIService"}
)

// labels mark the releases of this provider's field manager.
func (c *Client) labels() map[string]string { return map[string]string{ownerLabel: ownerOf(c.manager)} }

// Owns reports whether a release was made under this client's field manager.
func (c *Client) Owns(found *Release) bool { return found.Owner == ownerOf(c.manager) }

// ownerOf is a field manager as the value of a label, which allows fewer
// characters.
func ownerOf(manager string) string {
	if len(validation.IsValidLabelValue(manager)) == 0 {
		return manager
	}
	sum := sha256.Sum256([]byte(manager))
	return hex.EncodeToString(sum[:16])
}

// OwnerOf returns the release that an object belongs to by its annotations; its
// name is empty if it belongs to none.
func OwnerOf(object *unstructured.Unstructured) Key {
	annotations := object.GetAnnotations()
	return Key{Namespace: annotations[namespaceAnnotation], Name: annotations[nameAnnotation]}
}

// exists reports whether a release has any revision.
func (c *Client) exists(ctx context.Context, key Key) (bool, error) {
	_, err := c.Get(ctx, key)
	if _, ok := errors.AsType[*NoReleaseError](err); ok {
		return false, nil
	}
	return err == nil, err
}

// prepare does what has to happen before Helm begins: it refuses what belongs to
// others, and then brings the CustomResourceDefinitions. It returns warnings.
func (c *Client) prepare(ctx context.Context, begun *operation, wanted Wanted, upgrade bool) ([]string, error) {
	rendered, err := begun.render(wanted, upgrade)
	if err != nil {
		return nil, &Error{Key: wanted.Key, Doing: "rendering", Err: err}
	}
	var crds []*unstructured.Unstructured
	for _, object := range rendered {
		switch object.GroupVersionKind().GroupKind() {
		case crdKind:
			crds = append(crds, object)
		case apiServiceKind:
			if err := c.checkAPIService(ctx, wanted.Key, kube.RefOf(object)); err != nil {
				return nil, err
			}
		}
	}
	warnings, err := c.checkCRDs(ctx, wanted.Key, crds)
	if err == nil && wanted.Before != nil {
		err = wanted.Before(ctx)
	}
	if err != nil {
		return nil, err
	}
	return warnings, c.applyCRDs(ctx, wanted.Key, crds)
}

// checkAPIService refuses an API that another program serves: the cluster has
// one server for each, and the last to register takes it from the others.
func (c *Client) checkAPIService(ctx context.Context, key Key, ref kube.Ref) error {
	live, err := c.cluster.Get(ctx, ref)
	if kube.IsGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	owner := OwnerOf(live)
	if owner == key {
		return nil
	}
	name, _, _ := unstructured.NestedString(live.Object, "spec", "service", "name")
	namespace, _, _ := unstructured.NestedString(live.Object, "spec", "service", "namespace")
	words := fmt.Sprintf("the Service %q", namespace+"/"+name)
	if owner.Name != "" {
		words += fmt.Sprintf(" of the %s", owner)
	}
	return &OwnedError{Object: ref, Owner: words, Remedy: fmt.Sprintf(
		"A cluster has one server for each API, so only one program can serve external metrics. Uninstall the other one, "+
			"or import it if it is this chart. If it is gone and only this object was left behind, run `kubectl delete apiservice %s`.", ref.Name)}
}

// IsRecord reports whether an object is the record of a revision of a release.
func IsRecord(ref kube.Ref, key Key) bool {
	return ref.Kind == "Secret" && ref.Namespace == key.Namespace && strings.HasPrefix(ref.Name, storage.HelmStorageType+"."+key.Name+".v")
}
