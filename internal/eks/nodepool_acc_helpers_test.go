package eks_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/eks/karpenter"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

var errStillThere = errors.New("it is still there")

func resourceOf(kind schema.GroupVersionKind) schema.GroupVersionResource {
	for _, known := range []struct {
		kind     schema.GroupVersionKind
		resource string
	}{
		{karpenter.NodePoolKind.GroupVersionKind, karpenter.NodePoolKind.Resource},
		{karpenter.NodeClassKind.GroupVersionKind, karpenter.NodeClassKind.Resource},
	} {
		if known.kind == kind {
			return kind.GroupVersion().WithResource(known.resource)
		}
	}
	return schema.GroupVersionResource{}
}

// patch is what a person does with kubectl patch.
func patch(t *testing.T, stack *sandboxtest.Stack, kind schema.GroupVersionKind, name, merge string) {
	t.Helper()
	_, err := stack.Dynamic.Resource(resourceOf(kind)).Patch(t.Context(), name, types.MergePatchType, []byte(merge), metav1.PatchOptions{FieldManager: "kubectl-patch"})
	if err != nil {
		t.Fatal(err)
	}
}

// remove is what a person does with kubectl delete.
func remove(t *testing.T, stack *sandboxtest.Stack, kind schema.GroupVersionKind, name string) {
	t.Helper()
	stack.Delete(t, kind, "", name)
	stack.Await(t, kind.Kind+" "+name+" to go", removal, func() error {
		if stack.Get(t, kind, "", name) != nil {
			return errStillThere
		}
		return nil
	})
}

// removeAtEnd removes what the test made itself, if it is still there.
func removeAtEnd(t *testing.T, stack *sandboxtest.Stack, kind schema.GroupVersionKind, name string) {
	t.Helper()
	err := stack.Dynamic.Resource(resourceOf(kind)).Delete(context.WithoutCancel(t.Context()), name, metav1.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		t.Error(err)
	}
}

// nodesOf are the nodes of a pool, with their instance types.
func nodesOf(t *testing.T, stack *sandboxtest.Stack, pool string) []string {
	t.Helper()
	nodes, err := stack.Kubernetes.CoreV1().Nodes().List(context.WithoutCancel(t.Context()), metav1.ListOptions{LabelSelector: karpenter.PoolLabel + "=" + pool})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, node := range nodes.Items {
		names = append(names, fmt.Sprintf("%s (%s)", node.Name, node.Labels[corev1.LabelInstanceTypeStable]))
	}
	return names
}

func awaitNodes(t *testing.T, stack *sandboxtest.Stack, pool string, count int) {
	t.Helper()
	stack.Await(t, fmt.Sprintf("%d nodes", count), provisioning, func() error {
		if nodes := nodesOf(t, stack, pool); len(nodes) != count {
			return fmt.Errorf("there are %v", nodes)
		}
		return nil
	})
}

// gpuDeployment has replicas of one GPU each on the pool of the namespace's name.
func gpuDeployment(name string, replicas int, annotations string) string {
	return fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: inference, namespace: %[1]s}
spec:
  replicas: %[2]d
  selector: {matchLabels: {app: inference}}
  template:
    metadata: {labels: {app: inference}, annotations: {%[3]s}}
    spec:
      terminationGracePeriodSeconds: 1
      nodeSelector: {karpenter.sh/nodepool: %[1]s}
      tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
      containers: [{name: model, image: "example.com/model:1", resources: {limits: {nvidia.com/gpu: 1}}}]
---
`, name, replicas, annotations)
}

// protect makes a PodDisruptionBudget that allows no eviction.
func protect(t *testing.T, stack *sandboxtest.Stack, namespace string) {
	t.Helper()
	stack.Apply(t, fmt.Sprintf(`
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: inference, namespace: %s}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: inference}}}
`, namespace))
	stack.Await(t, "the PodDisruptionBudget to apply", provisioning, func() error {
		budget, err := stack.Kubernetes.PolicyV1().PodDisruptionBudgets(namespace).Get(t.Context(), "inference", metav1.GetOptions{})
		if err == nil && budget.Status.ObservedGeneration == 0 {
			err = errors.New("its controller has not seen it")
		}
		return err
	})
}

// allowDisruption takes the annotation off the pods by which they asked to stay.
func allowDisruption(t *testing.T, stack *sandboxtest.Stack, namespace string) {
	t.Helper()
	pods := stack.Kubernetes.CoreV1().Pods(namespace)
	list, err := pods.List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range list.Items {
		_, err := pods.Patch(t.Context(), pod.Name, types.MergePatchType, []byte(`{"metadata":{"annotations":{"karpenter.sh/do-not-disrupt":null}}}`), metav1.PatchOptions{})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func deleteWorkload(t *testing.T, stack *sandboxtest.Stack, namespace string) {
	t.Helper()
	background := metav1.DeletePropagationBackground
	err := stack.Kubernetes.AppsV1().Deployments(namespace).Delete(t.Context(), "inference", metav1.DeleteOptions{PropagationPolicy: &background})
	if err != nil {
		t.Fatal(err)
	}
}

// awaitRunning waits until the namespace has so many pods on nodes.
func awaitRunning(t *testing.T, stack *sandboxtest.Stack, namespace string, count int) {
	t.Helper()
	stack.Await(t, fmt.Sprintf("%d pods to run", count), provisioning, func() error {
		pods, err := stack.Kubernetes.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		running := 0
		for _, pod := range pods.Items {
			if pod.Status.Phase == corev1.PodRunning {
				running++
			}
		}
		if running != count {
			return fmt.Errorf("%d of %d pods run", running, len(pods.Items))
		}
		return nil
	})
}
