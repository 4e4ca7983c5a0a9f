package karpenter

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

const (
	// doNotDisrupt is the annotation by which a pod asks Karpenter not to evict
	// it. A node with such a pod waits for its end, also when its pool goes.
	doNotDisrupt = "karpenter.sh/do-not-disrupt"
	// disruptedTaint is on nodes that drain; pods that tolerate it are left alone.
	disruptedTaint = "karpenter.sh/disrupted"
)

// draining are the conditions of a NodeClaim that goes, in their order.
var draining = []string{"Drained", "VolumesDetached", "InstanceTerminating"}

// account tells what keeps nodes.
type account struct {
	pods    []corev1.Pod
	budgets []policyv1.PodDisruptionBudget
	// unread is what could not be read.
	unread []string
}

func newAccount(ctx context.Context, cluster Cluster) *account {
	a := &account{}
	var err error
	if a.pods, err = listAs[corev1.Pod](ctx, cluster, kube.Ref{GroupVersionKind: podKind}); err != nil {
		a.unread = append(a.unread, fmt.Sprintf("its pods cannot be read: %v", err))
	}
	if a.budgets, err = listAs[policyv1.PodDisruptionBudget](ctx, cluster, kube.Ref{GroupVersionKind: disruptionKind}); err != nil {
		a.unread = append(a.unread, fmt.Sprintf("PodDisruptionBudgets cannot be read: %v", err))
	}
	return a
}

// listAs reads all objects of a kind.
func listAs[T any](ctx context.Context, cluster Cluster, ref kube.Ref) ([]T, error) {
	found, err := cluster.List(ctx, ref, "")
	if err != nil {
		return nil, err
	}
	objects := make([]T, len(found))
	for i := range found {
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(found[i].Object, &objects[i]); err != nil {
			return nil, fmt.Errorf("decoding %s: %w", kube.RefOf(&found[i]), err)
		}
	}
	return objects, nil
}

// of says what keeps the node of a NodeClaim.
func (a *account) of(claim unstructured.Unstructured) []string {
	node, _, _ := unstructured.NestedString(claim.Object, "status", "nodeName")
	name := fmt.Sprintf("NodeClaim %q", claim.GetName())
	if node != "" {
		name += fmt.Sprintf(" (node %q)", node)
	}
	var reasons []string
	for _, pod := range a.pods {
		if node != "" && pod.Spec.NodeName == node {
			reasons = append(reasons, a.holds(pod)...)
		}
	}
	for _, condition := range kube.Conditions(&claim) {
		for _, step := range draining {
			if condition.Type == step && condition.Status != statusTrue && len(reasons) == 0 {
				reasons = append(reasons, say(condition))
			}
		}
	}
	reasons = append(reasons, a.unread...)
	if len(reasons) == 0 {
		reasons = []string{"its instance is being terminated"}
	}
	lines := make([]string, 0, len(reasons))
	for _, reason := range reasons {
		lines = append(lines, name+": "+reason)
	}
	return lines
}

// holds says how a pod keeps its node, if it does (IsDrainable,
// pkg/utils/pod/scheduling.go of sigs.k8s.io/karpenter).
func (a *account) holds(pod corev1.Pod) []string {
	name := fmt.Sprintf("pod %q", pod.Namespace+"/"+pod.Name)
	switch {
	case pod.Status.Phase == corev1.PodSucceeded, pod.Status.Phase == corev1.PodFailed, ownedBy(pod, "Node"), tolerates(pod):
		return nil
	case pod.DeletionTimestamp != nil:
		words := fmt.Sprintf("%s is ending, with a grace period of %d s", name, graceSeconds(pod))
		if len(pod.Finalizers) > 0 {
			words += ", and waits for the finalizers " + strings.Join(pod.Finalizers, ", ")
		}
		return []string{words}
	}
	if value, asks := pod.Annotations[doNotDisrupt]; asks && value != "false" {
		return []string{fmt.Sprintf("%s has the annotation %s=%q, so Karpenter waits for its end: scale its workload to zero or delete it", name, doNotDisrupt, value)}
	}
	for _, budget := range a.budgets {
		selector, err := metav1.LabelSelectorAsSelector(budget.Spec.Selector)
		if err == nil && budget.Namespace == pod.Namespace && budget.Status.DisruptionsAllowed < 1 && selector.Matches(labels.Set(pod.Labels)) {
			return []string{fmt.Sprintf("%s is protected by the PodDisruptionBudget %q, which allows no eviction now: scale its workload to zero, or loosen the budget", name, budget.Name)}
		}
	}
	return []string{name + " runs and is to be evicted"}
}

func ownedBy(pod corev1.Pod, kind string) bool {
	for _, owner := range pod.OwnerReferences {
		if owner.Kind == kind {
			return true
		}
	}
	return false
}

// tolerates reports a pod that stays on a node which drains, such as a
// DaemonSet's, and does not keep it.
func tolerates(pod corev1.Pod) bool {
	for _, toleration := range pod.Spec.Tolerations {
		matches := toleration.Key == disruptedTaint || toleration.Key == "" && toleration.Operator == corev1.TolerationOpExists
		if matches && (toleration.Effect == "" || toleration.Effect == corev1.TaintEffectNoSchedule) {
			return true
		}
	}
	return false
}

func graceSeconds(pod corev1.Pod) int64 {
	if pod.DeletionGracePeriodSeconds == nil {
		return 0
	}
	return *pod.DeletionGracePeriodSeconds
}
