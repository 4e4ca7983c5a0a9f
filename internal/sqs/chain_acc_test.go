package sqs_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// chain is a binding with a scaled object that takes its trigger as it is.
func chain(name, namespace, scaler string) string {
	return bindingConfig(name, fmt.Sprintf(`
  max_inference_seconds = 120
  scaler                = %s
  consumer              = { namespace = %q, service_account = "consumer" }
`, scaler, namespace)) + fmt.Sprintf(`
resource "keda_scaled_object" "test" {
  name              = "qwen"
  namespace         = %q
  scale_target_ref  = { name = "qwen" }
  max_replica_count = 10
  cooldown_period   = sqs_inference_queue_binding.test.cooldown_period_seconds
  triggers          = [sqs_inference_queue_binding.test.trigger]
}
`, namespace)
}

// TestAccBindingScales goes from nothing to a scaled object that KEDA reads the
// queue for: by the TriggerAuthentication, as the operator's role, by the grant.
func TestAccBindingScales(t *testing.T) {
	keda := acctest.KEDA(t)
	stack := accountOf(keda.Stack)
	name := stack.uniqueName(t, "scales")
	stack.Apply(t, fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: qwen, namespace: %s}
spec:
  replicas: 0
  selector: {matchLabels: {app: qwen}}
  template:
    metadata: {labels: {app: qwen}}
    spec: {containers: [{name: consumer, image: "example.com/none:1"}]}
`, name))
	config := acctest.EKSProviderConfig(t, keda.Stack) + chain(name, name, fmt.Sprintf("{ role_arn = %q }", keda.RoleARN))
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             stack.destroyed(t, name, ""),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr("keda_scaled_object.test", "ready", "true"),
					resource.TestCheckResourceAttr("keda_scaled_object.test", "triggers.0.metadata.queueLength", "5"),
					resource.TestCheckResourceAttr("keda_scaled_object.test", "triggers.0.authentication_ref.name", name),
					resource.TestCheckResourceAttr("keda_scaled_object.test", "cooldown_period", "120"),
				),
			},
			{Config: config, ConfigPlanChecks: empty},
		},
	})
}

// Everything is planned before anything exists, and mistakes that do not depend
// on it are found.
func TestAccBindingIsPlannedWithoutACluster(t *testing.T) {
	config := acctest.UnreachableCluster + `
resource "terraform_data" "names" {
  input = { cluster = "inference", role = "keda-operator" }
}
`
	resource.ParallelTest(t, resource.TestCase{
		PreCheck:                 func() { acctest.PreCheck(t) },
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{
				Config:             config + chain("prompts", "vllm", `{ role_name = terraform_data.names.output.role }`+"\n  cluster_name = terraform_data.names.output.cluster"),
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
			},
			{
				Config:      config + chain("prompts", "vllm", `{ role_name = terraform_data.names.output.role }`),
				ExpectError: acctest.ErrorText("Set cluster_name, or the provider's kubernetes.eks_cluster_name"),
			},
			{
				Config:      config + bindingConfig("prompts", "max_inference_seconds = 60\n  termination_grace_period_seconds = 70"),
				ExpectError: acctest.ErrorText("Kubernetes kills the pod after 70 s"),
			},
		},
	})
}
