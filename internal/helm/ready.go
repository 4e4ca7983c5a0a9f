package helm

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	helmkube "helm.sh/helm/v3/pkg/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// UnreadyError says that an object of a release did not become ready, and what
// its pods say about it.
type UnreadyError struct {
	Object kube.Ref
	// Err is how the wait ended.
	Err error
	// Causes are what the object's pods tell, in words.
	Causes []string
}

func (e *UnreadyError) Error() string {
	return strings.Join(append([]string{e.Err.Error()}, e.Causes...), "\n- ")
}

func (e *UnreadyError) Unwrap() error { return e.Err }

// waited are the kinds that a release is waited for, in this order, and what
// makes an object of them ready.
var waited = []struct {
	schema.GroupKind
	ready kube.Predicate
}{
	{crdKind, rolledOut},
	{schema.GroupKind{Group: "batch", Kind: "Job"}, rolledOut},
	{schema.GroupKind{Group: "apps", Kind: "Deployment"}, rolledOut},
	{schema.GroupKind{Group: "apps", Kind: "StatefulSet"}, rolledOut},
	{schema.GroupKind{Group: "apps", Kind: "DaemonSet"}, rolledOut},
	{apiServiceKind, available},
}

// WaitReady returns when everything of a release is ready, without changing it.
// Errors: an *UnreadyError, or the cluster's.
func (c *Client) WaitReady(ctx context.Context, release *Release) error {
	begun, err := c.begin(ctx, release.Key)
	if err != nil {
		return err
	}
	defer begun.end()
	objects, err := release.Objects()
	if err != nil {
		return err
	}
	refs := make([]kube.Ref, 0, len(objects))
	for _, object := range objects {
		refs = append(refs, kube.RefOf(object))
	}
	return c.wait(ctx, begun, refs)
}

// refsOf names what Helm wants to be waited for.
func refsOf(resources helmkube.ResourceList) []kube.Ref {
	refs := make([]kube.Ref, 0, len(resources))
	for _, info := range resources {
		refs = append(refs, kube.Ref{GroupVersionKind: info.Mapping.GroupVersionKind, Namespace: info.Namespace, Name: info.Name})
	}
	return refs
}

// wait returns when everything of a release is ready.
func (c *Client) wait(ctx context.Context, begun *operation, refs []kube.Ref) error {
	for _, stage := range waited {
		for _, ref := range refs {
			if ref.GroupKind() != stage.GroupKind {
				continue
			}
			live, err := c.waitFor(ctx, ref, stage.ready)
			if err != nil {
				return &UnreadyError{Object: ref, Err: err, Causes: c.diagnose(ctx, begun, live, refs)}
			}
		}
	}
	return nil
}

func (c *Client) waitFor(ctx context.Context, ref kube.Ref, ready kube.Predicate) (*unstructured.Unstructured, error) {
	live, err := c.cluster.Get(ctx, ref)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("%s: the time allowed ran out before it was looked at (%w)", ref, context.Cause(ctx))
	case err != nil:
		return nil, err
	}
	last := ""
	live, err = c.cluster.Wait(ctx, live, func(live *unstructured.Unstructured) (bool, string, error) {
		done, progress, err := ready(live)
		if !done && progress != last {
			last = progress
			c.report(ctx, "waiting", map[string]any{"object": ref.String(), "progress": progress})
		}
		return done, progress, err
	})
	if err == nil {
		c.report(ctx, "ready", map[string]any{"object": ref.String()})
	}
	return live, err
}

// rolledOut asks kstatus, which knows the kinds' own status fields.
func rolledOut(live *unstructured.Unstructured) (bool, string, error) {
	result, err := status.Compute(live)
	switch {
	case err != nil:
		return false, "", fmt.Errorf("%s: %w", kube.RefOf(live), err)
	case result.Status == status.FailedStatus:
		return false, "", fmt.Errorf("%s: %s", kube.RefOf(live), result.Message)
	}
	return result.Status == status.CurrentStatus, result.Message, nil
}

// available is an API that the cluster hands requests on to.
func available(live *unstructured.Unstructured) (bool, string, error) {
	conditions := kube.Conditions(live)
	i := slices.IndexFunc(conditions, func(found kube.Condition) bool { return found.Type == "Available" })
	switch {
	case i < 0:
		return false, "the API server has not looked at it yet", nil
	case conditions[i].Status == "True":
		return true, "", nil
	}
	return false, fmt.Sprintf("its server does not answer (%s: %s)", conditions[i].Reason, conditions[i].Message), nil
}
