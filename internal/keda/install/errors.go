package install

import (
	"errors"
	"fmt"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// OtherError says that the cluster has another KEDA.
type OtherError struct {
	Operator kube.Ref
	// Release is the Helm release that it belongs to; its name is empty if it
	// belongs to none.
	Release helm.Key
}

func (e *OtherError) Error() string {
	text := fmt.Sprintf("KEDA is installed already: %s", e.Operator)
	if e.Release.Name != "" {
		text += fmt.Sprintf(" of the %s", e.Release)
	}
	return text
}

// NamespaceError says that the release's namespace does not exist.
type NamespaceError struct{ Namespace string }

func (e *NamespaceError) Error() string {
	return fmt.Sprintf("the namespace %q does not exist", e.Namespace)
}

// InUseError says which objects still need KEDA.
type InUseError struct{ Objects []kube.Ref }

// shownObjects bounds an error message.
const shownObjects = 20

func (e *InUseError) Error() string {
	var words strings.Builder
	fmt.Fprintf(&words, "KEDA is still in use, by %d of its objects", len(e.Objects))
	for _, ref := range e.Objects[:min(len(e.Objects), shownObjects)] {
		fmt.Fprintf(&words, "\n- %s", ref)
	}
	if more := len(e.Objects) - shownObjects; more > 0 {
		fmt.Fprintf(&words, "\n- and %d more", more)
	}
	return words.String()
}

// Describe puts an error of this package or of those below it into words: a
// summary of a few words, and a detail that says what happened, why, and what to
// do.
func Describe(err error) (summary, detail string) {
	var (
		other     *OtherError
		namespace *NamespaceError
		inUse     *InUseError
	)
	switch {
	case errors.As(err, &other):
		return "KEDA is installed already", sentence(err) + "\n\n" +
			"A cluster has one KEDA. Uninstall the other one, or import it" + importOf(other.Release) + "."
	case errors.As(err, &namespace):
		return "The namespace does not exist", sentence(err) + "\n\nCreate it first, and let this resource depend on it, or leave create_namespace at true."
	case errors.As(err, &inUse):
		return "KEDA is still in use", err.Error() + "\n\n" +
			"Only a running operator takes its finalizer off these objects: without it they could never be deleted, and their workloads would stay as they are. " +
			"Nothing was changed. Delete these objects first. If they are in a Terraform configuration, let them depend on this resource, " +
			"by `depends_on` or by using one of its attributes, so that Terraform destroys them before it."
	}
	return helm.Describe(err)
}

func importOf(release helm.Key) string {
	if release.Name == "" {
		return " (it is no Helm release, so it has to be uninstalled)"
	}
	return fmt.Sprintf(" by the id %q", release.Namespace+"/"+release.Name)
}

func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
