package podrunner

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// observed is what the runner knows of a pod, from which its status follows.
type observed struct {
	start             metav1.Time
	podIP, hostIP     string
	mounted           bool // volumes are there, containers may start
	ended             bool // nothing of the pod runs any more or will
	inits, containers []corev1.ContainerStatus
}

// podStatus computes a pod's status. What others put there, such as conditions
// of readiness gates, is kept.
func podStatus(pod *corev1.Pod, now observed) corev1.PodStatus {
	status := *pod.Status.DeepCopy()
	status.ObservedGeneration = pod.Generation
	status.InitContainerStatuses, status.ContainerStatuses = now.inits, now.containers
	status.StartTime = &now.start
	status.PodIP, status.PodIPs = now.podIP, []corev1.PodIP{{IP: now.podIP}}
	status.HostIP, status.HostIPs = now.hostIP, []corev1.HostIP{{IP: now.hostIP}}
	if !terminal(pod.Status.Phase) {
		status.Phase = phase(pod, now)
	}
	setConditions(pod, &status, now)
	return status
}

func terminal(p corev1.PodPhase) bool { return p == corev1.PodSucceeded || p == corev1.PodFailed }

// phase follows the kubelet's getPhase.
func phase(pod *corev1.Pod, now observed) corev1.PodPhase {
	for i := range now.inits {
		if !initDone(&pod.Spec.InitContainers[i], &now.inits[i]) {
			if now.ended {
				return corev1.PodFailed
			}
			return corev1.PodPending
		}
	}
	var waiting, running, stopped, succeeded int
	for _, c := range now.containers {
		switch {
		case c.State.Running != nil:
			running++
		case c.State.Terminated != nil:
			stopped++
			if c.State.Terminated.ExitCode == 0 {
				succeeded++
			}
		case c.LastTerminationState.Terminated != nil:
			stopped++
		default:
			waiting++
		}
	}
	switch {
	case now.ended && stopped == succeeded && waiting == 0:
		return corev1.PodSucceeded
	case now.ended:
		return corev1.PodFailed
	case waiting > 0:
		return corev1.PodPending
	}
	return corev1.PodRunning
}

func sidecar(c *corev1.Container) bool {
	return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
}

// initDone tells whether an init container no longer holds up the next one.
func initDone(c *corev1.Container, s *corev1.ContainerStatus) bool {
	if sidecar(c) {
		return s.Started != nil && *s.Started || s.State.Terminated != nil || s.LastTerminationState.Terminated != nil
	}
	return s.State.Terminated != nil && s.State.Terminated.ExitCode == 0
}

func setConditions(pod *corev1.Pod, status *corev1.PodStatus, now observed) {
	set := func(kind corev1.PodConditionType, reason, message string) {
		c := corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, ObservedGeneration: pod.Generation}
		if reason != "" {
			c.Status, c.Reason, c.Message = corev1.ConditionFalse, reason, message
		}
		setCondition(status, c)
	}
	if now.mounted && !now.ended {
		set(corev1.PodReadyToStartContainers, "", "")
	} else {
		set(corev1.PodReadyToStartContainers, "SandboxNotReady", "")
	}
	reason, message := notInitialized(pod, now)
	set(corev1.PodInitialized, reason, message)
	reason, message = notReady(pod, status.Phase, now)
	set(corev1.ContainersReady, reason, message)
	if reason == "" {
		reason, message = gatesNotReady(pod)
	}
	set(corev1.PodReady, reason, message)
}

func notInitialized(pod *corev1.Pod, now observed) (reason, message string) {
	var waiting []string
	for i := range now.inits {
		if !initDone(&pod.Spec.InitContainers[i], &now.inits[i]) {
			waiting = append(waiting, now.inits[i].Name)
		}
	}
	if len(waiting) == 0 {
		return "", ""
	}
	return "ContainersNotInitialized", fmt.Sprintf("containers with incomplete status: %v", waiting)
}

func notReady(pod *corev1.Pod, p corev1.PodPhase, now observed) (reason, message string) {
	switch p {
	case corev1.PodSucceeded:
		return "PodCompleted", ""
	case corev1.PodFailed:
		return "PodFailed", ""
	}
	var unready []string
	for i, c := range now.inits {
		if sidecar(&pod.Spec.InitContainers[i]) && !c.Ready {
			unready = append(unready, c.Name)
		}
	}
	for _, c := range now.containers {
		if !c.Ready {
			unready = append(unready, c.Name)
		}
	}
	if len(unready) == 0 {
		return "", ""
	}
	return "ContainersNotReady", fmt.Sprintf("containers with unready status: %v", unready)
}

func gatesNotReady(pod *corev1.Pod) (reason, message string) {
	var missing []string
	for _, gate := range pod.Spec.ReadinessGates {
		met := slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
			return c.Type == gate.ConditionType && c.Status == corev1.ConditionTrue
		})
		if !met {
			missing = append(missing, string(gate.ConditionType))
		}
	}
	if len(missing) == 0 {
		return "", ""
	}
	return "ReadinessGatesNotReady", "readiness gates that are not true: " + strings.Join(missing, ", ")
}

// setCondition keeps the transition time while the condition's status stays.
func setCondition(status *corev1.PodStatus, c corev1.PodCondition) {
	c.LastTransitionTime = metav1.Now().Rfc3339Copy()
	for i, old := range status.Conditions {
		if old.Type != c.Type {
			continue
		}
		if old.Status == c.Status {
			c.LastTransitionTime = old.LastTransitionTime
		}
		status.Conditions[i] = c
		return
	}
	status.Conditions = append(status.Conditions, c)
}
