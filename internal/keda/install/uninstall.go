package install

import (
	"context"
	"errors"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/keda/readiness"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// drainTimeout is how long a running operator gets to finish with objects that
// are being deleted already. It takes seconds for each; a busy one loses some
// minutes to conflicts (kedacore/keda#7950).
const drainTimeout = 5 * time.Minute

// Uninstall removes KEDA, and returns when nothing of it is left. It can be
// repeated after it was cut off anywhere. It returns warnings.
//
// The order keeps every object deletable: nothing happens while objects of KEDA
// exist that nobody is deleting; the kinds go while the operator lives, which
// releases what was made in the last moment; the operator goes after them, and
// the record of the release last. Where the operator is dead, what still waits
// for it is released by force, once it is provably absent.
//
// Errors: an *InUseError, a *kube.DeleteError that names what keeps an object,
// or those of package helm.
func (i *Installer) Uninstall(ctx context.Context, key helm.Key) ([]string, error) {
	release, err := i.releases.Get(ctx, key)
	if _, ok := errors.AsType[*helm.NoReleaseError](err); ok {
		return i.uninstallRemains(ctx, key)
	}
	if err != nil {
		return nil, err
	}
	objects, err := partsOf(release)
	if err != nil {
		return nil, err
	}
	waiting, err := i.drain(ctx)
	if err != nil {
		return nil, err
	}
	if err := i.remove(ctx, objects.registrations); err != nil {
		return nil, err
	}
	if len(waiting) == 0 {
		if err := i.remove(ctx, objects.crds); err != nil {
			return nil, err
		}
	}
	if err := i.remove(ctx, objects.workloads); err != nil {
		return nil, err
	}
	if err := i.removeLeftovers(ctx, release); err != nil {
		return nil, err
	}
	warnings, err := i.release(ctx, waiting)
	if err != nil {
		return warnings, err
	}
	if err := i.remove(ctx, objects.crds); err != nil {
		return warnings, err
	}
	more, err := i.finish(ctx, key)
	return append(warnings, more...), err
}

// uninstallRemains removes what is left where there is no record of a release.
func (i *Installer) uninstallRemains(ctx context.Context, key helm.Key) ([]string, error) {
	if _, err := i.inUse(ctx); err != nil {
		return nil, err
	}
	orphans, err := i.orphans(ctx, key)
	if err != nil {
		return nil, err
	}
	if err := i.remove(ctx, orphans); err != nil {
		return nil, err
	}
	_, warning, err := i.removeNamespace(ctx, key)
	return appendText(nil, warning), err
}

// finish removes what is left of the release, then its record: with the
// namespace, where that goes too.
func (i *Installer) finish(ctx context.Context, key helm.Key) ([]string, error) {
	if err := i.releases.Uninstall(ctx, key); err != nil {
		return nil, err
	}
	gone, warning, err := i.removeNamespace(ctx, key)
	warnings := appendText(nil, warning)
	if err != nil || gone {
		return warnings, err
	}
	return warnings, i.releases.Forget(ctx, key)
}

// remove deletes objects and waits until they are gone, with their pods where
// they are workloads.
func (i *Installer) remove(ctx context.Context, refs []kube.Ref) error {
	for _, ref := range refs {
		options := kube.DeleteOptions{}
		if ref.Group == "apps" {
			options.Propagation = metav1.DeletePropagationForeground
		}
		if _, err := i.cluster.Delete(ctx, ref, options); err != nil {
			return err
		}
	}
	return nil
}

// drain refuses while KEDA is in use, and gives a running operator time for what
// is being deleted. It returns what still waits for its finalizer to be removed.
func (i *Installer) drain(ctx context.Context) ([]object, error) {
	all, err := i.inUse(ctx)
	if err != nil {
		return nil, err
	}
	working, err := i.operatorWorks(ctx)
	if err != nil || len(all) == 0 || !working {
		return all, err
	}
	draining, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	for _, object := range all {
		// Whatever goes wrong, they are looked at again below.
		_, _ = i.cluster.Delete(draining, object.Ref, kube.DeleteOptions{UID: object.uid})
	}
	return i.inUse(ctx)
}

// release removes the finalizers of a dead operator. What says that it is
// provably absent is the same rule as for a single object.
func (i *Installer) release(ctx context.Context, waiting []object) ([]string, error) {
	var warnings []string
	for _, object := range waiting {
		said, err := i.cluster.Delete(ctx, object.Ref, kube.DeleteOptions{UID: object.uid, Orphaned: readiness.Orphaned(i.cluster)})
		warnings = append(warnings, said...)
		if err != nil {
			return warnings, err
		}
	}
	return warnings, nil
}

func appendText(texts []string, text string) []string {
	if text == "" {
		return texts
	}
	return append(texts, text)
}
