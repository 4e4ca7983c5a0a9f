package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox"
)

// testLimit bounds one test on a stack.
const testLimit = 8 * time.Minute

// harness is a stack with clients that act as its administrator.
type harness struct {
	t       *testing.T
	ctx     context.Context //nolint:containedctx // a test's lifetime
	stack   *sandbox.Stack
	rest    *rest.Config
	client  kubernetes.Interface
	dynamic dynamic.Interface
	aws     aws.Config
}

// newHarness starts a stack for one test.
func newHarness(t *testing.T, options sandbox.Options) *harness {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("it starts a local stack; make test sets TF_ACC=1")
	}
	ctx, cancel := context.WithTimeout(t.Context(), testLimit)
	t.Cleanup(cancel)
	// The test's name shows in the paths of its processes; a stack's is bounded.
	options.Name, options.Root = strings.ToLower(strings.TrimPrefix(t.Name(), "Test")), t.TempDir()
	stack, err := sandbox.Start(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	h := &harness{t: t, ctx: ctx, stack: stack, rest: stack.REST(), aws: stack.AWS()}
	t.Cleanup(func() {
		if t.Failed() {
			h.dump()
		}
		if err := stack.Stop(); err != nil {
			t.Error(err)
		}
	})
	h.client, err = kubernetes.NewForConfig(h.rest)
	h.must(err)
	h.dynamic, err = dynamic.NewForConfig(h.rest)
	h.must(err)
	return h
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

// await polls until the condition holds; a dead part of the stack or the limit
// fails the test with what was seen last.
func (h *harness) await(what string, limit time.Duration, holds func() error) {
	h.t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		last := holds()
		if last == nil {
			return
		}
		select {
		case <-h.stack.Failed():
			h.t.Fatalf("waiting for %s: %v", what, h.stack.Err())
		case <-deadline.C:
			h.t.Fatalf("waited %s for %s: %v", limit, what, last)
		case <-tick.C:
		}
	}
}

// apply creates or replaces the objects of a YAML stream with server-side
// apply.
func (h *harness) apply(manifests string) {
	h.t.Helper()
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(manifests), 4096)
	for {
		var object unstructured.Unstructured
		if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			h.t.Fatal(err)
		}
		resource, _ := meta.UnsafeGuessKindToResource(object.GroupVersionKind())
		_, err := h.dynamic.Resource(resource).Namespace(object.GetNamespace()).
			Apply(h.ctx, object.GetName(), &object, metav1.ApplyOptions{FieldManager: "test", Force: true})
		h.must(err)
	}
}

func (h *harness) get(resource, groupVersion, namespace, name string) *unstructured.Unstructured {
	h.t.Helper()
	gv, err := schema.ParseGroupVersion(groupVersion)
	h.must(err)
	object, err := h.dynamic.Resource(gv.WithResource(resource)).Namespace(namespace).Get(h.ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	h.must(err)
	return object
}

func (h *harness) deleteAndWait(resource, groupVersion, namespace, name string) {
	h.t.Helper()
	gv, err := schema.ParseGroupVersion(groupVersion)
	h.must(err)
	h.must(h.dynamic.Resource(gv.WithResource(resource)).Namespace(namespace).Delete(h.ctx, name, metav1.DeleteOptions{}))
	h.await(resource+" "+name+" to be gone", time.Minute, func() error {
		if object := h.get(resource, groupVersion, namespace, name); object != nil {
			return fmt.Errorf("it has finalizers %q", object.GetFinalizers())
		}
		return nil
	})
}

func (h *harness) createNamespace(name string) {
	h.t.Helper()
	_, err := h.client.CoreV1().Namespaces().Create(h.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		h.must(err)
	}
}

// createServiceAccountRole makes a role that the service account may assume
// (IRSA) and returns its ARN.
func (h *harness) createServiceAccountRole(name, namespace, serviceAccount string) string {
	h.t.Helper()
	issuer := strings.TrimPrefix(h.stack.Issuer(), "https://")
	trust, err := json.Marshal(map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect":    "Allow",
			"Action":    "sts:AssumeRoleWithWebIdentity",
			"Principal": map[string]any{"Federated": fmt.Sprintf("arn:aws:iam::%s:oidc-provider/%s", sandbox.AccountID, issuer)},
			"Condition": map[string]any{"StringEquals": map[string]any{
				issuer + ":sub": fmt.Sprintf("system:serviceaccount:%s:%s", namespace, serviceAccount),
				issuer + ":aud": "sts.amazonaws.com",
			}},
		}},
	})
	h.must(err)
	role, err := iam.NewFromConfig(h.aws).CreateRole(h.ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(string(trust))})
	h.must(err)
	return *role.Role.Arn
}

// allow gives the role the actions on one resource and nothing else.
func (h *harness) allow(roleARN, resource string, actions ...string) {
	h.t.Helper()
	policy, err := json.Marshal(map[string]any{
		"Version":   "2012-10-17",
		"Statement": []any{map[string]any{"Effect": "Allow", "Action": actions, "Resource": resource}},
	})
	h.must(err)
	name := roleARN[strings.LastIndexByte(roleARN, '/')+1:]
	_, err = iam.NewFromConfig(h.aws).PutRolePolicy(h.ctx, &iam.PutRolePolicyInput{
		RoleName: &name, PolicyName: aws.String("test"), PolicyDocument: aws.String(string(policy)),
	})
	h.must(err)
}

// serviceAccountToken is a token as a pod of the service account has it.
type serviceAccountToken struct {
	h                                   *harness
	namespace, serviceAccount, audience string
}

// GetIdentityToken implements stscreds.IdentityTokenRetriever.
func (s serviceAccountToken) GetIdentityToken() ([]byte, error) {
	token, err := s.h.client.CoreV1().ServiceAccounts(s.namespace).CreateToken(s.h.ctx, s.serviceAccount, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{Audiences: []string{s.audience}},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	return []byte(token.Status.Token), nil
}

// assumeRole gets credentials as a pod of the service account does.
func (h *harness) assumeRole(roleARN, namespace, serviceAccount string) aws.CredentialsProvider {
	config := h.aws.Copy()
	config.Credentials = aws.AnonymousCredentials{}
	return aws.NewCredentialsCache(stscreds.NewWebIdentityRoleProvider(
		sts.NewFromConfig(config), roleARN, serviceAccountToken{h, namespace, serviceAccount, "sts.amazonaws.com"}))
}

// dump prints what is needed to understand a failure.
func (h *harness) dump() {
	events, err := h.client.CoreV1().Events("").List(context.Background(), metav1.ListOptions{})
	if err != nil {
		h.t.Logf("events: %v", err)
		return
	}
	for _, e := range events.Items {
		if e.Type == corev1.EventTypeWarning {
			h.t.Logf("%s %s/%s: %s: %s", e.InvolvedObject.Kind, e.Namespace, e.InvolvedObject.Name, e.Reason, e.Message)
		}
	}
	h.t.Log(h.stack.Logs())
}
