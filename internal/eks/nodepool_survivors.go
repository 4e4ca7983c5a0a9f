package eks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/eks/karpenter"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// recently is how long ago an event still says something about the pool as it is.
// Karpenter repeats it every minute while it holds.
const recently = 10 * time.Minute

// warnOfUnlaunchable warns of a pool that is ready, and from which Karpenter can
// launch nothing.
func warnOfUnlaunchable(ctx context.Context, client *kube.Client, m *NodePoolModel) diag.Diagnostics {
	if m.UID.ValueString() == "" {
		return nil
	}
	pool := kube.Ref{GroupVersionKind: karpenter.NodePoolKind.GroupVersionKind, Name: m.Name}
	said := karpenter.Unlaunchable(ctx, client, pool, types.UID(m.UID.ValueString()), time.Now().Add(-recently))
	if said == "" {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("The pool cannot launch nodes", pool.String()+": Karpenter says \""+said+"\". "+
		"Pods that wait for it stay pending. Loosen requirements, limits or min_values, or check that the Region and zones offer the instance types.")}
}

// removalFailed is a pool that did not go.
func removalFailed(err error, pool kube.Ref) diag.Diagnostics {
	survivors, ok := errors.AsType[*karpenter.SurvivorsError](err)
	if !ok {
		summary, detail := kube.Describe(err)
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, fmt.Sprintf("Deleting %s failed. %s", pool, detail))}
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("The pool's nodes are not gone", survivors.Error()+
		"\n\nThe pool is being deleted and launches no nodes any more. Remove what keeps its nodes and destroy again, which goes on waiting; "+
		"timeouts.delete is how long. termination_grace_period bounds the wait of nodes that are launched after it was set.")}
}
