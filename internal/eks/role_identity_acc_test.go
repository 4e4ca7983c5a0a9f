package eks_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// usedConfig is a role that may send to a queue, for a service account that is
// made with it.
func usedConfig(stack *sandboxtest.Stack, queue sandboxtest.Queue, name, namespace, identity string) string {
	return fmt.Sprintf(`
resource "eks_service_account_role" "test" {
  provider         = keda
  name             = %q
  cluster_name     = %q
  identity         = %q
  service_accounts = [{ namespace = %q, name = "worker", create = true }]
  statements       = [{ actions = ["sqs:SendMessage"], resources = [%q] }]
}
`, name, stack.ClusterName, identity, namespace, queue.ARN)
}

// TestAccRoleIsUsed assumes the role as pods do, with IAM's enforcement on.
func TestAccRoleIsUsed(t *testing.T) {
	stack := acctest.Stack(t)
	const name = "acc-used"
	queue := stack.CreateQueue(t, "acc-queue-used")
	namespace := stack.CreateNamespace(t, "used-ns")
	createServiceAccounts(t, stack, namespace, "other")
	provider := acctest.EKSProviderConfig(t, stack)
	arn := "arn:aws:iam::" + stack.AccountID + ":role/" + name
	key := "service_account_uids." + namespace + "/worker"
	annotation := func(want string) error {
		account, err := stack.Kubernetes.CoreV1().ServiceAccounts(namespace).Get(t.Context(), "worker", metav1.GetOptions{})
		if err != nil || account.Annotations["eks.amazonaws.com/role-arn"] != want {
			return errors.Join(fmt.Errorf("the service account is %+v", account), err)
		}
		return nil
	}
	irsa := provider + usedConfig(stack, queue, name, namespace, "irsa")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(state *terraform.State) error {
			accounts, err := stack.Kubernetes.CoreV1().ServiceAccounts(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/managed-by"})
			if err != nil || len(accounts.Items) > 0 {
				return errors.Join(fmt.Errorf("left behind: %+v", accounts), err)
			}
			return gone(t, stack, name)(state)
		},
		Steps: []resource.TestStep{
			{
				Config: irsa,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttrSet(roleAddress, key),
					func(*terraform.State) error { return annotation(arn) },
					func(*terraform.State) error {
						return mayOnlySend(t, assumed(t, stack, arn, namespace, "worker"), queue)
					},
					func(*terraform.State) error {
						_, err := assumed(t, stack, arn, namespace, "other").Credentials.Retrieve(t.Context())
						if err == nil || !strings.Contains(err.Error(), "AccessDenied") {
							return errors.Join(errors.New("another service account assumes the role"), err)
						}
						return nil
					},
				),
			},
			{
				// Somebody takes the annotation away.
				PreConfig: func() {
					_, err := stack.Kubernetes.CoreV1().ServiceAccounts(namespace).Patch(t.Context(), "worker", types.MergePatchType,
						[]byte(`{"metadata":{"annotations":{"eks.amazonaws.com/role-arn":null}}}`), metav1.PatchOptions{})
					if err != nil {
						t.Fatal(err)
					}
				},
				Config:           irsa,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{driftOf("service_accounts")}},
				Check:            func(*terraform.State) error { return annotation(arn) },
			},
			{
				PreConfig: func() {
					if err := stack.Kubernetes.CoreV1().ServiceAccounts(namespace).Delete(t.Context(), "worker", metav1.DeleteOptions{}); err != nil {
						t.Fatal(err)
					}
				},
				Config: irsa,
				Check:  func(*terraform.State) error { return annotation(arn) },
			},
			{
				Config: provider + usedConfig(stack, queue, name, namespace, "pod_identity"),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckNoResourceAttr(roleAddress, "oidc_provider_arn"),
					func(*terraform.State) error { return annotation("") },
				),
			},
			{
				Config: irsa,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(roleAddress, "pod_identity_association_ids.%", "0"),
					func(*terraform.State) error { return annotation(arn) },
					func(*terraform.State) error {
						return mayOnlySend(t, assumed(t, stack, arn, namespace, "worker"), queue)
					},
				),
			},
		},
	})
}

// TestAccRolePodIdentity gives a pod the role by an association.
func TestAccRolePodIdentity(t *testing.T) {
	stack := acctest.Stack(t)
	const name = "acc-associated"
	queue := stack.CreateQueue(t, "acc-queue-associated")
	namespace := stack.CreateNamespace(t, "associated-ns")
	config := acctest.ProviderConfig(t, stack) + usedConfig(stack, queue, name, namespace, "pod_identity")
	key := "pod_identity_association_ids." + namespace + "/worker"
	client := eks.NewFromConfig(stack.AWS)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(state *terraform.State) error {
			if left := stack.Inventory(t).Named(namespace + "/worker"); len(left) > 0 {
				return fmt.Errorf("left behind:\n%s", left)
			}
			return gone(t, stack, name)(state)
		},
		Steps: []resource.TestStep{
			{
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttrSet(roleAddress, key),
					resource.TestCheckResourceAttrSet(roleAddress, "cluster_arn"),
					func(*terraform.State) error {
						return mayOnlySend(t, podIdentity(t, stack, namespace, "worker"), queue)
					},
				),
			},
			{
				ResourceName: roleAddress, ImportState: true, ImportStateId: name, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "arn",
				// The service account is taken over by the next apply.
				ImportStateVerifyIgnore: []string{"service_accounts.0.create", "service_account_uids"},
			},
			{
				PreConfig: func() {
					found, err := client.ListPodIdentityAssociations(t.Context(), &eks.ListPodIdentityAssociationsInput{ClusterName: &stack.ClusterName, Namespace: &namespace})
					if err != nil || len(found.Associations) != 1 {
						t.Fatalf("%+v: %v", found, err)
					}
					if _, err := client.DeletePodIdentityAssociation(t.Context(), &eks.DeletePodIdentityAssociationInput{ClusterName: &stack.ClusterName, AssociationId: found.Associations[0].AssociationId}); err != nil {
						t.Fatal(err)
					}
				},
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(roleAddress, plancheck.ResourceActionUpdate)}},
				Check:            resource.TestCheckResourceAttrSet(roleAddress, key),
			},
		},
	})
}

// podIdentity is the account as the Pod Identity agent gives it to a new pod of
// the service account.
func podIdentity(t *testing.T, stack *sandboxtest.Stack, namespace, name string) aws.Config {
	t.Helper()
	stack.Apply(t, fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: pod, namespace: %s}
spec:
  serviceAccountName: %s
  containers: [{name: main, image: "example.com/simulated:1"}]
`, namespace, name))
	var agent string
	stack.Await(t, "the pod's environment", time.Minute, func() error {
		pod, err := stack.Kubernetes.CoreV1().Pods(namespace).Get(t.Context(), "pod", metav1.GetOptions{})
		if err != nil {
			return err
		}
		agent = environment(pod, "AWS_CONTAINER_CREDENTIALS_FULL_URI")
		if agent == "" {
			return errors.New("it names no agent")
		}
		return nil
	})
	config := stack.AWS.Copy()
	config.Credentials = endpointcreds.New(agent, func(o *endpointcreds.Options) {
		o.AuthorizationTokenProvider = endpointcreds.TokenProviderFunc(func() (string, error) {
			token, err := serviceAccountToken{t.Context(), stack, namespace, name, "pods.eks.amazonaws.com"}.GetIdentityToken()
			return string(token), err
		})
	})
	who, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the pod is %s", *who.Arn)
	return config
}

func environment(pod *corev1.Pod, name string) string {
	for _, container := range pod.Spec.Containers {
		for _, variable := range container.Env {
			if variable.Name == name {
				return variable.Value
			}
		}
	}
	return ""
}
