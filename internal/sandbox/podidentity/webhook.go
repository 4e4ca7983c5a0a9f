// Package podidentity gives pods their AWS identity as EKS does: an admission
// webhook like amazon-eks-pod-identity-webhook, and the agent of EKS Pod
// Identity that it points containers at.
package podidentity

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// maxReview bounds an AdmissionReview: etcd's limit of an object, twice, in bytes.
const maxReview = 6 << 20

// ServiceAccounts reads service accounts of the cluster.
type ServiceAccounts interface {
	ServiceAccount(ctx context.Context, namespace, name string) (*corev1.ServiceAccount, error)
}

// Associations tells which role a Pod Identity association gives to a service
// account; *awsfront.Front does.
type Associations interface {
	PodIdentityRole(namespace, serviceAccount string) (roleARN string, exists bool)
}

// WebhookConfig is what the webhook needs to know.
type WebhookConfig struct {
	Region          string
	ServiceAccounts ServiceAccounts
	Associations    Associations
	// AgentURL is where containers get credentials, such as
	// http://127.0.0.1:PORT/v1/credentials. On EKS it is
	// http://169.254.170.23/v1/credentials.
	AgentURL string
	Log      *slog.Logger
}

// Webhook answers AdmissionReviews of pods.
type Webhook struct {
	config WebhookConfig
}

// NewWebhook makes the webhook.
func NewWebhook(config WebhookConfig) *Webhook {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Webhook{config: config}
}

// ServeHTTP answers one AdmissionReview. It never denies a pod: a pod that
// cannot be changed is admitted as it is, and the reason is logged, since the
// webhook of EKS does the same.
func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var review admissionv1.AdmissionReview
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReview)).Decode(&review); err != nil || review.Request == nil {
		http.Error(w, "the body is not an AdmissionReview with a request", http.StatusBadRequest)
		return
	}
	response := &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: true}
	patch, err := h.patch(r.Context(), review.Request)
	if err != nil {
		h.config.Log.Error("a pod was admitted without AWS identity", "namespace", review.Request.Namespace, "error", err)
	}
	if patch != nil {
		kind := admissionv1.PatchTypeJSONPatch
		response.Patch, response.PatchType = patch, &kind
	}
	w.Header().Set("Content-Type", "application/json")
	err = json.NewEncoder(w).Encode(admissionv1.AdmissionReview{TypeMeta: review.TypeMeta, Response: response})
	if err != nil {
		h.config.Log.Error("writing an AdmissionReview", "error", err)
	}
}

// patch returns the JSON patch for a pod, or nil when there is nothing to do.
func (h *Webhook) patch(ctx context.Context, request *admissionv1.AdmissionRequest) ([]byte, error) {
	var pod corev1.Pod
	if err := json.Unmarshal(request.Object.Raw, &pod); err != nil {
		return nil, fmt.Errorf("the object is not a pod: %w", err)
	}
	in, wanted, err := h.injection(ctx, request.Namespace, &pod)
	if err != nil || !wanted {
		return nil, err
	}
	changed, injected := in.apply(&pod)
	if !injected {
		return nil, nil
	}
	return jsonPatch(&pod, changed)
}

// injection decides by the pod's service account. A Pod Identity association
// comes before the annotation, as on EKS.
func (h *Webhook) injection(ctx context.Context, namespace string, pod *corev1.Pod) (injection, bool, error) {
	name := pod.Spec.ServiceAccountName
	if name == "" {
		name = "default"
	}
	account, err := h.config.ServiceAccounts.ServiceAccount(ctx, namespace, name)
	if apierrors.IsNotFound(err) {
		return injection{}, false, nil
	}
	if err != nil {
		return injection{}, false, fmt.Errorf("reading the service account %s/%s: %w", namespace, name, err)
	}
	if _, associated := h.config.Associations.PodIdentityRole(namespace, name); associated {
		return containerCredentials(account, pod, h.config.Region, h.config.AgentURL), true, nil
	}
	if account.Annotations[roleAnnotation] != "" {
		return webIdentity(account, pod, h.config.Region), true, nil
	}
	return injection{}, false, nil
}

type patchOperation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// jsonPatch replaces the three lists that an injection can change. "add" on a
// member that exists replaces it (RFC 6902, 4.1).
func jsonPatch(before, after *corev1.Pod) ([]byte, error) {
	operations := []patchOperation{
		{"add", "/spec/volumes", after.Spec.Volumes},
		{"add", "/spec/containers", after.Spec.Containers},
	}
	if len(before.Spec.InitContainers) > 0 {
		operations = append(operations, patchOperation{"add", "/spec/initContainers", after.Spec.InitContainers})
	}
	patch, err := json.Marshal(operations)
	if err != nil {
		return nil, fmt.Errorf("writing the patch: %w", err)
	}
	return patch, nil
}

// MutatingWebhookConfiguration registers the webhook with the API server, under
// the name and with the failure policy of EKS.
func MutatingWebhookConfiguration(url string, caPEM []byte) *admissionregistrationv1.MutatingWebhookConfiguration {
	ignore, none := admissionregistrationv1.Ignore, admissionregistrationv1.SideEffectClassNone
	timeout := int32(10)
	return &admissionregistrationv1.MutatingWebhookConfiguration{
		TypeMeta: metav1.TypeMeta{
			APIVersion: admissionregistrationv1.SchemeGroupVersion.String(), Kind: "MutatingWebhookConfiguration",
		},
		ObjectMeta: metav1.ObjectMeta{Name: "pod-identity-webhook"},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name:                    "iam-for-pods.amazonaws.com",
			FailurePolicy:           &ignore,
			SideEffects:             &none,
			TimeoutSeconds:          &timeout,
			AdmissionReviewVersions: []string{"v1"},
			ClientConfig:            admissionregistrationv1.WebhookClientConfig{URL: &url, CABundle: caPEM},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
		}},
	}
}
