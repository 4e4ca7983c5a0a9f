package podrunner

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func TestCrashRestartsAtOnceThenBacksOff(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.pod("crash", func(s *corev1.PodSpec) { s.Containers[0] = testContainer("main", "EXIT=3") })
	pod := c.await("crash", "CrashLoopBackOff", func(p *corev1.Pod) bool {
		return len(p.Status.ContainerStatuses) == 1 && p.Status.ContainerStatuses[0].State.Waiting != nil &&
			p.Status.ContainerStatuses[0].State.Waiting.Reason == "CrashLoopBackOff"
	})
	status := pod.Status.ContainerStatuses[0]
	if status.RestartCount != 1 || status.LastTerminationState.Terminated == nil || status.LastTerminationState.Terminated.ExitCode != 3 {
		t.Errorf("status %+v", status)
	}
	if !strings.Contains(status.State.Waiting.Message, "back-off 10s ") || pod.Status.Phase != corev1.PodRunning {
		t.Errorf("message %q, phase %s", status.State.Waiting.Message, pod.Status.Phase)
	}
	c.remove("crash", 5)
	c.await("crash", "end", gone)
}

func TestPodsThatEnd(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	never := func(image string, env ...string) func(*corev1.PodSpec) {
		return func(s *corev1.PodSpec) {
			s.RestartPolicy = corev1.RestartPolicyNever
			s.Containers[0] = testContainer("main", env...)
			s.Containers[0].Image = image
		}
	}
	c.pod("good", never("test/program", "EXIT=0"))
	c.pod("bad", never("test/program", "EXIT=1"))
	c.pod("simulated", never("other/image"))
	c.pod("bad-init", func(s *corev1.PodSpec) {
		never("other/image")(s)
		s.InitContainers = []corev1.Container{testContainer("init", "EXIT=1")}
	})
	c.pod("with-sidecar", func(s *corev1.PodSpec) {
		never("test/program", "EXIT=0")(s)
		s.InitContainers = []corev1.Container{asSidecar(testContainer("sidecar"))}
	})
	c.await("good", "success", inPhase(corev1.PodSucceeded))
	c.await("bad", "failure", inPhase(corev1.PodFailed))
	c.await("simulated", "success", inPhase(corev1.PodSucceeded))
	c.await("bad-init", "failure", inPhase(corev1.PodFailed))
	c.await("with-sidecar", "success", inPhase(corev1.PodSucceeded))
	c.remove("good", 30)
	c.await("good", "end", gone)
}

func asSidecar(c corev1.Container) corev1.Container {
	always := corev1.ContainerRestartPolicyAlways
	c.RestartPolicy = &always
	return c
}

func TestTerminationOrder(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	note := "NOTE=" + filepath.Join(c.dir, "note")
	c.pod("ordered", func(s *corev1.PodSpec) {
		s.InitContainers = []corev1.Container{asSidecar(testContainer("first", note)), asSidecar(testContainer("second", note))}
		s.Containers = []corev1.Container{testContainer("main", note, "PRINT=NAME")}
	})
	pod := c.await("ordered", "readiness", ready)
	c.awaitFile(pod, "NAME=main", "logs", "main.log")
	c.remove("ordered", 5)
	c.await("ordered", "end", gone)
	if got := c.file(pod, "..", "note"); got != "main\nsecond\nfirst\n" {
		t.Errorf("order of SIGTERM: %q", got)
	}
}

func TestProgramThatIgnoresTermIsKilled(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.pod("stubborn", func(s *corev1.PodSpec) {
		s.Containers = []corev1.Container{testContainer("main", "IGNORE_TERM=1", "PRINT=NAME")}
	})
	pod := c.await("stubborn", "readiness", ready)
	c.awaitFile(pod, "NAME=main", "logs", "main.log")
	began := time.Now()
	c.remove("stubborn", 1)
	c.await("stubborn", "end", gone)
	if took := time.Since(began); took < time.Second || took > 10*time.Second {
		t.Errorf("the end took %s", took)
	}
}

func TestMissingSecretDelaysTheStart(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.pod("waits", func(s *corev1.PodSpec) {
		s.Containers[0] = testContainer("main", "CAT=/s/k")
		s.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "s", MountPath: "/s"}}
		s.Volumes = []corev1.Volume{{Name: "s", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "late"}}}}
	})
	c.await("waits", "FailedMount event", func(p *corev1.Pod) bool {
		events, err := c.client.CoreV1().Events("ns").List(context.Background(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events.Items {
			if e.Reason == "FailedMount" && strings.Contains(e.Message, `secret "late" not found`) {
				return !ready(p)
			}
		}
		return false
	})
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "late"}, Data: map[string][]byte{"k": []byte("here")}}
	if _, err := c.client.CoreV1().Secrets("ns").Create(context.Background(), secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	pod := c.await("waits", "readiness", ready)
	c.awaitFile(pod, "here <nil>", "logs", "main.log")
}

func TestFailedLivenessRestarts(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.pod("sick", func(s *corev1.PodSpec) {
		s.Containers[0].LivenessProbe = &corev1.Probe{
			PeriodSeconds: 1, FailureThreshold: 1,
			ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(8080)}},
		}
	})
	c.await("sick", "restart", func(p *corev1.Pod) bool {
		return len(p.Status.ContainerStatuses) == 1 && p.Status.ContainerStatuses[0].RestartCount > 0
	})
}

func TestShellAsEntrypointIsRefused(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.pod("shell", func(s *corev1.PodSpec) { s.Containers[0].Command = []string{"/bin/sh", "-c", "true"} })
	c.await("shell", "reason", func(p *corev1.Pod) bool {
		return len(p.Status.ContainerStatuses) == 1 && p.Status.ContainerStatuses[0].State.Waiting != nil &&
			strings.Contains(p.Status.ContainerStatuses[0].State.Waiting.Message, "runs only the program of image test/program")
	})
}

func TestPodsEndWithTheirNode(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.pod("a", func(*corev1.PodSpec) {})
	c.await("a", "readiness", ready)
	if err := c.client.CoreV1().Nodes().Delete(context.Background(), "n1", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	c.await("a", "end", gone)
}

func TestEvictedPodStops(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	note := "NOTE=" + filepath.Join(c.dir, "note")
	c.pod("evicted", func(s *corev1.PodSpec) { s.Containers[0] = testContainer("main", note, "PRINT=NAME") })
	pod := c.await("evicted", "readiness", ready).DeepCopy()
	c.awaitFile(pod, "NAME=main", "logs", "main.log")
	pod.Status.Phase, pod.Status.Reason = corev1.PodFailed, "Evicted"
	if _, err := c.client.CoreV1().Pods("ns").UpdateStatus(context.Background(), pod, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	c.awaitFile(pod, "main", "..", "note")
	c.await("evicted", "kept reason", func(p *corev1.Pod) bool {
		return p.Status.Reason == "Evicted" && !ready(p) && p.Status.ContainerStatuses[0].State.Terminated != nil
	})
}

func TestRunnerEndsAllPrograms(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	note := "NOTE=" + filepath.Join(c.dir, "note")
	pod := c.pod("a", func(s *corev1.PodSpec) { s.Containers[0] = testContainer("main", note, "PRINT=NAME", "IGNORE_TERM=1") })
	c.awaitFile(pod, "NAME=main", "logs", "main.log")
	began := time.Now()
	c.stop()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the end took %s", took)
	}
	if got := c.file(pod, "..", "note"); got != "main\n" {
		t.Errorf("SIGTERM: %q", got)
	}
}
