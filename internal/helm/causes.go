package helm

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

const (
	// diagnosisTimeout bounds the search for causes: it happens after the caller's
	// own time has run out. It is shorter than bookkeeping, after which requests
	// end.
	diagnosisTimeout = 8 * time.Second
	// shownPods, shownEvents and shownLogLines bound an error message.
	shownPods     = 3
	shownEvents   = 3
	shownLogLines = 10
	// shownLogBytes bounds a log without line ends.
	shownLogBytes = 2048
)

var podVersion = corev1.SchemeGroupVersion.WithKind("Pod")

// diagnose says why the object that was waited for is not ready, and what else
// is not: one program often waits for another, which is the one at fault. That
// something cannot be read must not hide the rest.
func (c *Client) diagnose(ctx context.Context, begun *operation, failed *unstructured.Unstructured, refs []kube.Ref) []string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), diagnosisTimeout)
	defer cancel()
	var causes []string
	if failed != nil {
		causes = c.causes(ctx, begun, failed)
	}
	for _, ref := range refs {
		if ref.Group != "apps" || failed != nil && ref == kube.RefOf(failed) {
			continue
		}
		live, err := c.cluster.Get(ctx, ref)
		if err != nil {
			continue
		}
		if done, progress, _ := rolledOut(live); !done {
			causes = append(causes, fmt.Sprintf("%s is not ready either: %s", ref, progress))
			causes = append(causes, c.causes(ctx, begun, live)...)
		}
	}
	return causes
}

// causes says why a workload is not ready: its conditions, and for pods that are
// not ready what keeps them, their Warning events and the end of the log of a
// container that ended.
func (c *Client) causes(ctx context.Context, begun *operation, workload *unstructured.Unstructured) []string {
	labels, found, _ := unstructured.NestedStringMap(workload.Object, "spec", "selector", "matchLabels")
	if !found {
		return nil
	}
	causes := failedConditions(workload)
	pods, err := c.cluster.List(ctx, kube.Ref{GroupVersionKind: podVersion, Namespace: workload.GetNamespace()}, metav1.FormatLabelSelector(&metav1.LabelSelector{MatchLabels: labels}))
	if err != nil {
		return causes
	}
	shown := 0
	for i := range pods {
		var pod corev1.Pod
		if runtime.DefaultUnstructuredConverter.FromUnstructured(pods[i].Object, &pod) != nil || isReady(&pod) {
			continue
		}
		if shown++; shown > shownPods {
			return append(causes, "and more pods that are not ready")
		}
		causes = append(causes, podCauses(&pod)...)
		causes = append(causes, c.podEvents(ctx, &pods[i])...)
		causes = append(causes, begun.logEnds(ctx, &pod)...)
	}
	return causes
}

// failedConditions tell why there are no pods, such as an exhausted quota.
func failedConditions(workload *unstructured.Unstructured) []string {
	var causes []string
	for _, condition := range kube.Conditions(workload) {
		failed := condition.Type == "ReplicaFailure" && condition.Status == "True" || condition.Type == "Progressing" && condition.Status == "False"
		if failed {
			causes = append(causes, fmt.Sprintf("%s: %s", condition.Reason, condition.Message))
		}
	}
	return causes
}

func isReady(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// podCauses reads what a pod and its containers wait for.
func podCauses(pod *corev1.Pod) []string {
	var causes []string
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status != corev1.ConditionTrue {
			causes = append(causes, fmt.Sprintf("Pod %q has no node: %s: %s", pod.Name, condition.Reason, condition.Message))
		}
	}
	for _, container := range append(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses...) {
		if words := containerCause(container); words != "" {
			causes = append(causes, fmt.Sprintf("Pod %q, container %q (image %s): %s", pod.Name, container.Name, container.Image, words))
		}
	}
	if len(causes) == 0 {
		causes = append(causes, fmt.Sprintf("Pod %q is %s and not ready", pod.Name, pod.Status.Phase))
	}
	return causes
}

func containerCause(container corev1.ContainerStatus) string {
	var words []string
	switch state := container.State; {
	case state.Waiting != nil:
		words = append(words, joined(state.Waiting.Reason, state.Waiting.Message))
	case state.Terminated != nil && state.Terminated.ExitCode != 0:
		words = append(words, ended(state.Terminated))
	case state.Running != nil && !container.Ready:
		words = append(words, "it runs and its readiness probe does not succeed")
	}
	if last := container.LastTerminationState.Terminated; last != nil && !container.Ready {
		words = append(words, fmt.Sprintf("its last run of %d ended so: %s", container.RestartCount+1, ended(last)))
	}
	return strings.Join(words, "; ")
}

func ended(state *corev1.ContainerStateTerminated) string {
	return joined(fmt.Sprintf("exit code %d, %s", state.ExitCode, state.Reason), strings.TrimSpace(state.Message))
}

func joined(reason, message string) string {
	if message == "" {
		return reason
	}
	return reason + ": " + message
}

func (c *Client) podEvents(ctx context.Context, pod *unstructured.Unstructured) []string {
	events, err := c.cluster.Warnings(ctx, pod, time.Time{})
	if err != nil {
		return nil
	}
	var causes []string
	for _, event := range events[:min(len(events), shownEvents)] {
		causes = append(causes, fmt.Sprintf("Pod %q, event %s: %s", pod.GetName(), event.Reason, event.Message))
	}
	return causes
}

// logEnds returns the last lines of the containers that ended.
func (o *operation) logEnds(ctx context.Context, pod *corev1.Pod) []string {
	cluster, err := o.config.KubernetesClientSet()
	if err != nil {
		return nil
	}
	var causes []string
	for _, container := range append(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses...) {
		lines, bytes := int64(shownLogLines), int64(shownLogBytes)
		options := &corev1.PodLogOptions{Container: container.Name, TailLines: &lines, LimitBytes: &bytes}
		switch {
		case container.LastTerminationState.Terminated != nil:
			options.Previous = container.State.Terminated == nil
		case container.State.Terminated == nil || container.State.Terminated.ExitCode == 0:
			continue
		}
		end, err := cluster.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, options).Do(ctx).Raw()
		if text := strings.TrimSpace(string(end)); err == nil && text != "" {
			causes = append(causes, fmt.Sprintf("Pod %q, container %q, end of its log:\n    %s", pod.Name, container.Name, strings.ReplaceAll(text, "\n", "\n    ")))
		}
	}
	return causes
}
