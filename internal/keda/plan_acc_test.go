package keda_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// TestAccPlanFindsMistakes plans with an API server that nobody can reach.
func TestAccPlanFindsMistakes(t *testing.T) {
	misspelt := strings.ReplaceAll(scaledObjectConfig("default", "web", ""), "timezone", "timezoen")

	resource.ParallelTest(t, resource.TestCase{
		PreCheck:                 func() { acctest.PreCheck(t) },
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{
				Config: acctest.UnreachableCluster + misspelt, PlanOnly: true,
				ExpectError: acctest.ErrorText(`Did you mean "timezone"?`),
			},
			{
				Config: acctest.UnreachableCluster + scaledObjectConfig("default", "web", "min_replica_count = 5\n  max_replica_count = 3"), PlanOnly: true,
				ExpectError: acctest.ErrorText("Minimum above the maximum"),
			},
			{Config: withTriggerValidation("warn") + misspelt, PlanOnly: true, ExpectNonEmptyPlan: true},
			{Config: withTriggerValidation("off") + misspelt, PlanOnly: true, ExpectNonEmptyPlan: true},
			{Config: acctest.UnreachableCluster + scaledObjectConfig("default", "web", ""), PlanOnly: true, ExpectNonEmptyPlan: true},
		},
	})
}

func withTriggerValidation(validation string) string {
	return strings.Replace(acctest.UnreachableCluster, `provider "keda" {`, `provider "keda" {
  trigger_validation = "`+validation+`"`, 1)
}

// TestAccClusterLater configures the provider with what another resource of the
// same apply gives: the apply waits for KEDA as ever.
func TestAccClusterLater(t *testing.T) {
	stack := acctest.KEDA(t)
	namespace := stack.CreateNamespace(t, "later")
	deploy(t, stack, namespace, "web")

	config := func(suffix, fields string) string {
		return acctest.LaterProviderConfig(stack.Stack, suffix) + scaledObjectConfig(namespace, "web", fields)
	}
	ready := resource.TestCheckResourceAttr("keda_scaled_object.test", "ready", "true")

	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{Config: config("", "max_replica_count = 3"), Check: ready},
			{
				Config: config("/", "max_replica_count = 5"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("keda_scaled_object.test", plancheck.ResourceActionUpdate),
				}},
				Check: ready,
			},
		},
	})
}
