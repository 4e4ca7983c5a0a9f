package helm

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	helmkube "helm.sh/helm/v3/pkg/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Keeps reports whether an object of a release outlives it by Helm's resource
// policy.
func Keeps(object *unstructured.Unstructured) bool {
	policy := object.GetAnnotations()[helmkube.ResourcePolicyAnno]
	return strings.EqualFold(strings.TrimSpace(policy), helmkube.KeepPolicy)
}

// IsCRD reports whether an object of a release is a CustomResourceDefinition.
func IsCRD(object *unstructured.Unstructured) bool { return isKind(object, crdKind) }

// IsAPIService reports whether an object of a release registers an API.
func IsAPIService(object *unstructured.Unstructured) bool { return isKind(object, apiServiceKind) }

func isKind(object *unstructured.Unstructured, kind schema.GroupKind) bool {
	return object.GroupVersionKind().GroupKind() == kind
}

// Uninstall removes what a release consists of, but not its record, which says
// from then on that it is uninstalled: whoever is cut off after it can still
// tell that there is more to clean up. Forget removes the record. A release that
// does not exist is uninstalled. It waits for nothing.
func (c *Client) Uninstall(ctx context.Context, key Key) error {
	return c.uninstall(ctx, key, true)
}

// Forget removes the record of a release that is uninstalled.
func (c *Client) Forget(ctx context.Context, key Key) error {
	return c.uninstall(ctx, key, false)
}

func (c *Client) uninstall(ctx context.Context, key Key, keepRecord bool) error {
	found, err := c.Get(ctx, key)
	if _, ok := errors.AsType[*NoReleaseError](err); ok {
		return nil
	}
	if err != nil {
		return err
	}
	if keepRecord && found.Status == uninstalled {
		return nil
	}
	begun, err := c.begin(ctx, key)
	if err != nil {
		return err
	}
	defer begun.end()
	uninstall := action.NewUninstall(begun.config)
	uninstall.KeepHistory, uninstall.IgnoreNotFound, uninstall.Timeout = keepRecord, true, remaining(ctx)
	if _, err := uninstall.Run(key.Name); err != nil {
		// Helm returns that objects could not be deleted, and only reports why.
		return &Error{Key: key, Doing: "uninstalling", Err: fmt.Errorf("%w: %s", err, begun.said)}
	}
	return nil
}
