package readiness

import (
	"context"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

const (
	// finalizer is on a ScaledObject, ScaledJob, TriggerAuthentication and
	// ClusterTriggerAuthentication; only a running operator removes it.
	finalizer = "finalizer.keda.sh"
	// leaseName is the operator's leader election (--leader-election-id).
	leaseName = "operator.keda.sh"
	// leaseStale is the age at which the lease of a running operator would have
	// been renewed at first sight: KEDA's default duration is 15 seconds. The rest
	// is for clocks that differ.
	leaseStale = time.Minute
)

// operatorLabels are on the operator's Deployment and pods, in KEDA's manifests
// and in its chart.
var operatorLabels = []string{"app.kubernetes.io/name=keda-operator", "app=keda-operator"}

var (
	appsVersion  = schema.GroupVersion{Group: "apps", Version: "v1"}
	leaseVersion = schema.GroupVersion{Group: "coordination.k8s.io", Version: "v1"}
)

// Orphaned lets a deletion remove KEDA's finalizer where no operator is left to
// do so.
func Orphaned(cluster Cluster) *kube.OrphanedFinalizer {
	watch := &leaseWatch{now: time.Now}
	return &kube.OrphanedFinalizer{Name: finalizer, Absent: func(ctx context.Context) (bool, string, error) {
		absent, why, err := operatorAbsent(ctx, cluster, watch)
		if err != nil {
			// An operator cannot renew its lease either while the API server is away.
			watch.forget()
		}
		return absent, why, err
	}}
}

// OperatorAbsent reports whether KEDA's operator is provably absent, and why it
// is thought so, or why not. Any doubt counts as present: a Deployment scaled to
// zero, a pod that is not ready, a lease that was renewed within the last minute,
// whatever namespace it is in. An error means that the cluster would not tell.
func OperatorAbsent(ctx context.Context, cluster Cluster) (absent bool, why string, err error) {
	return operatorAbsent(ctx, cluster, &leaseWatch{now: time.Now})
}

func operatorAbsent(ctx context.Context, cluster Cluster, watch *leaseWatch) (absent bool, why string, err error) {
	for _, kind := range []schema.GroupVersionKind{appsVersion.WithKind("Deployment"), coreVersion.WithKind("Pod")} {
		for _, labels := range operatorLabels {
			found, err := cluster.List(ctx, kube.Ref{GroupVersionKind: kind}, labels)
			if err != nil {
				return false, "", fmt.Errorf("looking for KEDA's operator: %w", err)
			}
			if len(found) > 0 {
				return false, fmt.Sprintf("KEDA's operator is installed: %s", kube.RefOf(&found[0])), nil
			}
		}
	}
	newest, err := newestLease(ctx, cluster)
	if err != nil {
		return false, "", fmt.Errorf("looking for KEDA's operator: %w", err)
	}
	if !watch.silent(newest) {
		return false, fmt.Sprintf("KEDA's operator renewed its lease %q at %s", leaseName, newest.renewed.UTC().Format(time.TimeOnly)), nil
	}
	return true, fmt.Sprintf("KEDA's operator is gone: no Deployment or pod in any namespace is labelled %s, and the lease %q is not being renewed",
		strings.Join(operatorLabels, " or "), leaseName), nil
}
