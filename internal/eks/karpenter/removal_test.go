package karpenter

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

var poolRef = kube.Ref{GroupVersionKind: NodePoolKind.GroupVersionKind, Name: "gpu"}

// asUnstructured is an object as the cluster returns it.
func asUnstructured(t *testing.T, typed runtime.Object, apiVersion, kind string) *unstructured.Unstructured {
	t.Helper()
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		t.Fatal(err)
	}
	made := &unstructured.Unstructured{Object: fields}
	made.SetAPIVersion(apiVersion)
	made.SetKind(kind)
	return made
}

// runningPod is a pod on the node n1, with changes.
func runningPod(changes ...func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "vllm", Labels: map[string]string{"app": "a"}},
		Spec:       corev1.PodSpec{NodeName: "n1"},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
	for _, change := range changes {
		change(pod)
	}
	return pod
}

func TestAccountOfANode(t *testing.T) {
	t.Parallel()
	budget := &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: "b", Namespace: "vllm"},
		Spec:       policyv1.PodDisruptionBudgetSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "a"}}},
	}
	loose := budget.DeepCopy()
	loose.Status.DisruptionsAllowed = 1
	elsewhere := budget.DeepCopy()
	elsewhere.Namespace = "other"
	for name, test := range map[string]struct {
		pod    *corev1.Pod
		budget *policyv1.PodDisruptionBudget
		says   string
	}{
		"asks to stay":    {runningPod(func(p *corev1.Pod) { p.Annotations = map[string]string{doNotDisrupt: "true"} }), nil, `pod "vllm/p" has the annotation karpenter.sh/do-not-disrupt="true"`},
		"protected":       {runningPod(), budget, `pod "vllm/p" is protected by the PodDisruptionBudget "b"`},
		"loose budget":    {runningPod(), loose, `pod "vllm/p" runs`},
		"other namespace": {runningPod(), elsewhere, `pod "vllm/p" runs`},
		"ending": {runningPod(func(p *corev1.Pod) {
			p.DeletionTimestamp, p.DeletionGracePeriodSeconds = &metav1.Time{Time: time.Now()}, new(int64(30))
		}), budget, "is ending, with a grace period of 30 s"},
		"finalizer": {runningPod(func(p *corev1.Pod) {
			p.DeletionTimestamp, p.Finalizers = &metav1.Time{Time: time.Now()}, []string{"x/y"}
		}), nil, "finalizers x/y"},
		"done":            {runningPod(func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }), budget, "its instance is being terminated"},
		"of a DaemonSet":  {runningPod(func(p *corev1.Pod) { p.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}} }), budget, "its instance is being terminated"},
		"on another node": {runningPod(func(p *corev1.Pod) { p.Spec.NodeName = "n2" }), budget, "its instance is being terminated"},
		"of the node":     {runningPod(func(p *corev1.Pod) { p.OwnerReferences = []metav1.OwnerReference{{Kind: "Node"}} }), budget, "its instance is being terminated"},
		"asks no longer":  {runningPod(func(p *corev1.Pod) { p.Annotations = map[string]string{doNotDisrupt: "false"} }), nil, `pod "vllm/p" runs`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cluster := &someObjects{objects: []*unstructured.Unstructured{asUnstructured(t, test.pod, "v1", "Pod")}}
			if test.budget != nil {
				cluster.objects = append(cluster.objects, asUnstructured(t, test.budget, "policy/v1", "PodDisruptionBudget"))
			}
			said := strings.Join(newAccount(t.Context(), cluster).of(*claim("gpu-1", "n1", "u", "")), "\n")
			if !strings.Contains(said, test.says) || !strings.Contains(said, `NodeClaim "gpu-1" (node "n1")`) {
				t.Errorf("%q does not say %q", said, test.says)
			}
		})
	}
}

func TestAccountWithoutRights(t *testing.T) {
	t.Parallel()
	said := strings.Join(newAccount(t.Context(), &someObjects{forbidden: "Pod"}).of(*claim("gpu-1", "n1", "u", "")), "\n")
	if !strings.Contains(said, "its pods cannot be read") {
		t.Errorf("got %q", said)
	}
}

// someInstances tells of instances, one answer after the other.
type someInstances struct {
	answers []map[string]string
	asked   [][]string
	err     error
}

func (s *someInstances) Living(_ context.Context, ids []string) (map[string]string, error) {
	s.asked = append(s.asked, ids)
	if s.err != nil {
		return nil, s.err
	}
	answer := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	return answer, nil
}

func TestRemove(t *testing.T) {
	t.Parallel()
	cluster := &someObjects{}
	if _, err := Remove(t.Context(), cluster, poolRef, "u", &someInstances{err: errors.New("nobody is to ask")}); err != nil {
		t.Fatal(err)
	}
	if len(cluster.deleted) != 1 || cluster.deleted[0].UID != "u" || cluster.deleted[0].Propagation != metav1.DeletePropagationForeground {
		t.Errorf("deleted %+v", cluster.deleted)
	}
}

// Another pool of the same name has claims, which are not waited for.
func TestRemoveLeavesClaimsOfAnotherPool(t *testing.T) {
	t.Parallel()
	cluster := &someObjects{objects: []*unstructured.Unstructured{claim("gpu-1", "n1", "another", "")}}
	if _, err := Remove(t.Context(), cluster, poolRef, "u", nil); err != nil {
		t.Fatal(err)
	}
}

func TestRemoveNamesSurvivors(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for name, cluster := range map[string]*someObjects{
		"pool is kept":    {deletion: &kube.DeleteError{Object: poolRef, Cause: context.DeadlineExceeded}},
		"claims are kept": {},
	} {
		cluster.objects = []*unstructured.Unstructured{claim("gpu-1", "n1", "u", ""), asUnstructured(t, runningPod(), "v1", "Pod")}
		_, err := Remove(ctx, cluster, poolRef, "u", nil)
		survivors, ok := errors.AsType[*SurvivorsError](err)
		if !ok || len(survivors.Survivors) != 1 || !strings.Contains(err.Error(), `pod "vllm/p" runs`) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestRemoveWaitsForInstances(t *testing.T) {
	t.Parallel()
	// The claim is there when the removal begins, and gone when it looks again.
	cluster := &vanishing{someObjects: someObjects{objects: []*unstructured.Unstructured{
		claim("gpu-1", "n1", "u", "aws:///us-west-2a/i-0123"), claim("gpu-2", "n2", "u", "kwok://n2"),
	}}}
	instances := &someInstances{answers: []map[string]string{{"i-0123": "shutting-down"}, {}}}
	if _, err := Remove(t.Context(), cluster, poolRef, "u", instances); err != nil {
		t.Fatal(err)
	}
	if len(instances.asked) != 2 || !slices.Equal(instances.asked[0], []string{"i-0123"}) {
		t.Errorf("asked for %v", instances.asked)
	}
}

func TestRemoveNamesInstances(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	cluster := &vanishing{someObjects: someObjects{objects: []*unstructured.Unstructured{claim("gpu-1", "n1", "u", "aws:///us-west-2a/i-0123")}}}
	_, err := Remove(ctx, cluster, poolRef, "u", &someInstances{answers: []map[string]string{{"i-0123": "running"}}})
	if err == nil || !strings.Contains(err.Error(), "EC2 instance i-0123 is running") {
		t.Errorf("got %v", err)
	}
}

func TestRemoveWithoutRightsInEC2(t *testing.T) {
	t.Parallel()
	cluster := &vanishing{someObjects: someObjects{objects: []*unstructured.Unstructured{claim("gpu-1", "n1", "u", "aws:///us-west-2a/i-0123")}}}
	warnings, err := Remove(t.Context(), cluster, poolRef, "u", &someInstances{err: errors.New("ec2:DescribeInstances")})
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "ec2:DescribeInstances") || !strings.Contains(warnings[0], "i-0123") {
		t.Errorf("got %v, %v", warnings, err)
	}
}

// vanishing is a cluster whose NodeClaims go with their pool.
type vanishing struct{ someObjects }

func (v *vanishing) Delete(context.Context, kube.Ref, kube.DeleteOptions) ([]string, error) {
	v.objects = nil
	return nil, nil
}
