package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// ApplyOptions is how an object is applied.
type ApplyOptions struct {
	// FieldManager is the owner of the fields that the object sets.
	FieldManager string
	// Force takes over fields that other managers own.
	Force bool
	// UID is the object that an update is meant for. With it, an object that was
	// deleted meanwhile is not made again, and another one of the same name is
	// not changed. Empty means any, and makes the object if it does not exist.
	UID types.UID
}

// Applied is the outcome of an apply.
type Applied struct {
	// Object is what the API server holds now.
	Object *unstructured.Unstructured
	// Adopted says that Create found the object left by an interrupted run.
	Adopted bool
	// Warnings are those of the API server and its admission webhooks.
	Warnings []string
}

// ReplacedError says that the object of a name is not the one that was meant.
type ReplacedError struct {
	Object       Ref
	Wanted, Live types.UID
}

func (e *ReplacedError) Error() string {
	return fmt.Sprintf("%s was deleted and made again by someone else (UID %s, expected %s)", e.Object, e.Live, e.Wanted)
}

// Apply updates an object by server-side apply. Errors: a *ConflictError if
// another manager owns a field; with a UID, a *ReplacedError, or one that
// satisfies IsGone.
func (c *Client) Apply(ctx context.Context, object *unstructured.Unstructured, options ApplyOptions) (*Applied, error) {
	desired := intent(object, options.FieldManager)
	desired.SetUID(options.UID)
	applied, err := c.patch(ctx, desired, options)
	if err == nil || options.UID == "" {
		return applied, err
	}
	if moved := c.moved(ctx, RefOf(object), options.UID, err); moved != nil {
		return nil, moved
	}
	return nil, err
}

// moved explains an apply that failed because of its UID: the API server calls
// that a conflict if the object is gone, and invalid if it is another one.
func (c *Client) moved(ctx context.Context, ref Ref, uid types.UID, err error) error {
	if !apierrors.IsConflict(err) && !apierrors.IsInvalid(err) {
		return nil
	}
	live, getErr := c.Get(ctx, ref)
	switch {
	case getErr != nil && IsGone(getErr):
		return getErr
	case getErr == nil && live.GetUID() != uid:
		return &ReplacedError{Object: ref, Wanted: uid, Live: live.GetUID()}
	}
	return nil
}

// patch sends one server-side apply.
func (c *Client) patch(ctx context.Context, desired *unstructured.Unstructured, options ApplyOptions, dryRun ...string) (*Applied, error) {
	ref := RefOf(desired)
	objects, err := repeat(ctx, installation, func(ctx context.Context) (dynamic.ResourceInterface, error) {
		return c.resource(ctx, ref)
	})
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(desired.Object)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", ref, err)
	}
	ctx, reported := collectWarnings(ctx)
	patience := func(err error) time.Duration { return max(installation(err), transience(err)) }
	live, err := repeat(ctx, patience, func(ctx context.Context) (*unstructured.Unstructured, error) {
		live, err := objects.Patch(ctx, ref.Name, types.ApplyPatchType, body, metav1.PatchOptions{
			FieldManager: options.FieldManager,
			Force:        &options.Force,
			DryRun:       dryRun,
			// A field that the kind does not have is dropped by default, and the
			// configuration would differ from the object for ever.
			FieldValidation: metav1.FieldValidationStrict,
		})
		return live, ref.explain(err)
	})
	if conflict := fieldConflict(ref, err); conflict != nil {
		return nil, conflict
	}
	if err != nil {
		return nil, err
	}
	return &Applied{Object: live, Warnings: reported()}, nil
}
