package keda_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// functionTest runs the steps with a provider that cannot reach its cluster:
// functions need none.
func functionTest(t *testing.T, steps ...resource.TestStep) {
	t.Helper()

	resource.ParallelTest(t, resource.TestCase{
		PreCheck:                 func() { acctest.PreCheck(t) },
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		Steps:                    steps,
	})
}

// value is a step whose expression has the value.
func value(expression string, want knownvalue.Check) resource.TestStep {
	return resource.TestStep{
		Config:            output(expression),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("it", want)},
	}
}

// refusal is a step whose expression is an error that contains the text.
func refusal(expression, text string) resource.TestStep {
	return resource.TestStep{
		Config:      output(expression),
		ExpectError: acctest.ErrorText(text),
	}
}

func output(expression string) string {
	return fmt.Sprintf("%s\noutput \"it\" {\n  value = %s\n}\n", acctest.UnreachableCluster, expression)
}

func TestAccFunctionHPAName(t *testing.T) {
	functionTest(t,
		value(`provider::keda::hpa_name("qwen3-4b-fp8")`, knownvalue.StringExact("keda-hpa-qwen3-4b-fp8")),
		refusal(`provider::keda::hpa_name("Qwen")`, `Invalid value for "scaled_object_name" parameter: "Qwen" cannot be the name of a ScaledObject`),
		refusal(fmt.Sprintf("provider::keda::hpa_name(%q)", strings.Repeat("a", 55)), "has 55 characters and KEDA allows 54"),
		refusal(`provider::keda::hpa_name("")`, "the ScaledObject's name is empty"),
		refusal(`provider::keda::hpa_name(null)`, "argument must not be null"),
	)
}

func TestAccFunctionDesiredReplicas(t *testing.T) {
	functionTest(t,
		value("provider::keda::desired_replicas(0, 5, 0, 10)", knownvalue.Int64Exact(0)),
		value("provider::keda::desired_replicas(11, 5, 0, 10)", knownvalue.Int64Exact(3)),
		value("provider::keda::desired_replicas(1.1, 0.1, 0, 100)", knownvalue.Int64Exact(11)),
		value("provider::keda::desired_replicas(1000, 5, 0, 10)", knownvalue.Int64Exact(10)),
		value("provider::keda::desired_replicas(0, 5, 2, 10)", knownvalue.Int64Exact(2)),
		refusal("provider::keda::desired_replicas(-1, 5, 0, 10)", `Invalid value for "metric" parameter: the metric is -1`),
		refusal("provider::keda::desired_replicas(1, 0, 0, 10)", `Invalid value for "target" parameter: the target is 0`),
		refusal("provider::keda::desired_replicas(1, 5, 11, 10)", `Invalid value for "min" parameter: the minimum of 11 replicas exceeds the maximum of 10`),
		refusal("provider::keda::desired_replicas(1, 5, 0, 0)", `Invalid value for "max" parameter: the maximum is 0 replicas`),
		refusal("provider::keda::desired_replicas(1, 5, 0.5, 10)", `Invalid value for "min" parameter`),
	)
}
