package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// DeleteOptions is how an object is deleted.
type DeleteOptions struct {
	// UID is the object that is meant. Another one of the same name is left alone.
	UID types.UID
	// Propagation is what happens to the objects that it owns. Empty means the
	// kind's own default.
	Propagation metav1.DeletionPropagation
	// Orphaned allows a finalizer to be removed by force.
	Orphaned *OrphanedFinalizer
}

// OrphanedFinalizer is a finalizer that nobody may be left to remove.
type OrphanedFinalizer struct {
	// Name is the finalizer, such as finalizer.keda.sh.
	Name string
	// Absent reports whether the controller that should remove it is provably
	// absent, and why it is thought so. An error means that it is not known: the
	// finalizer stays, and Absent is asked again. It is called every two seconds
	// while the finalizer keeps the object.
	Absent func(ctx context.Context) (absent bool, why string, err error)
}

// Delete deletes an object and waits until it is gone, which it is too when it
// did not exist. ctx bounds the wait. It returns warnings, which tell of a
// finalizer that was removed by force.
//
// Errors: a *DeleteError that names what keeps the object.
func (c *Client) Delete(ctx context.Context, ref Ref, options DeleteOptions) ([]string, error) {
	request := metav1.DeleteOptions{}
	if options.UID != "" {
		request.Preconditions = &metav1.Preconditions{UID: &options.UID}
	}
	if options.Propagation != "" {
		request.PropagationPolicy = &options.Propagation
	}
	start := time.Now()
	live, err := c.dismiss(ctx, ref, request)
	// A conflict is over the UID, so the object that is meant is gone.
	if IsGone(err) || apierrors.IsConflict(err) {
		return nil, nil
	}
	if err != nil || live == nil {
		return nil, err
	}
	deletion := &deletion{client: c, ref: ref, live: live, options: options}
	if err := c.observe(ctx, ref, live, deletion.visit); err != nil {
		return deletion.warnings, &DeleteError{
			Object: ref, After: time.Since(start), Blockers: blockers(deletion.live), Unsure: deletion.unsure,
			Cause: err, Events: c.lastWords(ctx, deletion.live, start),
		}
	}
	return deletion.warnings, nil
}

// dismiss asks for an object to be deleted, and returns it as it is while
// something still holds it, or nil once it is gone.
//
// The API server answers with the object, or, for one that it deleted at once,
// with a Status that names the object's UID: this is how it lets clients tell the
// two apart (finalizeDelete in k8s.io/apiserver). Any other Status says only that
// the request was taken, as aggregated APIs do, and the object is read.
func (c *Client) dismiss(ctx context.Context, ref Ref, request metav1.DeleteOptions) (*unstructured.Unstructured, error) {
	kind, _, err := c.endpoint(ctx, ref)
	if err != nil {
		return nil, err
	}
	if err := ref.fits(kind); err != nil {
		return nil, err
	}
	built, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	return retry(ctx, func(ctx context.Context) (*unstructured.Unstructured, error) {
		var answer unstructured.Unstructured
		err := built.rest.Delete().AbsPath(kind.root()).NamespaceIfScoped(ref.Namespace, kind.Namespaced).
			Resource(kind.Resource).Name(ref.Name).Body(&request).Do(ctx).Into(&answer)
		if err != nil {
			return nil, ref.explain(err)
		}
		if answer.GetKind() != "Status" {
			return &answer, nil
		}
		if uid, _, _ := unstructured.NestedString(answer.Object, "details", "uid"); uid != "" {
			return nil, nil
		}
		return c.Get(ctx, ref)
	})
}

// deletion is one object on its way out.
type deletion struct {
	client   *Client
	ref      Ref
	options  DeleteOptions
	live     *unstructured.Unstructured
	warnings []string
	// unsure is why it is not known whether the finalizer is orphaned.
	unsure error
}

func (d *deletion) visit(ctx context.Context, live *unstructured.Unstructured) (bool, error) {
	// An object that is not being deleted was made after the one that was.
	if live == nil || live.GetDeletionTimestamp() == nil {
		return true, nil
	}
	d.live = live
	orphaned := d.options.Orphaned
	if orphaned == nil || !slices.Contains(live.GetFinalizers(), orphaned.Name) {
		return false, nil
	}
	absent, why, err := orphaned.Absent(ctx)
	if d.unsure = err; err != nil || !absent {
		return false, nil
	}
	return false, d.strip(ctx, orphaned.Name, why)
}

// strip removes the finalizer from the object as it was seen, so that nothing
// that changed since is lost.
func (d *deletion) strip(ctx context.Context, finalizer, why string) error {
	body, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"uid":             d.live.GetUID(),
		"resourceVersion": d.live.GetResourceVersion(),
		"finalizers":      slices.DeleteFunc(d.live.GetFinalizers(), func(name string) bool { return name == finalizer }),
	}})
	if err != nil {
		return fmt.Errorf("encoding the finalizers of %s: %w", d.ref, err)
	}
	objects, err := d.client.resource(ctx, d.ref)
	if err != nil {
		return err
	}
	_, err = retry(ctx, func(ctx context.Context) (*unstructured.Unstructured, error) {
		return objects.Patch(ctx, d.ref.Name, types.MergePatchType, body, metav1.PatchOptions{})
	})
	switch {
	case apierrors.IsNotFound(err), apierrors.IsConflict(err):
		// It went or changed meanwhile, and is visited again.
		return nil
	case err != nil:
		return fmt.Errorf("removing the finalizer %q: %w", finalizer, err)
	}
	d.warnings = append(d.warnings, fmt.Sprintf(
		"The finalizer %q was removed from %s by force, because %s. What its controller would have cleaned up may be left behind.", finalizer, d.ref, why))
	return nil
}
