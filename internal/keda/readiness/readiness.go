package readiness

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Cluster is what this package asks of a cluster. A *kube.Client is one.
type Cluster interface {
	Get(ctx context.Context, ref kube.Ref) (*unstructured.Unstructured, error)
	List(ctx context.Context, ref kube.Ref, selector string) ([]unstructured.Unstructured, error)
	Warnings(ctx context.Context, object *unstructured.Unstructured, since time.Time) ([]kube.Event, error)
}

// ScaledObject returns the predicate of a ScaledObject that scales. It is for
// one wait, whose context is ctx, begun with the object as an apply returned it.
// The predicate's error is a *FailedError.
func ScaledObject(ctx context.Context, cluster Cluster) kube.Predicate {
	return newWatcher(ctx, cluster, judgeScaledObject, true).look
}

// ScaledJob returns the predicate of a ScaledJob that scales, as ScaledObject
// does.
func ScaledJob(ctx context.Context, cluster Cluster) kube.Predicate {
	return newWatcher(ctx, cluster, judgeScaledJob, false).look
}
