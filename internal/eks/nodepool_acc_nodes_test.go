package eks_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// provisioning bounds how long Karpenter takes to launch nodes and pods to run.
const provisioning = 90 * time.Second

// TestAccNodePoolNotReady waits for what does not become ready, and says why.
func TestAccNodePoolNotReady(t *testing.T) {
	stack := acctest.Stack(t)
	name := stack.CreateNamespace(t, "gpu")
	provider := acctest.ProviderConfig(t, stack)
	stack.Apply(t, nodeClassManifest(name, `sandbox.eventscale/unauthorized-node-role: "true"`))
	t.Cleanup(func() { removeAtEnd(t, stack, classKind, name) })
	named := func(class, more string) string {
		return provider + poolConfig(name+"-pool", fmt.Sprintf("{ name = %q }", class), `timeouts = { create = "5s", update = "5s" }`+"\n"+more)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{Config: named(name, ""), ExpectError: acctest.ErrorText("access entry (type EC2) for the node role with the access policy AmazonEKSAutoNodePolicy")},
			{Config: named("missing", ""), ExpectError: acctest.ErrorText(`NodeClass "missing" does not exist`)},
			{Config: named("default", "")},
			{
				Config:      provider + poolConfig(name+"-pool", `{ name = "default", group = "karpenter.k8s.aws" }`, `timeouts = { create = "5s" }`),
				ExpectError: acctest.ErrorText("Karpenter has not looked at it"),
			},
		},
	})
}

// TestAccNodePoolProvisions launches GPU nodes for pods, and ends with none
// although pods run.
func TestAccNodePoolProvisions(t *testing.T) {
	stack := acctest.Stack(t)
	name := stack.CreateNamespace(t, "gpu")
	config := acctest.ProviderConfig(t, stack) + poolConfig(name, madeNodeClass(""), "gpu_counts = [1]\n  limits = { gpus = 3 }")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             func(*terraform.State) error { return nothingLeft(t, stack, name) },
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					stack.Apply(t, gpuDeployment(name, 3, ""))
					awaitRunning(t, stack, name, 3)
					for _, node := range nodesOf(t, stack, name) {
						t.Logf("launched %s", node)
					}
					if nodes := nodesOf(t, stack, name); len(nodes) != 3 {
						t.Errorf("%d nodes for 3 pods of one GPU, with gpu_counts = [1]: %v", len(nodes), nodes)
					}
				},
				Config: config, PlanOnly: true,
			},
		},
	})
}

// TestAccNodePoolBlocked destroys a pool whose nodes are kept by pods, and names
// them; when the pods are free to go, it ends.
func TestAccNodePoolBlocked(t *testing.T) {
	stack := acctest.Stack(t)
	name := stack.CreateNamespace(t, "gpu")
	config := acctest.ProviderConfig(t, stack) + poolConfig(name, madeNodeClass(""), "gpu_counts = [1]\n  timeouts = { delete = \"8s\" }")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             func(*terraform.State) error { return nothingLeft(t, stack, name) },
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					stack.Apply(t, gpuDeployment(name, 2, `karpenter.sh/do-not-disrupt: "true"`))
					awaitRunning(t, stack, name, 2)
				},
				Config: config, Destroy: true, ExpectError: acctest.ErrorText(`has the annotation karpenter.sh/do-not-disrupt="true", so Karpenter waits for its end`),
			},
			{
				PreConfig: func() {
					protect(t, stack, name)
					allowDisruption(t, stack, name)
				},
				Config: config, Destroy: true, ExpectError: acctest.ErrorText(`is protected by the PodDisruptionBudget "inference"`),
			},
			{
				PreConfig: func() { deleteWorkload(t, stack, name) },
				Config:    config, Destroy: true,
			},
		},
	})
}

// TestAccNodePoolStatic has nodes without pods.
func TestAccNodePoolStatic(t *testing.T) {
	stack := acctest.Stack(t)
	name := stack.CreateNamespace(t, "gpu")
	provider := acctest.ProviderConfig(t, stack)
	config := func(more string) string {
		return provider + poolConfig(name, madeNodeClass(""), "instance_sizes = [\"xlarge\"]\n  "+more)
	}
	action := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(poolAddress, action)}}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             func(*terraform.State) error { return nothingLeft(t, stack, name) },
		Steps: []resource.TestStep{
			{Config: config("")},
			{Config: config("replicas = 1"), ConfigPlanChecks: action(plancheck.ResourceActionReplace)},
			{
				PreConfig: func() { awaitNodes(t, stack, name, 1) },
				Config:    config("replicas = 2\n  limits = { nodes = 3 }"), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			},
			{
				PreConfig: func() { awaitNodes(t, stack, name, 2) },
				Config:    config("replicas = 2\n  limits = { nodes = 3 }"), PlanOnly: true,
			},
		},
	})
}

// TestAccNodePoolPlan plans with an API server that nobody can reach: outputs
// that need no cluster are known.
func TestAccNodePoolPlan(t *testing.T) {
	config := acctest.UnreachableCluster + poolConfig("gpu", madeNodeClass(""), "")
	known := func(name string, check knownvalue.Check) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(poolAddress, tfjsonpath.New(name), check)
	}
	resource.ParallelTest(t, resource.TestCase{
		PreCheck:                 func() { acctest.PreCheck(t) },
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{
				Config: acctest.UnreachableCluster + poolConfig("gpu", madeNodeClass(""), `gpu_names = ["a10g"]`), PlanOnly: true,
				ExpectError: acctest.ErrorText("No instance type meets all requirements"),
			},
			{
				Config:   acctest.UnreachableCluster + poolConfig("gpu", `{ subnet_ids = [terraform_data.unknown.output] }`, "") + `resource "terraform_data" "unknown" {}`,
				PlanOnly: true, ExpectError: acctest.ErrorText("Set role, or instance_profile"),
			},
			{
				Config: config, PlanOnly: true, ExpectNonEmptyPlan: true,
			},
			{
				Config: config + "output \"types\" { value = eks_auto_gpu_nodepool.test.instance_types }",
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					known("node_class_name", knownvalue.StringExact("gpu")),
					known("instance_types", knownvalue.ListSizeExact(16)),
					known("tolerations", knownvalue.ListSizeExact(1)),
					known("node_selector", knownvalue.MapSizeExact(1)),
					plancheck.ExpectUnknownValue(poolAddress, tfjsonpath.New("uid")),
				}},
				ExpectError: acctest.ErrorText("cannot be reached"),
			},
		},
	})
}
