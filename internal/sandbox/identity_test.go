package sandbox_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox"
)

// TestIdentityIsAsOnEKS needs no KEDA: who may do what in AWS and in the
// cluster, for pods and for people.
func TestIdentityIsAsOnEKS(t *testing.T) {
	t.Parallel()
	h := newHarness(t, sandbox.Options{})

	t.Run("a service account's token opens only the role that trusts it", func(t *testing.T) {
		h := h.with(t)
		queue := h.CreateQueue(h.t, "identity")
		h.createNamespace("team")
		for _, name := range []string{"trusted", "other"} {
			_, err := h.Kubernetes.CoreV1().ServiceAccounts("team").Create(h.ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
			h.must(err)
		}
		role := h.CreateServiceAccountRole(h.t, "trusting", "team", "trusted")
		h.Allow(h.t, role, queue.ARN, "sqs:SendMessage")

		_, err := h.assumeRole(role, "team", "other").Retrieve(h.ctx)
		h.wantCode(err, "AccessDenied")

		config := h.AWS.Copy()
		config.Credentials = h.assumeRole(role, "team", "trusted")
		client := sqs.NewFromConfig(config)
		_, err = client.SendMessage(h.ctx, &sqs.SendMessageInput{QueueUrl: &queue.URL, MessageBody: aws.String("text")})
		h.must(err)
		_, err = client.ReceiveMessage(h.ctx, &sqs.ReceiveMessageInput{QueueUrl: &queue.URL})
		h.wantCode(err, "AccessDenied", "AccessDeniedException")
	})

	t.Run("a pod gets the identity of its service account at admission", func(t *testing.T) {
		h := h.with(t)
		h.createNamespace("injected")
		h.Apply(h.t, `
apiVersion: v1
kind: ServiceAccount
metadata:
  name: annotated
  namespace: injected
  annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::123456789012:role/any"}
---
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: injected}
spec:
  serviceAccountName: annotated
  containers: [{name: main, image: example.com/simulated:1}]
`)
		env := h.environmentOf("injected", "pod")
		if env["AWS_ROLE_ARN"] != "arn:aws:iam::123456789012:role/any" || env["AWS_WEB_IDENTITY_TOKEN_FILE"] == "" {
			t.Errorf("the container's environment is %v", env)
		}
		h.Await(h.t, "the simulated pod to be ready", time.Minute, func() error {
			pod, err := h.Kubernetes.CoreV1().Pods("injected").Get(h.ctx, "pod", metav1.GetOptions{})
			if err == nil && !isReady(*pod) {
				err = errors.New("it is " + string(pod.Status.Phase))
			}
			return err
		})
	})

	t.Run("an association gives a service account's pods a role", func(t *testing.T) {
		h := h.with(t)
		h.createNamespace("associated")
		_, err := h.Kubernetes.CoreV1().ServiceAccounts("associated").Create(h.ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "worker"}}, metav1.CreateOptions{})
		h.must(err)
		role, err := iam.NewFromConfig(h.AWS).CreateRole(h.ctx, &iam.CreateRoleInput{RoleName: aws.String("associated"), AssumeRolePolicyDocument: aws.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"Service":"pods.eks.amazonaws.com"}}]}`)})
		h.must(err)
		_, err = eks.NewFromConfig(h.AWS).CreatePodIdentityAssociation(h.ctx, &eks.CreatePodIdentityAssociationInput{
			ClusterName: h.describeCluster().Name, Namespace: aws.String("associated"), ServiceAccount: aws.String("worker"), RoleArn: role.Role.Arn,
		})
		h.must(err)
		h.Apply(h.t, `
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: associated}
spec:
  serviceAccountName: worker
  containers: [{name: main, image: example.com/simulated:1}]
`)
		agent := h.environmentOf("associated", "pod")["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
		config := h.AWS.Copy()
		config.Credentials = endpointcreds.New(agent, func(o *endpointcreds.Options) {
			o.AuthorizationTokenProvider = endpointcreds.TokenProviderFunc(func() (string, error) {
				token, err := serviceAccountToken{h, "associated", "worker", "pods.eks.amazonaws.com"}.GetIdentityToken()
				return string(token), err
			})
		})
		who, err := sts.NewFromConfig(config).GetCallerIdentity(h.ctx, &sts.GetCallerIdentityInput{})
		h.must(err)
		if !strings.Contains(*who.Arn, ":assumed-role/associated/") {
			t.Errorf("the pod is %s", *who.Arn)
		}
	})

	t.Run("an EKS token is as good as its caller's access entry", func(t *testing.T) {
		h := h.with(t)
		cluster := h.describeCluster()
		if _, err := h.clusterClient(cluster, h.AWS).CoreV1().Nodes().List(h.ctx, metav1.ListOptions{}); err != nil {
			t.Errorf("the administrator: %v", err)
		}

		role := h.createRoleForAdministrator("viewer")
		viewer := h.AWS.Copy()
		viewer.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(h.AWS), role))
		client := h.clusterClient(cluster, viewer)
		if _, err := client.CoreV1().Pods("default").List(h.ctx, metav1.ListOptions{}); !apierrors.IsUnauthorized(err) {
			t.Errorf("without an access entry: %v", err)
		}

		api := eks.NewFromConfig(h.AWS)
		_, err := api.CreateAccessEntry(h.ctx, &eks.CreateAccessEntryInput{ClusterName: cluster.Name, PrincipalArn: &role})
		h.must(err)
		_, err = api.AssociateAccessPolicy(h.ctx, &eks.AssociateAccessPolicyInput{
			ClusterName: cluster.Name, PrincipalArn: &role,
			PolicyArn:   aws.String("arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"),
			AccessScope: &ekstypes.AccessScope{Type: ekstypes.AccessScopeTypeCluster},
		})
		h.must(err)
		h.Await(h.t, "the access entry to take effect", time.Minute, func() error {
			_, err := client.CoreV1().Pods("default").List(h.ctx, metav1.ListOptions{})
			return err
		})
		if err := client.CoreV1().Pods("default").Delete(h.ctx, "any", metav1.DeleteOptions{}); !apierrors.IsForbidden(err) {
			t.Errorf("a viewer deletes a pod: %v", err)
		}
	})
}

// environmentOf is what the first container of a pod has been given.
func (h *harness) environmentOf(namespace, name string) map[string]string {
	h.t.Helper()
	pod, err := h.Kubernetes.CoreV1().Pods(namespace).Get(h.ctx, name, metav1.GetOptions{})
	h.must(err)
	env := map[string]string{}
	for _, e := range pod.Spec.Containers[0].Env {
		env[e.Name] = e.Value
	}
	return env
}

// wantCode fails unless AWS answered with one of the error codes.
func (h *harness) wantCode(err error, codes ...string) {
	h.t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || !strings.Contains(" "+strings.Join(codes, " ")+" ", " "+api.ErrorCode()+" ") {
		h.t.Errorf("want one of %q, got: %v", codes, err)
	}
}

func (h *harness) describeCluster() *ekstypes.Cluster {
	h.t.Helper()
	name := h.ClusterName
	out, err := eks.NewFromConfig(h.AWS).DescribeCluster(h.ctx, &eks.DescribeClusterInput{Name: &name})
	h.must(err)
	return out.Cluster
}

// createRoleForAdministrator makes a role that the administrator may assume.
func (h *harness) createRoleForAdministrator(name string) string {
	h.t.Helper()
	role, err := iam.NewFromConfig(h.AWS).CreateRole(h.ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::123456789012:root"}}]}`)})
	h.must(err)
	return *role.Role.Arn
}

// clusterClient reaches the cluster as the EKS documentation says: endpoint and
// CA from DescribeCluster, and a presigned GetCallerIdentity as bearer token.
func (h *harness) clusterClient(cluster *ekstypes.Cluster, as aws.Config) kubernetes.Interface {
	h.t.Helper()
	presigner := sts.NewPresignClient(sts.NewFromConfig(as))
	request, err := presigner.PresignGetCallerIdentity(h.ctx, &sts.GetCallerIdentityInput{}, func(o *sts.PresignOptions) {
		o.ClientOptions = append(o.ClientOptions, sts.WithAPIOptions(
			smithyhttp.AddHeaderValue("x-k8s-aws-id", *cluster.Name),
			smithyhttp.SetHeaderValue("X-Amz-Expires", "60"),
		))
	})
	h.must(err)
	ca, err := base64.StdEncoding.DecodeString(*cluster.CertificateAuthority.Data)
	h.must(err)
	client, err := kubernetes.NewForConfig(&rest.Config{
		Host:            *cluster.Endpoint,
		TLSClientConfig: rest.TLSClientConfig{CAData: ca},
		BearerToken:     "k8s-aws-v1." + base64.RawURLEncoding.EncodeToString([]byte(request.URL)),
	})
	h.must(err)
	return client
}
