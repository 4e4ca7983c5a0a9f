package podrunner

import (
	"context"
	"fmt"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// defaultTokenSeconds is the API's default life of a projected token.
const defaultTokenSeconds = 3600

// tokens holds the service account tokens of one pod and asks for a new one
// when 80% of a token's life has passed, as the kubelet does.
type tokens struct {
	client kubernetes.Interface
	pod    *corev1.Pod

	mu   sync.Mutex
	held map[string]heldToken // by audience and length of life
}

type heldToken struct {
	value   string
	renewAt time.Time
}

func (t *tokens) get(ctx context.Context, p *corev1.ServiceAccountTokenProjection) (string, error) {
	seconds := int64(defaultTokenSeconds)
	if p.ExpirationSeconds != nil {
		seconds = *p.ExpirationSeconds
	}
	key := fmt.Sprintf("%s\n%d", p.Audience, seconds)
	t.mu.Lock()
	defer t.mu.Unlock()
	if held, ok := t.held[key]; ok && time.Now().Before(held.renewAt) {
		return held.value, nil
	}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
		ExpirationSeconds: &seconds,
		BoundObjectRef:    &authenticationv1.BoundObjectReference{Kind: "Pod", APIVersion: "v1", Name: t.pod.Name, UID: t.pod.UID},
	}}
	if p.Audience != "" {
		request.Spec.Audiences = []string{p.Audience}
	}
	account := t.pod.Spec.ServiceAccountName
	now := time.Now()
	got, err := t.client.CoreV1().ServiceAccounts(t.pod.Namespace).CreateToken(ctx, account, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("cannot get a token of service account %q: %w", account, err)
	}
	if t.held == nil {
		t.held = map[string]heldToken{}
	}
	life := got.Status.ExpirationTimestamp.Sub(now)
	t.held[key] = heldToken{got.Status.Token, now.Add(life * 8 / 10)}
	return got.Status.Token, nil
}

// renewal returns when the next token is due, or the zero time.
func (t *tokens) renewal() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	var first time.Time
	for _, held := range t.held {
		if first.IsZero() || held.renewAt.Before(first) {
			first = held.renewAt
		}
	}
	return first
}
