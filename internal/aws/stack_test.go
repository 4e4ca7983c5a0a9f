package aws_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// TestMain stops the stack that the tests share.
func TestMain(m *testing.M) { sandboxtest.Main(m) }

// ofStack is the configuration that leads to the stack's account.
func ofStack(t *testing.T, stack *sandboxtest.Stack) aws.Configuration {
	t.Helper()
	if !stack.Local() {
		return aws.Configuration{Region: stack.AWS.Region}
	}
	config, credentials := stack.AWSFiles(t)
	url := *stack.AWS.BaseEndpoint
	return aws.Configuration{
		Region: stack.AWS.Region, Profile: sandboxtest.Profile,
		SharedConfigFiles: []string{config}, SharedCredentialsFiles: []string{credentials},
		Endpoints: aws.Endpoints{EKS: url, IAM: url, STS: url},
	}
}

// shortLived gives tokens that have to be renewed for each request, as in an
// apply that lasts longer than a token.
type shortLived struct {
	kube.EKS
	made atomic.Int32
}

func (s *shortLived) Token(ctx context.Context, name string) (kube.Token, error) {
	s.made.Add(1)
	token, err := s.EKS.Token(ctx, name)
	token.Expires = time.Now()
	return token, err
}

var nodes = kube.Ref{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "Node"}}

// The cluster's name is all that it takes; no program is run to get at a token.
func TestClusterIsReachedByItsName(t *testing.T) {
	stack := sandboxtest.Shared(t)
	t.Setenv("PATH", "")
	account := aws.New(ofStack(t, stack), "test")
	tokens := &shortLived{EKS: account.EKS()}
	client := kube.New(kube.Config{EKSClusterName: stack.ClusterName, EKS: tokens})
	for range 3 {
		found, err := client.List(t.Context(), nodes, "")
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			t.Error("the cluster has no nodes")
		}
	}
	if made := tokens.made.Load(); made < 3 {
		t.Errorf("%d tokens for 3 requests, though none lasted", made)
	}
}

// The same through Terraform.
func TestProviderReachesAClusterByItsName(t *testing.T) {
	t.Parallel()
	stack := acctest.Stack(t)
	namespace := stack.CreateNamespace(t, "by-name")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{{
			Config: acctest.EKSProviderConfig(t, stack) + `
resource "k8s_manifest" "this" {
  provider = keda
  manifest = jsonencode({
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = { name = "by-name", namespace = "` + namespace + `" }
    data       = { a = "1" }
  })
}
`,
			Check: func(*terraform.State) error {
				_, err := stack.Kubernetes.CoreV1().ConfigMaps(namespace).Get(t.Context(), "by-name", metav1.GetOptions{})
				return err
			},
		}},
	})
}

func TestClusterThatDoesNotExist(t *testing.T) {
	t.Parallel()
	stack := sandboxtest.Shared(t)
	_, err := aws.New(ofStack(t, stack), "test").EKS().Cluster(t.Context(), "elsewhere")
	if err == nil || !strings.Contains(err.Error(), `no cluster "elsewhere" in Region `+stack.AWS.Region) {
		t.Errorf("got %v", err)
	}
}

// A role is assumed with the given session name, and what it may do in the
// cluster is its access entry's business.
func TestAssumedRole(t *testing.T) {
	t.Parallel()
	stack := sandboxtest.Shared(t)
	role := createRole(t, stack, "assumed")
	configuration := ofStack(t, stack)
	configuration.AssumeRole = &aws.AssumeRole{RoleARN: role, SessionName: "terraform-run"}
	account := aws.New(configuration, "test")
	config, err := account.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	config.BaseEndpoint = stack.AWS.BaseEndpoint
	who, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(*who.Arn, ":assumed-role/assumed/terraform-run") {
		t.Errorf("the caller is %s", *who.Arn)
	}

	// It may not even describe the cluster, so that part is the administrator's.
	split := splitEKS{cluster: aws.New(ofStack(t, stack), "test").EKS(), token: account.EKS()}
	client := kube.New(kube.Config{EKSClusterName: stack.ClusterName, EKS: split})
	if _, err := client.List(t.Context(), nodes, ""); kube.Classify(err) != kube.Unauthorized {
		t.Errorf("without an access entry: %v", err)
	}
	if _, err := eks.NewFromConfig(stack.AWS).CreateAccessEntry(t.Context(), &eks.CreateAccessEntryInput{ClusterName: &stack.ClusterName, PrincipalArn: &role}); err != nil {
		t.Fatal(err)
	}
	stack.Await(t, "the access entry to take effect", 30*time.Second, func() error {
		if _, err := client.List(t.Context(), nodes, ""); kube.Classify(err) != kube.Forbidden {
			return errors.Join(errors.New("an entry without a policy should be known and allowed nothing"), err)
		}
		return nil
	})
	if _, err := account.EKS().Cluster(t.Context(), stack.ClusterName); err == nil || !strings.Contains(err.Error(), "eks:DescribeCluster") {
		t.Errorf("a role without permissions describes the cluster: %v", err)
	}
}

func TestRoleThatCannotBeAssumed(t *testing.T) {
	t.Parallel()
	stack := sandboxtest.Shared(t)
	configuration := ofStack(t, stack)
	configuration.AssumeRole = &aws.AssumeRole{RoleARN: "arn:aws:iam::" + stack.AccountID + ":role/not-there"}
	_, err := aws.New(configuration, "test").Config(t.Context())
	var wrong *aws.ConfigError
	if !errors.As(err, &wrong) || !strings.Contains(err.Error(), "role/not-there") {
		t.Errorf("got %v", err)
	}
}

// splitEKS asks one caller for the cluster and another for the token.
type splitEKS struct{ cluster, token kube.EKS }

func (s splitEKS) Cluster(ctx context.Context, name string) (kube.ClusterInfo, error) {
	return s.cluster.Cluster(ctx, name)
}

func (s splitEKS) Token(ctx context.Context, name string) (kube.Token, error) {
	return s.token.Token(ctx, name)
}

// createRole makes a role that the account's principals may assume.
func createRole(t *testing.T, stack *sandboxtest.Stack, name string) string {
	t.Helper()
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::` + stack.AccountID + `:root"}}]}`
	client := iam.NewFromConfig(stack.AWS)
	role, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteRole(context.WithoutCancel(t.Context()), &iam.DeleteRoleInput{RoleName: &name}); err != nil {
			t.Error(err)
		}
	})
	return *role.Role.Arn
}
