package helm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Error is an operation of Helm's on a release that failed.
type Error struct {
	Key Key
	// Doing is what was being done, such as installing.
	Doing string
	Err   error
}

func (e *Error) Error() string { return fmt.Sprintf("%s the %s: %v", e.Doing, e.Key, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// UpgradeError is an upgrade that failed, and what the release is now.
type UpgradeError struct {
	Key Key
	Err error
	// GoodRevision is the revision that the release was rolled back to, or 0 if
	// it has none that ever was complete.
	GoodRevision int
	// GoodVersion is that revision's version of the chart.
	GoodVersion string
	// Rollback is why rolling back failed, or nil.
	Rollback error
}

func (e *UpgradeError) Error() string {
	text := fmt.Sprintf("upgrading the %s: %v\n\n", e.Key, e.Err)
	switch {
	case e.GoodRevision == 0:
		return text + "It has no earlier revision to roll back to: it stays as the upgrade left it, and the next apply tries again."
	case e.Rollback != nil:
		return text + fmt.Sprintf("Rolling back to revision %d (chart version %s) failed too: %v", e.GoodRevision, e.GoodVersion, e.Rollback)
	}
	return text + fmt.Sprintf("It was rolled back to revision %d (chart version %s), which is ready again.", e.GoodRevision, e.GoodVersion)
}

// Unwrap gives both, so that errors.Is and errors.As find either.
func (e *UpgradeError) Unwrap() []error {
	if e.Rollback == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Rollback}
}

// OwnedError says that an object which the chart brings belongs to someone else.
type OwnedError struct {
	Object kube.Ref
	// Owner is who it belongs to, in words.
	Owner string
	// Remedy is what to do about it.
	Remedy string
}

func (e *OwnedError) Error() string {
	return fmt.Sprintf("%s exists already and belongs to %s", e.Object, e.Owner)
}

// Describe puts an error into words: a summary of a few words, and a detail that
// says what happened, why, and what to do. Neither holds a credential.
func Describe(err error) (summary, detail string) {
	var (
		fetched  *ChartError
		owned    *OwnedError
		unready  *UnreadyError
		upgraded *UpgradeError
		none     *NoReleaseError
	)
	switch {
	case errors.As(err, &fetched):
		return "The chart cannot be had", sentence(err) + "\n\nCheck repository, chart and version, and that this machine can reach the repository."
	case errors.As(err, &owned):
		return "The object belongs to someone else", sentence(err) + "\n\n" + owned.Remedy
	case isForeign(err):
		return "An object of the chart exists already", sentence(err) + "\n\nDelete the object, or set the chart's values so that the chart does not bring it (for a service account, its `create` is then `false`)."
	case errors.As(err, &upgraded):
		return "The upgrade failed", sentence(err)
	case errors.As(err, &unready):
		return "The release is not ready", sentence(err)
	case errors.As(err, &none):
		return "The release does not exist", sentence(err)
	}
	summary, detail = kube.Describe(err)
	if kube.Classify(err) == kube.Unknown {
		return "The Helm operation failed", sentence(err)
	}
	return summary, detail
}

// isForeign reports Helm's refusal of an object that is there and has not the
// marks of the release. Helm has no type for it (pkg/action/validate.go).
func isForeign(err error) bool {
	return strings.Contains(err.Error(), "cannot be imported into the current release")
}

func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
