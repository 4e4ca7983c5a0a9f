package podidentity

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const roleARN = "arn:aws:iam::123456789012:role/keda"

// cluster has the service accounts annotated, plain, associated and both in
// every namespace.
type cluster struct{}

func (cluster) ServiceAccount(_ context.Context, namespace, name string) (*corev1.ServiceAccount, error) {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	switch name {
	case "plain", "associated", "default":
	case "annotated", "both":
		account.Annotations = map[string]string{roleAnnotation: roleARN}
	case "tuned":
		account.Annotations = map[string]string{roleAnnotation: roleARN, audienceAnnotation: "vault", expirationAnnotation: "60", regionalAnnotation: "false"}
	case "broken":
		return nil, errors.New("the API server is away")
	default:
		return nil, apierrors.NewNotFound(schema.GroupResource{Resource: "serviceaccounts"}, name)
	}
	return account, nil
}

func (cluster) PodIdentityRole(_, name string) (string, bool) {
	return roleARN, name == "associated" || name == "both"
}

func testPod(account string) *corev1.Pod {
	return &corev1.Pod{Spec: corev1.PodSpec{
		ServiceAccountName: account,
		InitContainers:     []corev1.Container{{Name: "init"}},
		Containers:         []corev1.Container{{Name: "main"}, {Name: "proxy"}},
		Volumes:            []corev1.Volume{{Name: "before"}},
	}}
}

// admit sends a pod through the webhook and returns it as patched, and whether
// there was a patch.
func admit(t *testing.T, pod *corev1.Pod) (*corev1.Pod, bool) {
	t.Helper()
	raw, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	review, err := json.Marshal(admissionv1.AdmissionReview{Request: &admissionv1.AdmissionRequest{UID: "uid", Namespace: "keda", Object: runtime.RawExtension{Raw: raw}}})
	if err != nil {
		t.Fatal(err)
	}
	webhook := NewWebhook(WebhookConfig{Region: "us-west-2", ServiceAccounts: cluster{}, Associations: cluster{}, AgentURL: "http://127.0.0.1:1/v1/credentials"})
	recorder := httptest.NewRecorder()
	webhook.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(review)))
	var answer admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if !answer.Response.Allowed || answer.Response.UID != "uid" {
		t.Errorf("response %+v, want the pod allowed", answer.Response)
	}
	if answer.Response.Patch == nil {
		return pod, false
	}
	return patched(t, pod, answer.Response.Patch), true
}

// patched applies the webhook's patches, which are of one form.
func patched(t *testing.T, pod *corev1.Pod, patch []byte) *corev1.Pod {
	t.Helper()
	var operations []struct {
		Op, Path string
		Value    json.RawMessage
	}
	if err := json.Unmarshal(patch, &operations); err != nil {
		t.Fatal(err)
	}
	result := pod.DeepCopy()
	targets := map[string]any{
		"/spec/volumes": &result.Spec.Volumes, "/spec/containers": &result.Spec.Containers, "/spec/initContainers": &result.Spec.InitContainers,
	}
	for _, operation := range operations {
		if operation.Op != "add" || targets[operation.Path] == nil {
			t.Fatalf("unexpected operation %s %s", operation.Op, operation.Path)
		}
		if err := json.Unmarshal(operation.Value, targets[operation.Path]); err != nil {
			t.Fatal(err)
		}
	}
	return result
}

func environment(c corev1.Container) map[string]string {
	values := map[string]string{}
	for _, variable := range c.Env {
		values[variable.Name] = variable.Value
	}
	return values
}

func token(t *testing.T, pod *corev1.Pod, volume string) *corev1.ServiceAccountTokenProjection {
	t.Helper()
	i := slices.IndexFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == volume })
	if i < 0 {
		t.Fatalf("the pod has no volume %s", volume)
	}
	return pod.Spec.Volumes[i].Projected.Sources[0].ServiceAccountToken
}

func TestAnnotatedServiceAccount(t *testing.T) {
	t.Parallel()
	pod, ok := admit(t, testPod("annotated"))
	if !ok || len(pod.Spec.Volumes) != 2 {
		t.Fatalf("patched %t, volumes %v", ok, pod.Spec.Volumes)
	}
	if got := token(t, pod, "aws-iam-token"); got.Audience != "sts.amazonaws.com" || *got.ExpirationSeconds != 86400 || got.Path != "token" {
		t.Errorf("token %+v", got)
	}
	for _, c := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
		env := environment(c)
		for name, want := range map[string]string{
			"AWS_ROLE_ARN": roleARN, "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
			"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-2", "AWS_STS_REGIONAL_ENDPOINTS": "regional",
		} {
			if env[name] != want {
				t.Errorf("container %s: %s=%q, want %q", c.Name, name, env[name], want)
			}
		}
		if len(c.VolumeMounts) != 1 || c.VolumeMounts[0].MountPath != "/var/run/secrets/eks.amazonaws.com/serviceaccount" || !c.VolumeMounts[0].ReadOnly {
			t.Errorf("container %s: mounts %+v", c.Name, c.VolumeMounts)
		}
	}
}

func TestAnnotationsTune(t *testing.T) {
	t.Parallel()
	pod := testPod("tuned")
	pod.Annotations = map[string]string{skipAnnotation: "init, proxy"}
	pod.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "AWS_REGION", Value: "eu-west-1"}}
	got, _ := admit(t, pod)
	if projected := token(t, got, "aws-iam-token"); projected.Audience != "vault" || *projected.ExpirationSeconds != minExpiration {
		t.Errorf("token %+v", projected)
	}
	if len(got.Spec.InitContainers[0].Env) != 0 || len(got.Spec.Containers[1].Env) != 0 {
		t.Error("a skipped container was changed")
	}
	env := environment(got.Spec.Containers[0])
	if _, regional := env["AWS_STS_REGIONAL_ENDPOINTS"]; regional || env["AWS_REGION"] != "eu-west-1" || env["AWS_DEFAULT_REGION"] != "" || env["AWS_ROLE_ARN"] != roleARN {
		t.Errorf("environment %v", env)
	}
}

func TestVariablesOfTheContainerWin(t *testing.T) {
	t.Parallel()
	pod := testPod("annotated")
	pod.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "AWS_ROLE_ARN", Value: "mine"}}
	got, _ := admit(t, pod)
	env := environment(got.Spec.Containers[0])
	if _, file := env["AWS_WEB_IDENTITY_TOKEN_FILE"]; file || env["AWS_ROLE_ARN"] != "mine" {
		t.Errorf("environment %v, want what the container had", env)
	}
}

func TestAssociatedServiceAccount(t *testing.T) {
	t.Parallel()
	for _, account := range []string{"associated", "both"} {
		pod, _ := admit(t, testPod(account))
		if got := token(t, pod, "eks-pod-identity-token"); got.Audience != "pods.eks.amazonaws.com" || got.Path != "eks-pod-identity-token" {
			t.Errorf("%s: token %+v", account, got)
		}
		env := environment(pod.Spec.Containers[0])
		if env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] != "http://127.0.0.1:1/v1/credentials" || env["AWS_ROLE_ARN"] != "" ||
			env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] != "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token" {
			t.Errorf("%s: environment %v", account, env)
		}
	}
}

func TestPodsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, account := range []string{"plain", "missing", "broken", ""} {
		if _, changed := admit(t, testPod(account)); changed {
			t.Errorf("a pod of the service account %q was changed", account)
		}
	}
	pod, _ := admit(t, testPod("annotated"))
	if _, again := admit(t, pod); again {
		t.Error("a pod that has everything was changed again")
	}
}
