package install

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// finalized are the kinds whose objects KEDA's operator puts a finalizer on.
var finalized = []string{"ScaledObject", "ScaledJob", "TriggerAuthentication", "ClusterTriggerAuthentication"}

// object is an object of KEDA that is being deleted.
type object struct {
	kube.Ref
	uid types.UID
}

// inUse lists the objects of KEDA that are being deleted. Errors: an
// *InUseError if there are others.
func (i *Installer) inUse(ctx context.Context) ([]object, error) {
	var (
		waiting []object
		used    []kube.Ref
	)
	for _, kind := range finalized {
		ref := kube.Ref{GroupVersionKind: schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: kind}}
		found, err := i.cluster.List(ctx, ref, "")
		if kube.IsGone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for n := range found {
			if found[n].GetDeletionTimestamp() == nil {
				used = append(used, kube.RefOf(&found[n]))
			} else {
				waiting = append(waiting, object{Ref: kube.RefOf(&found[n]), uid: found[n].GetUID()})
			}
		}
	}
	if len(used) > 0 {
		return nil, &InUseError{Objects: used}
	}
	return waiting, nil
}

// operatorWorks reports whether an operator has a pod that is ready.
func (i *Installer) operatorWorks(ctx context.Context) (bool, error) {
	for _, labels := range operatorLabels {
		found, err := i.cluster.List(ctx, kube.Ref{GroupVersionKind: deploymentKind}, labels)
		if err != nil {
			return false, err
		}
		for n := range found {
			if ready, _, _ := unstructured.NestedInt64(found[n].Object, "status", "readyReplicas"); ready > 0 {
				return true, nil
			}
		}
	}
	return false, nil
}

const (
	// leaseName is the operator's leader election (--leader-election-id).
	leaseName = "operator.keda.sh"
	// certificates is the Secret in which the operator keeps the certificates that
	// it makes, where the chart's values do not name another.
	certificates = "kedaorg-certs"
)

// removeLeftovers deletes what the operator made in the release's namespace and
// nobody else removes.
func (i *Installer) removeLeftovers(ctx context.Context, release *helm.Release) error {
	leftovers := []kube.Ref{{
		GroupVersionKind: schema.GroupVersionKind{Group: "coordination.k8s.io", Version: "v1", Kind: "Lease"},
		Namespace:        release.Namespace, Name: leaseName,
	}}
	secret := kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "Secret"}, Namespace: release.Namespace, Name: certificates}
	if name, found, _ := unstructured.NestedString(release.Values, "certificates", "secretName"); found && name != "" {
		secret.Name = name
	}
	live, err := i.cluster.Get(ctx, secret)
	switch {
	case err == nil && madeByOperator(live):
		leftovers = append(leftovers, secret)
	case err != nil && !kube.IsGone(err):
		return err
	}
	return i.remove(ctx, leftovers)
}

// madeByOperator tells the operator's Secret from one of a user or of
// cert-manager, by the labels that the operator gives it.
func madeByOperator(secret *unstructured.Unstructured) bool {
	return secret.GetLabels()["app.kubernetes.io/name"] == "keda-operator" && helm.OwnerOf(secret).Name == ""
}

// orphans returns the kinds that an install brought and whose release has no
// record: they come before it.
func (i *Installer) orphans(ctx context.Context, key helm.Key) ([]kube.Ref, error) {
	found, err := i.cluster.List(ctx, kube.Ref{GroupVersionKind: helm.CRDKind}, helm.ManagedSelector)
	if err != nil {
		return nil, err
	}
	var orphans []kube.Ref
	for n := range found {
		if helm.OwnerOf(&found[n]) == key && !helm.Keeps(&found[n]) {
			orphans = append(orphans, kube.RefOf(&found[n]))
		}
	}
	return orphans, nil
}

// Remains reports whether something is left of an install that has no record, or
// of a release whose record somebody deleted.
func (i *Installer) Remains(ctx context.Context, key helm.Key) (bool, error) {
	orphans, err := i.orphans(ctx, key)
	return len(orphans) > 0, err
}
