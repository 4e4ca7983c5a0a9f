package karpenter

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// noCompatibleInstanceTypes is the event by which Karpenter says that a NodePool,
// which is Ready all the same, leaves no instance type to launch. It comes while
// pods are pending (pkg/controllers/provisioning/scheduling/events.go of
// sigs.k8s.io/karpenter).
const noCompatibleInstanceTypes = "NoCompatibleInstanceTypes"

// Unlaunchable returns what Karpenter said at or after since about a NodePool
// that leaves no instance type to launch, or nothing. Events are a help: that they
// cannot be read is no error.
func Unlaunchable(ctx context.Context, cluster Cluster, pool kube.Ref, uid types.UID, since time.Time) string {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(pool.GroupVersionKind)
	object.SetName(pool.Name)
	object.SetUID(uid)
	events, err := cluster.Warnings(ctx, object, since)
	if err != nil {
		return ""
	}
	for _, event := range events {
		if event.Reason == noCompatibleInstanceTypes {
			return event.Message
		}
	}
	return ""
}
