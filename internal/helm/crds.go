package helm

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// applyCRDs brings the chart's CustomResourceDefinitions, and waits until the
// API server serves their kinds. Helm upgrades neither those in the folder crds
// nor, by a patch between two charts, one that was changed or left behind.
func (c *Client) applyCRDs(ctx context.Context, key Key, crds []*unstructured.Unstructured) error {
	for _, crd := range crds {
		markOwned(crd, key)
		// What another manager set in an earlier version's schema must not stay.
		applied, err := c.cluster.Apply(ctx, crd, kube.ApplyOptions{FieldManager: c.manager, Force: true})
		if err != nil {
			return err
		}
		if _, err := c.cluster.Wait(ctx, applied.Object, rolledOut); err != nil {
			return err
		}
	}
	if len(crds) > 0 {
		c.report(ctx, "the kinds are established", map[string]any{"custom_resource_definitions": len(crds)})
	}
	return nil
}

// checkCRDs refuses those that belong to another release. Those that exist and
// belong to no living release are taken over, with a warning about each: they
// outlive a release that keeps them.
func (c *Client) checkCRDs(ctx context.Context, key Key, crds []*unstructured.Unstructured) ([]string, error) {
	var warnings []string
	for _, crd := range crds {
		adopted, err := c.checkCRD(ctx, key, kube.RefOf(crd))
		if err != nil {
			return nil, err
		}
		if adopted != "" {
			warnings = append(warnings, adopted)
		}
	}
	return warnings, nil
}

// checkCRD refuses one that belongs to another release, and returns a warning if
// one is taken over.
func (c *Client) checkCRD(ctx context.Context, key Key, ref kube.Ref) (warning string, err error) {
	live, err := c.cluster.Get(ctx, ref)
	if kube.IsGone(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	owner := OwnerOf(live)
	if owner == key {
		return "", nil
	}
	if owner.Name == "" {
		return fmt.Sprintf("%s existed already and belonged to no Helm release. It was taken over, and goes when this release is destroyed.", ref), nil
	}
	alive, err := c.exists(ctx, owner)
	if err != nil {
		return "", err
	}
	if alive {
		return "", &OwnedError{Object: ref, Owner: fmt.Sprintf("the %s", owner), Remedy: "A cluster has one set of these kinds, " +
			"so the chart can be installed once. Import that release, or uninstall it first."}
	}
	return fmt.Sprintf("%s was left behind by the %s, which is gone. It was taken over, and goes when this release is destroyed.", ref, owner), nil
}

// markOwned makes an object one of the release, so that Helm takes it for its own.
func markOwned(object *unstructured.Unstructured, key Key) {
	labels, annotations := object.GetLabels(), object.GetAnnotations()
	if labels == nil {
		labels = map[string]string{}
	}
	if annotations == nil {
		annotations = map[string]string{}
	}
	labels[managedByLabel] = managedByHelm
	annotations[nameAnnotation], annotations[namespaceAnnotation] = key.Name, key.Namespace
	object.SetLabels(labels)
	object.SetAnnotations(annotations)
}
