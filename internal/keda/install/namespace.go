package install

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

const (
	managedByLabel = "app.kubernetes.io/managed-by"
	managedBy      = "terraform-provider-keda"
	// madeForAnnotation names the release that a namespace was made for, with
	// which it goes.
	madeForAnnotation = "terraform-provider-keda/made-for"
)

func namespaceRef(name string) kube.Ref {
	return kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}, Name: name}
}

func madeFor(key helm.Key) string { return key.Namespace + "/" + key.Name }

// ensureNamespace makes the namespace, or finds it. One that is being deleted
// is waited for.
func (i *Installer) ensureNamespace(ctx context.Context, wanted Wanted) error {
	ref := namespaceRef(wanted.Namespace)
	live, err := i.cluster.Get(ctx, ref)
	switch {
	case err != nil && !kube.IsGone(err):
		return err
	case err == nil && live.GetDeletionTimestamp() == nil:
		return nil
	case err == nil:
		// It is on its way out: a second request changes nothing, and waits.
		if _, err := i.cluster.Delete(ctx, ref, kube.DeleteOptions{UID: live.GetUID()}); err != nil {
			return err
		}
	}
	if !wanted.CreateNamespace {
		return &NamespaceError{Namespace: wanted.Namespace}
	}
	namespace := &unstructured.Unstructured{}
	namespace.SetGroupVersionKind(ref.GroupVersionKind)
	namespace.SetName(ref.Name)
	namespace.SetLabels(map[string]string{managedByLabel: managedBy})
	namespace.SetAnnotations(map[string]string{madeForAnnotation: madeFor(wanted.Key)})
	_, err = i.cluster.Create(ctx, namespace, kube.ApplyOptions{FieldManager: i.manager})
	if _, exists := errors.AsType[*kube.ExistsError](err); exists {
		// Another resource of the same apply was faster.
		return nil
	}
	return err
}

// removeNamespace deletes the namespace if it was made for the release and holds
// nothing of others, and returns whether it is gone, or a warning if it is kept
// for what it holds.
func (i *Installer) removeNamespace(ctx context.Context, key helm.Key) (gone bool, warning string, err error) {
	ref := namespaceRef(key.Namespace)
	live, err := i.cluster.Get(ctx, ref)
	if kube.IsGone(err) {
		return true, "", nil
	}
	if err != nil {
		return false, "", err
	}
	if live.GetAnnotations()[madeForAnnotation] != madeFor(key) {
		return false, "", nil
	}
	if live.GetDeletionTimestamp() == nil {
		others, err := i.others(ctx, key)
		if kube.Classify(err) == kube.Forbidden {
			return false, fmt.Sprintf("The namespace %q was made for KEDA and is kept, because it is not known what else it holds: %v.", key.Namespace, err), nil
		}
		if err != nil {
			return false, "", err
		}
		if len(others) > 0 {
			return false, fmt.Sprintf("The namespace %q was made for KEDA and is kept, because it holds what others made: %s.", key.Namespace, strings.Join(others, ", ")), nil
		}
	}
	_, err = i.cluster.Delete(ctx, ref, kube.DeleteOptions{UID: live.GetUID()})
	return err == nil, "", err
}

// others names what a namespace holds beside the records of the release.
func (i *Installer) others(ctx context.Context, key helm.Key) ([]string, error) {
	found, err := i.cluster.Contents(ctx, key.Namespace)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(ref kube.Ref) bool { return helm.IsRecord(ref, key) })
	var names []string
	for _, ref := range found[:min(len(found), shownObjects)] {
		names = append(names, ref.String())
	}
	return names, nil
}
