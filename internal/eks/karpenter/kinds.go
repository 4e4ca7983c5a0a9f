// Package karpenter knows what becomes of NodePools: whether they are ready, what
// nodes they have, and what keeps those from going.
package karpenter

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// The kinds of Karpenter and of EKS Auto Mode.
var (
	NodePoolKind = kube.Kind{
		GroupVersionKind: schema.GroupVersionKind{Group: "karpenter.sh", Version: "v1", Kind: "NodePool"}, Resource: "nodepools",
	}
	NodeClassKind = kube.Kind{
		GroupVersionKind: schema.GroupVersionKind{Group: "eks.amazonaws.com", Version: "v1", Kind: "NodeClass"}, Resource: "nodeclasses",
	}
	nodeClaimKind  = schema.GroupVersionKind{Group: "karpenter.sh", Version: "v1", Kind: "NodeClaim"}
	podKind        = schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
	disruptionKind = schema.GroupVersionKind{Group: "policy", Version: "v1", Kind: "PodDisruptionBudget"}
)

// PoolLabel is the label by which NodeClaims and nodes name their NodePool.
const PoolLabel = "karpenter.sh/nodepool"

// Cluster is the part of *kube.Client that this package needs.
type Cluster interface {
	Get(ctx context.Context, ref kube.Ref) (*unstructured.Unstructured, error)
	List(ctx context.Context, ref kube.Ref, selector string) ([]unstructured.Unstructured, error)
	Warnings(ctx context.Context, object *unstructured.Unstructured, since time.Time) ([]kube.Event, error)
}
