package podrunner

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
	clienttesting "k8s.io/client-go/testing"
)

type noServices struct{}

func (noServices) Service(namespace, name string, port int) (string, error) {
	return "", fmt.Errorf("no Service %s/%s:%d", namespace, name, port)
}

// cluster is a Runner over a fake API server with one node.
type cluster struct {
	*testing.T
	client *fake.Clientset
	runner *Runner
	dir    string
	stop   func() // ends the runner and waits for it
}

func newCluster(t *testing.T, objects ...runtime.Object) *cluster {
	t.Helper()
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n1"}}
	client := fake.NewClientset(append(objects, node)...)
	client.PrependReactor("create", "serviceaccounts", func(action clienttesting.Action) (bool, runtime.Object, error) {
		request := action.(clienttesting.CreateAction).GetObject().(*authenticationv1.TokenRequest)
		request.Status.Token = "token-for-" + strings.Join(request.Spec.Audiences, ",")
		request.Status.ExpirationTimestamp = metav1.NewTime(time.Now().Add(time.Hour))
		return true, request, nil
	})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	runner := New(Config{
		Client: client, REST: &rest.Config{Host: "https://127.0.0.1:6443"}, Dir: dir, Net: noServices{},
		Env: []string{"TEST_PROGRAM=1", "STACK=yes"}, Images: []Image{{Repository: "test/program", Program: self}},
		StartDelay: 20 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- runner.Run(ctx) }()
	c := &cluster{T: t, client: client, runner: runner, dir: dir}
	c.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		done <- nil
	}
	t.Cleanup(c.stop)
	return c
}

// pod makes a pod on the node out of containers with the test program.
func (c *cluster) pod(name string, change func(*corev1.PodSpec)) *corev1.Pod {
	c.Helper()
	grace := int64(5)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name, UID: types.UID("uid-" + name)},
		Spec: corev1.PodSpec{
			NodeName: "n1", RestartPolicy: corev1.RestartPolicyAlways, TerminationGracePeriodSeconds: &grace,
			Containers: []corev1.Container{testContainer("main")},
			Volumes:    []corev1.Volume{{Name: "shared", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodPending},
	}
	change(&pod.Spec)
	if _, err := c.client.CoreV1().Pods("ns").Create(context.Background(), pod, metav1.CreateOptions{}); err != nil {
		c.Fatal(err)
	}
	return pod
}

func testContainer(name string, env ...string) corev1.Container {
	made := corev1.Container{Name: name, Image: "test/program:1", VolumeMounts: []corev1.VolumeMount{{Name: "shared", MountPath: "/shared"}}}
	for _, e := range append(env, "NAME="+name) {
		key, value, _ := strings.Cut(e, "=")
		made.Env = append(made.Env, corev1.EnvVar{Name: key, Value: value})
	}
	return made
}

// await polls the pod until a condition holds; a nil pod is one that is gone.
func (c *cluster) await(name, what string, holds func(*corev1.Pod) bool) *corev1.Pod {
	c.Helper()
	var pod *corev1.Pod
	err := wait.PollUntilContextTimeout(context.Background(), 10*time.Millisecond, 20*time.Second, true, func(ctx context.Context) (bool, error) {
		var err error
		if pod, err = c.client.CoreV1().Pods("ns").Get(ctx, name, metav1.GetOptions{}); apierrors.IsNotFound(err) {
			pod = nil
		}
		return holds(pod), nil
	})
	if err == nil {
		return pod
	}
	c.Fatalf("pod %s: no %s; it is %+v", name, what, pod)
	return nil
}

func ready(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

func gone(pod *corev1.Pod) bool { return pod == nil }

func inPhase(p corev1.PodPhase) func(*corev1.Pod) bool {
	return func(pod *corev1.Pod) bool { return pod.Status.Phase == p }
}

// remove asks for a graceful deletion; the fake API server itself knows none.
func (c *cluster) remove(name string, grace int64) {
	c.Helper()
	pod := c.await(name, "pod", func(p *corev1.Pod) bool { return p != nil }).DeepCopy()
	at := metav1.NewTime(time.Now().Add(time.Duration(grace) * time.Second))
	pod.DeletionTimestamp, pod.DeletionGracePeriodSeconds = &at, &grace
	if _, err := c.client.CoreV1().Pods("ns").Update(context.Background(), pod, metav1.UpdateOptions{}); err != nil {
		c.Fatal(err)
	}
}

func (c *cluster) file(pod *corev1.Pod, elements ...string) string {
	name := filepath.Join(append([]string{c.dir, "ns_" + pod.Name + "_" + string(pod.UID)}, elements...)...)
	text, err := os.ReadFile(name)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(text)
}

func (c *cluster) awaitFile(pod *corev1.Pod, want string, elements ...string) {
	c.Helper()
	c.await(pod.Name, fmt.Sprintf("%q in %v (it is %q)", want, elements, c.file(pod, elements...)),
		func(*corev1.Pod) bool { return strings.Contains(c.file(pod, elements...), want) })
}

func TestSimulatedPod(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	pod := c.pod("sim", func(s *corev1.PodSpec) { s.Containers[0].Image = "other/image" })
	got := c.await("sim", "readiness", ready)
	if got.Status.Phase != corev1.PodRunning || !strings.HasPrefix(got.Status.PodIP, "10.244.") || got.Status.HostIP != "127.0.0.1" {
		t.Errorf("status %+v", got.Status)
	}
	if _, ok := c.runner.LocalAddress(pod.UID, 80); ok {
		t.Error("a simulated pod has a local address")
	}
	if entries, _ := os.ReadDir(c.dir); len(entries) > 0 {
		t.Errorf("a simulated pod left files: %v", entries)
	}
	c.remove("sim", 30)
	c.await("sim", "end", gone)
}

func TestProgramSeesItsPod(t *testing.T) {
	t.Parallel()
	c := newCluster(t, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "s"}, Data: map[string][]byte{"k": []byte("v1")}})
	pod := c.pod("web", func(s *corev1.PodSpec) {
		main := testContainer("main", "LISTEN=:8080", "CAT=/s/k", "PRINT=STACK IP DIR TOKEN KUBECONFIG AWS_WEB_IDENTITY_TOKEN_FILE KEY TMPDIR LEAK",
			"DIR=$(IP):/s/k", "AWS_WEB_IDENTITY_TOKEN_FILE=/tokens/aws")
		main.Env = append([]corev1.EnvVar{
			{Name: "IP", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.podIP"}}},
			{Name: "KEY", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "s"}, Key: "k"}}},
		}, main.Env...)
		main.Ports = []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}}
		main.ReadinessProbe = &corev1.Probe{PeriodSeconds: 1, ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromString("http")}}}
		main.VolumeMounts = append(main.VolumeMounts, corev1.VolumeMount{Name: "s", MountPath: "/s"},
			corev1.VolumeMount{Name: "tokens", MountPath: "/tokens"}, corev1.VolumeMount{Name: "api", MountPath: accountDir})
		s.Containers[0] = main
		token := func(name, audience, path string) corev1.Volume {
			return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
				{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Audience: audience, Path: path}},
			}}}}
		}
		s.Volumes = append(s.Volumes, token("tokens", "sts.amazonaws.com", "aws"), token("api", "", "token"),
			corev1.Volume{Name: "s", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "s"}}})
	})
	got := c.await("web", "readiness", ready)
	if _, ok := c.runner.LocalAddress(pod.UID, 8080); !ok {
		t.Error("the program's port has no local address")
	}
	base := filepath.Join(c.dir, "ns_web_uid-web")
	log := c.file(pod, "logs", "main.log")
	for _, want := range []string{
		"STACK=yes", "IP=" + got.Status.PodIP, "DIR=" + got.Status.PodIP + ":" + base + "/volumes/s/k", "KEY=v1", "v1 <nil>",
		"AWS_WEB_IDENTITY_TOKEN_FILE=" + base + "/volumes/tokens/aws", "KUBECONFIG=" + base + "/kubeconfig", "TMPDIR=" + base + "/tmp",
	} {
		if !strings.Contains(log, want+"\n") {
			t.Errorf("the program did not see %s:\n%s", want, log)
		}
	}
	if token := c.file(pod, "volumes", "tokens", "aws"); token != "token-for-sts.amazonaws.com" {
		t.Errorf("token %q", token)
	}

	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "s"}, Data: map[string][]byte{"k": []byte("v2")}}
	if _, err := c.client.CoreV1().Secrets("ns").Update(context.Background(), secret, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	c.awaitFile(pod, "v2", "volumes", "s", "k")

	recorder := httptest.NewRecorder()
	c.runner.NodeHandler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/containerLogs/ns/web/main?tailLines=1", nil))
	if recorder.Code != 200 || strings.Count(recorder.Body.String(), "\n") != 1 {
		t.Errorf("log %d %q", recorder.Code, recorder.Body.String())
	}

	c.remove("web", 5)
	c.await("web", "end", gone)
	c.stop()
	if _, err := os.Stat(filepath.Join(base, "volumes")); err == nil {
		t.Error("the pod's volumes are left")
	}
	if !strings.Contains(c.file(pod, "logs", "main.log"), "STACK=yes") {
		t.Error("the pod's log is lost")
	}
}
