package sandbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// testLimit bounds one test on a stack.
const testLimit = 8 * time.Minute

// harness is a stack of one test, and that test.
type harness struct {
	*sandboxtest.Stack
	t   *testing.T
	ctx context.Context //nolint:containedctx // a test's lifetime
}

// newHarness starts a stack for one test.
func newHarness(t *testing.T, options sandbox.Options) *harness {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testLimit)
	t.Cleanup(cancel)
	// The test's name shows in the paths of its processes; a stack's is bounded.
	options.Name, options.Root = strings.ToLower(strings.TrimPrefix(t.Name(), "Test")), t.TempDir()
	return &harness{Stack: sandboxtest.Start(t, options), t: t, ctx: ctx}
}

// with is the same harness, failing another test.
func (h *harness) with(t *testing.T) *harness {
	t.Helper()
	other := *h
	other.t = t
	return &other
}

func (h *harness) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *harness) deleteAndWait(kind schema.GroupVersionKind, namespace, name string) {
	h.t.Helper()
	h.Delete(h.t, kind, namespace, name)
	h.Await(h.t, kind.Kind+" "+name+" to be gone", time.Minute, func() error {
		if object := h.Get(h.t, kind, namespace, name); object != nil {
			return fmt.Errorf("it has finalizers %q", object.GetFinalizers())
		}
		return nil
	})
}

func (h *harness) createNamespace(name string) {
	h.t.Helper()
	_, err := h.Kubernetes.CoreV1().Namespaces().Create(h.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		h.must(err)
	}
}

// serviceAccountToken is a token as a pod of the service account has it.
type serviceAccountToken struct {
	h                                   *harness
	namespace, serviceAccount, audience string
}

// GetIdentityToken implements stscreds.IdentityTokenRetriever.
func (s serviceAccountToken) GetIdentityToken() ([]byte, error) {
	token, err := s.h.Kubernetes.CoreV1().ServiceAccounts(s.namespace).CreateToken(s.h.ctx, s.serviceAccount, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{Audiences: []string{s.audience}},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	return []byte(token.Status.Token), nil
}

// assumeRole gets credentials as a pod of the service account does.
func (h *harness) assumeRole(roleARN, namespace, serviceAccount string) aws.CredentialsProvider {
	config := h.AWS.Copy()
	config.Credentials = aws.AnonymousCredentials{}
	return aws.NewCredentialsCache(stscreds.NewWebIdentityRoleProvider(
		sts.NewFromConfig(config), roleARN, serviceAccountToken{h, namespace, serviceAccount, "sts.amazonaws.com"}))
}
