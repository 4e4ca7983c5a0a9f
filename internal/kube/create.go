package kube

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// neverVersion is a resource version that no object ever has, which makes a
// server-side apply create the object or fail: etcd begins at revision 1, so
// the first thing written gets 2. A plain POST would do it too, but records its
// fields under the operation Update, and the next apply by the same manager
// would conflict with it. Reading first and applying then is a request more,
// and a race.
const neverVersion = "1"

// ExistsError says that an object exists that Create did not make.
type ExistsError struct {
	Object Ref
	// Managers are the live object's field managers.
	Managers []string
	// Reason is why the object does not count as left by an interrupted run.
	Reason string
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s exists already and was not made by this configuration: %s. Its field managers are %s. "+
		"Import it by the id %q, delete it, or choose another name", e.Object, e.Reason, strings.Join(e.Managers, ", "), e.Object.ID())
}

// Create makes an object by server-side apply, and refuses one that exists.
//
// An apply may be killed after the API server stored the object and before
// Terraform stored its state. Nothing survives then but the object itself, so
// Create takes an existing object for the remains of such a run, and says so in
// Applied.Adopted, if and only if
//   - the field manager created it, by an apply, and has not changed it since;
//   - no other manager applies to it, and nobody is deleting it; and
//   - the API server, asked by a dry run, says that applying the configuration
//     would change nothing.
//
// Everything else is an *ExistsError. What the rule cannot tell apart is a
// second configuration that declares the very same object under the same field
// manager: callers warn about every adoption, and configurations that may
// declare the same objects need field managers of their own.
func (c *Client) Create(ctx context.Context, object *unstructured.Unstructured, options ApplyOptions) (*Applied, error) {
	ref := RefOf(object)
	desired := intent(object, options.FieldManager)
	desired.SetResourceVersion(neverVersion)
	return repeat(ctx, contention, func(ctx context.Context) (*Applied, error) {
		applied, err := c.patch(ctx, desired, options)
		var conflict *ConflictError
		if err == nil || (!apierrors.IsConflict(err) && !errors.As(err, &conflict)) {
			return applied, err
		}
		live, getErr := c.Get(ctx, ref)
		if getErr != nil && IsGone(getErr) {
			// A conflict over an object that is not there is over a quota that
			// others use too, or over one that was deleted in between.
			return nil, &lostRaceError{err}
		}
		if getErr != nil {
			return nil, getErr
		}
		return c.adopt(ctx, live, intent(object, options.FieldManager), options)
	})
}

// adopt takes the live object over if an interrupted run left it.
func (c *Client) adopt(ctx context.Context, live, desired *unstructured.Unstructured, options ApplyOptions) (*Applied, error) {
	refuse := func(reason string) (*Applied, error) {
		return nil, &ExistsError{Object: RefOf(live), Managers: managers(live), Reason: reason}
	}
	if live.GetDeletionTimestamp() != nil {
		return refuse("it is being deleted")
	}
	if reason := notMadeBy(live, options.FieldManager); reason != "" {
		return refuse(reason)
	}
	// Naming the version makes a change in between a conflict: what a controller
	// does to a new object must not pass for a difference.
	desired.SetResourceVersion(live.GetResourceVersion())
	would, err := c.patch(ctx, desired, ApplyOptions{FieldManager: options.FieldManager}, metav1.DryRunAll)
	var conflict *ConflictError
	switch {
	case apierrors.IsConflict(err) && !errors.As(err, &conflict):
		return nil, &lostRaceError{err}
	case err != nil && transience(err) > 0:
		return nil, err
	case err != nil:
		return refuse(fmt.Sprintf("it cannot be compared with the configuration (%v)", err))
	case !equality.Semantic.DeepEqual(content(live, options.FieldManager), content(would.Object, options.FieldManager)):
		return refuse("its content is not what the configuration says")
	}
	return &Applied{Object: live, Adopted: true, Warnings: would.Warnings}, nil
}

// oneRequest is how far apart the two times can be that the API server notes in
// one request: it evaluates fields, then calls webhooks, then stores, within its
// own limit for a request (--request-timeout).
const oneRequest = time.Minute

// notMadeBy says why the field manager is not the object's maker, or nothing.
func notMadeBy(live *unstructured.Unstructured, manager string) string {
	entry := applyEntry(live, manager)
	if entry == nil {
		return fmt.Sprintf("the field manager %q owns none of it by an apply", manager)
	}
	// An apply to what exists that changes nothing leaves no time.
	if entry.Time == nil || entry.Time.Sub(live.GetCreationTimestamp().Time).Abs() > oneRequest {
		return fmt.Sprintf("the field manager %q did not create it, or has changed it since", manager)
	}
	for _, other := range live.GetManagedFields() {
		switch {
		case other.Subresource != "" || isApplyOf(other, manager):
		case other.Operation == metav1.ManagedFieldsOperationApply:
			return fmt.Sprintf("%q applies to it too", other.Manager)
		case other.Time != nil && other.Time.Before(entry.Time):
			return fmt.Sprintf("%q wrote it before the field manager %q did", other.Manager, manager)
		}
	}
	return ""
}

func isApplyOf(entry metav1.ManagedFieldsEntry, manager string) bool {
	return entry.Manager == manager && entry.Operation == metav1.ManagedFieldsOperationApply && entry.Subresource == ""
}

func applyEntry(live *unstructured.Unstructured, manager string) *metav1.ManagedFieldsEntry {
	for _, entry := range live.GetManagedFields() {
		if isApplyOf(entry, manager) {
			return &entry
		}
	}
	return nil
}

// content is what an apply by the manager can change: not the status, nor what
// other managers do to the object at the same time.
func content(object *unstructured.Unstructured, manager string) map[string]any {
	entry := applyEntry(object, manager)
	kept := intent(object, manager)
	if entry != nil && entry.FieldsV1 != nil {
		kept.Object["fields owned"] = entry.FieldsV1.GetRawString()
	}
	return kept.Object
}

// managers names the live object's field managers, each once.
func managers(live *unstructured.Unstructured) []string {
	var names []string
	seen := map[string]bool{}
	for _, entry := range live.GetManagedFields() {
		if !seen[entry.Manager] {
			seen[entry.Manager] = true
			names = append(names, fmt.Sprintf("%q", entry.Manager))
		}
	}
	return names
}
