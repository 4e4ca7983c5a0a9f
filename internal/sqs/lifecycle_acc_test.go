package sqs_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

func TestAccBinding(t *testing.T) {
	keda := acctest.KEDA(t)
	stack := accountOf(keda.Stack)
	name := stack.uniqueName(t, "binding")
	namespace := name + "-vllm"
	keda.CreateServiceAccountRole(t, name+"-operator", "keda", "none")
	provider := acctest.EKSProviderConfig(t, keda.Stack)
	config := provider + bindingConfig(name, fmt.Sprintf(`
  max_inference_seconds = 120
  scaler                = { role_name = "%[1]s-operator" }
  consumer              = { namespace = %[2]q, service_account = "consumer", create_namespace = true }
  producer              = { namespace = %[2]q, service_account = "producer" }
  tags                  = { team = "a" }
`, name, namespace))
	changed := provider + bindingConfig(name, fmt.Sprintf(`
  max_inference_seconds = 600
  max_receive_count     = 7
  scaler                = { role_name = "%[1]s-operator" }
  consumer              = { namespace = %[2]q, service_account = "worker", create_namespace = true, role_name = "%[3]s-%[1]s-worker" }
  queue_length          = 2
  tags                  = { stage = "b" }
`, name, namespace, keda.ClusterName))
	operator, consumer := name+"-operator", keda.ClusterName+"-"+name+"-consumer"

	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             stack.destroyed(t, name, namespace),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "queue_name", name),
					resource.TestCheckResourceAttr(address, "visibility_timeout_seconds", "130"),
					resource.TestCheckResourceAttr(address, "heartbeat_interval_seconds", "43"),
					resource.TestCheckResourceAttr(address, "termination_grace_period_seconds", "160"),
					resource.TestCheckResourceAttr(address, "consumer_role_arn", "arn:aws:iam::"+keda.AccountID+":role/"+consumer),
					resource.TestCheckResourceAttr(address, "producer_role_name", keda.ClusterName+"-"+name+"-producer"),
					resource.TestCheckResourceAttr(address, "trigger.type", "aws-sqs-queue"),
					resource.TestCheckResourceAttr(address, "trigger.metadata.queueLength", "5"),
					resource.TestCheckResourceAttr(address, "trigger.metadata.awsRegion", keda.AWS.Region),
					resource.TestCheckResourceAttr(address, "trigger.authentication_ref.name", name),
					resource.TestCheckResourceAttrPair(address, "trigger.metadata.queueURL", address, "queue_url"),
					resource.TestCheckResourceAttr(address, "drift.#", "0"),
					func(*terraform.State) error { return stack.asConfigured(t, name) },
					func(*terraform.State) error { return stack.serviceAccountHas(t, namespace, "consumer", consumer) },
				),
			},
			{Config: config, ConfigPlanChecks: empty},
			{ResourceName: address, ImportState: true, ImportStateId: name, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "queue_arn"},
			{
				Config: changed, ConfigPlanChecks: inPlace,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "visibility_timeout_seconds", "300"),
					resource.TestCheckResourceAttr(address, "cooldown_period_seconds", "300"),
					resource.TestCheckResourceAttr(address, "trigger.metadata.queueLength", "2"),
					resource.TestCheckNoResourceAttr(address, "producer_role_arn"),
					func(*terraform.State) error {
						for _, gone := range []string{consumer, keda.ClusterName + "-" + name + "-producer"} {
							if stack.roleExists(t, gone) {
								return fmt.Errorf("role %s is still there", gone)
							}
						}
						return stack.serviceAccountHas(t, namespace, "worker", keda.ClusterName+"-"+name+"-worker")
					},
				),
			},
			{PreConfig: func() { stack.disturb(t, name, namespace, operator) }, Config: changed, PlanOnly: true, ExpectNonEmptyPlan: true},
			{Config: changed, ConfigPlanChecks: inPlace, Check: func(*terraform.State) error { return stack.asConfigured(t, name) }},
			{PreConfig: func() { stack.disappear(t, name, namespace, operator) }, Config: changed, PlanOnly: true, ExpectNonEmptyPlan: true},
			{Config: changed, ConfigPlanChecks: inPlace, Check: func(*terraform.State) error { return stack.asConfigured(t, name) }},
			{
				// A binding of which nothing is left begins anew.
				PreConfig: func() { stack.vanish(t, name, namespace, operator) },
				Config:    changed,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
				}},
			},
		},
	})
}

// asConfigured looks at what no attribute of the resource shows.
func (a account) asConfigured(t *testing.T, name string) error {
	t.Helper()
	for _, queue := range []string{name, name + "-dead-letter"} {
		attributes := a.attributes(t, queue)
		if attributes["SqsManagedSseEnabled"] != "true" {
			return fmt.Errorf("%s is not encrypted: %v", queue, attributes)
		}
		var policy struct {
			Statement []struct{ Effect, Sid, Resource string }
		}
		if err := json.Unmarshal([]byte(attributes["Policy"]), &policy); err != nil {
			return fmt.Errorf("%s has the policy %q: %w", queue, attributes["Policy"], err)
		}
		if len(policy.Statement) != 1 || policy.Statement[0].Effect != "Deny" || policy.Statement[0].Resource != attributes["QueueArn"] {
			return fmt.Errorf("%s has the policy %q", queue, attributes["Policy"])
		}
	}
	return nil
}

func (a account) serviceAccountHas(t *testing.T, namespace, name, role string) error {
	t.Helper()
	live, err := a.Kubernetes.CoreV1().ServiceAccounts(namespace).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if got, want := live.Annotations["eks.amazonaws.com/role-arn"], "arn:aws:iam::"+a.AccountID+":role/"+role; got != want {
		return fmt.Errorf("%s/%s has the role %q, not %q", namespace, name, got, want)
	}
	return nil
}

// disturb changes everything that a person could.
func (a account) disturb(t *testing.T, name, namespace, operator string) {
	t.Helper()
	a.setAttributes(t, name, map[string]string{"VisibilityTimeout": "30", "SqsManagedSseEnabled": "false"})
	a.setAttributes(t, name+"-dead-letter", map[string]string{"MessageRetentionPeriod": "60"})
	wide := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`
	worker := a.ClusterName + "-" + name + "-worker"
	for role, policy := range map[string]string{operator: a.policies(t, operator)[0], worker: a.policies(t, worker)[0]} {
		if _, err := a.iam.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &policy, PolicyDocument: &wide}); err != nil {
			t.Fatal(err)
		}
	}
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}]}`
	if _, err := a.iam.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: &worker, PolicyDocument: &trust}); err != nil {
		t.Fatal(err)
	}
	patch := []byte(`{"metadata":{"annotations":{"eks.amazonaws.com/role-arn":null}}}`)
	if _, err := a.Kubernetes.CoreV1().ServiceAccounts(namespace).Patch(t.Context(), "worker", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}

// disappear removes everything but the consumer's role, so that something is
// left to be found by.
func (a account) disappear(t *testing.T, name, namespace, operator string) {
	t.Helper()
	a.deleteQueue(t, name)
	a.deleteQueue(t, name+"-dead-letter")
	for _, policy := range a.policies(t, operator) {
		if _, err := a.iam.DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: &operator, PolicyName: &policy}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Kubernetes.CoreV1().ServiceAccounts(namespace).Delete(t.Context(), "worker", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	a.Delete(t, kedaKind, namespace, name)
	a.gone(t, namespace, name)
}

// vanish removes the rest too.
func (a account) vanish(t *testing.T, name, namespace, operator string) {
	t.Helper()
	a.disappear(t, name, namespace, operator)
	worker := a.ClusterName + "-" + name + "-worker"
	for _, policy := range a.policies(t, worker) {
		if _, err := a.iam.DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: &worker, PolicyName: &policy}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.iam.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String(worker)}); err != nil {
		t.Fatal(err)
	}
	if err := a.Kubernetes.CoreV1().Namespaces().Delete(t.Context(), namespace, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	a.Await(t, "the namespace to go", deletion, func() error {
		list, err := a.Kubernetes.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, live := range list.Items {
			if live.Name == namespace {
				return fmt.Errorf("%s is %s", namespace, live.Status.Phase)
			}
		}
		return nil
	})
}
