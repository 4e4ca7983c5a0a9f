package eks_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/eks/karpenter"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

const (
	poolAddress = "eks_auto_gpu_nodepool.test"
	// removal bounds how long an object with a finalizer takes to go.
	removal = 30 * time.Second
)

var (
	poolKind  = karpenter.NodePoolKind.GroupVersionKind
	classKind = karpenter.NodeClassKind.GroupVersionKind
)

// madeNodeClass is a node class that the resource makes, with more attributes.
func madeNodeClass(more string) string {
	return fmt.Sprintf(`{
    role                = "AmazonEKSAutoNodeRole"
    subnet_tags         = { "karpenter.sh/discovery" = "sandbox" }
    security_group_tags = { "aws:eks:cluster-name" = "sandbox" }
    %s
  }`, more)
}

func poolConfig(name, nodeClass, more string) string {
	return fmt.Sprintf(`
resource "eks_auto_gpu_nodepool" "test" {
  provider          = keda
  name              = %q
  instance_families = ["g6", "g6e"]
  node_class        = %s
  %s
}
`, name, nodeClass, more)
}

func TestAccNodePool(t *testing.T) {
	stack := acctest.Stack(t)
	name := stack.CreateNamespace(t, "gpu")
	provider := acctest.ProviderConfig(t, stack)
	basic := provider + poolConfig(name, madeNodeClass(""), `
  capacity_types = ["spot", "on-demand"]
  limits         = { gpus = 10 }
`)
	changed := provider + poolConfig(name, madeNodeClass(`tags = { team = "a" }`), `
  capacity_types = ["on-demand"]
  limits         = { gpus = 20, cpu = 1000 }
  disruption     = { consolidate_after = "60s", budgets = [{ nodes = "100%" }] }
  labels         = { "example.com/team" = "a" }
  expire_after   = "24h"
`)

	inPlace := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(poolAddress, plancheck.ResourceActionUpdate)}}
	nothing := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             func(*terraform.State) error { return nothingLeft(t, stack, name) },
		Steps: []resource.TestStep{
			{
				Config: basic,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(poolAddress, tfjsonpath.New("ready"), knownvalue.Bool(true)),
					statecheck.ExpectKnownValue(poolAddress, tfjsonpath.New("uid"), knownvalue.NotNull()),
					statecheck.ExpectKnownValue(poolAddress, tfjsonpath.New("node_class_uid"), knownvalue.NotNull()),
					statecheck.ExpectKnownValue(poolAddress, tfjsonpath.New("node_class_name"), knownvalue.StringExact(name)),
					statecheck.ExpectKnownValue(poolAddress, tfjsonpath.New("instance_types"), knownvalue.ListSizeExact(16)),
					statecheck.ExpectKnownValue(poolAddress, tfjsonpath.New("on_demand_prices").AtMapKey("cheapest").AtMapKey("instance_type"), knownvalue.StringExact("g6.xlarge")),
					statecheck.ExpectKnownValue(poolAddress, tfjsonpath.New("node_selector").AtMapKey("karpenter.sh/nodepool"), knownvalue.StringExact(name)),
					statecheck.ExpectKnownValue(poolAddress, tfjsonpath.New("tolerations").AtSliceIndex(0).AtMapKey("key"), knownvalue.StringExact("nvidia.com/gpu")),
				},
			},
			{Config: basic, ConfigPlanChecks: nothing},
			{
				ResourceName: poolAddress, ImportState: true, ImportStateId: name, ImportStateVerify: true,
				ImportStateVerifyIdentifierAttribute: "uid", ImportStateVerifyIgnore: []string{"timeouts"},
			},
			{Config: changed, ConfigPlanChecks: inPlace},
			{Config: changed, ConfigPlanChecks: nothing},
			{
				PreConfig: func() {
					patch(t, stack, poolKind, name, `{"metadata":{"labels":{"team":"b"}},"spec":{"weight":7,"template":{"metadata":{"annotations":{"note":"hello"}}}}}`)
					patch(t, stack, classKind, name, `{"spec":{"snatPolicy":"Disabled"}}`)
				},
				Config: changed, ConfigPlanChecks: nothing,
			},
			{
				PreConfig: func() { patch(t, stack, poolKind, name, `{"spec":{"limits":{"cpu":"2000"}}}`) },
				Config:    changed, ConfigPlanChecks: inPlace,
				ExpectError: acctest.ErrorText(`.spec.limits.cpu is managed by "kubectl-patch"`),
			},
			{
				PreConfig: func() { patch(t, stack, poolKind, name, `{"spec":{"limits":{"cpu":"1000"}}}`) },
				Config:    changed, ConfigPlanChecks: nothing,
			},
			{
				PreConfig: func() { remove(t, stack, poolKind, name) },
				Config:    changed, ConfigPlanChecks: inPlace,
			},
			{
				PreConfig: func() { remove(t, stack, classKind, name) },
				Config:    changed, ConfigPlanChecks: inPlace,
			},
			{Config: changed, ConfigPlanChecks: nothing},
			{
				PreConfig: func() { remove(t, stack, poolKind, name); remove(t, stack, classKind, name) },
				Config:    changed, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(poolAddress, plancheck.ResourceActionCreate)}},
			},
		},
	})
}

// nothingLeft looks for both objects and for nodes.
func nothingLeft(t *testing.T, stack *sandboxtest.Stack, name string) error {
	t.Helper()
	if stack.Get(t, poolKind, "", name) != nil {
		return fmt.Errorf("the NodePool %q is still there", name)
	}
	if stack.Get(t, classKind, "", name) != nil {
		return fmt.Errorf("the NodeClass %q is still there", name)
	}
	if nodes := nodesOf(t, stack, name); len(nodes) > 0 {
		return fmt.Errorf("the nodes %v are still there", nodes)
	}
	return nil
}

// TestAccNodePoolEverything sets every attribute: the API server refuses a field
// that the kinds do not have.
func TestAccNodePoolEverything(t *testing.T) {
	stack := acctest.Stack(t)
	name := stack.CreateNamespace(t, "gpu")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             func(*terraform.State) error { return nothingLeft(t, stack, name) },
		Steps: []resource.TestStep{
			{Config: acctest.ProviderConfig(t, stack) + poolConfig(name, everyNodeClassSetting, everyPoolSetting)},
			{
				ResourceName: poolAddress, ImportState: true, ImportStateId: name, ImportStateVerify: true,
				ImportStateVerifyIdentifierAttribute: "uid", ImportStateVerifyIgnore: []string{"timeouts"},
			},
		},
	})
}

const everyPoolSetting = `
  instance_sizes     = ["xlarge", "12xlarge"]
  gpu_names          = ["l4", "l40s"]
  gpu_memory_min_mib = 22888
  gpu_counts         = [1, 4]
  capacity_types     = ["spot", "on-demand", "reserved"]
  architectures      = ["amd64"]
  zones              = ["us-west-2a", "us-west-2b"]
  requirements = [
    { key = "eks.amazonaws.com/instance-cpu", operator = "Lt", values = ["64"] },
    { key = "eks.amazonaws.com/instance-family", operator = "Exists", min_values = 2 },
    { key = "example.com/team", operator = "In", values = ["a"] },
  ]
  labels         = { "example.com/purpose" = "inference" }
  annotations    = { "example.com/note" = "hello" }
  taints         = [{ key = "nvidia.com/gpu", effect = "NoSchedule" }]
  startup_taints = [{ key = "example.com/starting", value = "yes", effect = "NoExecute" }]
  limits         = { cpu = "1000", memory = "4Ti", gpus = 10, nodes = 5 }
  disruption = {
    consolidate_after    = "10m"
    consolidation_policy = "WhenEmpty"
    budgets = [
      { nodes = "100%", reasons = ["Empty"] },
      { nodes = "0", schedule = "0 9 * * mon-fri", duration = "8h" },
    ]
  }
  expire_after             = "400h"
  termination_grace_period = "1h30m"
  weight                   = 10
`

const everyNodeClassSetting = `{
    role                       = "AmazonEKSAutoNodeRole"
    subnet_tags                = { "karpenter.sh/discovery" = "*" }
    subnet_ids                 = ["subnet-0123"]
    security_group_tags        = { "aws:eks:cluster-name" = "sandbox" }
    security_group_ids         = ["sg-0123"]
    security_group_names       = ["nodes"]
    pod_subnet_tags            = { pods = "yes" }
    pod_subnet_ids             = ["subnet-4567"]
    pod_security_group_tags    = { pods = "yes" }
    pod_security_group_ids     = ["sg-4567"]
    pod_security_group_names   = ["pods"]
    capacity_reservation_tags  = { gpu = "yes" }
    capacity_reservation_owner = "123456789012"
    capacity_reservation_ids   = ["cr-0123"]
    snat_policy                = "Disabled"
    network_policy             = "DefaultDeny"
    network_policy_event_logs  = "Enabled"
    ephemeral_storage          = { size = "120Gi", iops = 4000, throughput = 250, kms_key_id = "alias/nodes" }
    advanced_networking = {
      associate_public_ip_address = false
      https_proxy                 = "http://proxy.example.com:3128"
      no_proxy                    = ["10.0.0.0/8"]
      ipv4_prefix_size            = "32"
      enable_v4_egress            = false
    }
    advanced_security   = { fips = true }
    certificate_bundles = [{ name = "registry", data = "LS0tLS1CRUdJTi0tLS0t" }]
    placement_group     = { name = "gpu" }
    tags                = { team = "a" }
  }`

func TestAccNodePoolConflict(t *testing.T) {
	stack := acctest.Stack(t)
	name := stack.CreateNamespace(t, "gpu")
	provider := acctest.ProviderConfig(t, stack)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{Config: provider + poolConfig(name, madeNodeClass(""), "")},
			{
				PreConfig: func() { patch(t, stack, poolKind, name, `{"spec":{"weight":7}}`) },
				Config:    provider + poolConfig(name, madeNodeClass(""), "weight = 8"), ExpectError: acctest.ErrorText(`.spec.weight is managed by "kubectl-patch"`),
			},
			{
				PreConfig: func() { patch(t, stack, classKind, name, `{"spec":{"snatPolicy":"Disabled"}}`) },
				Config:    provider + poolConfig(name, madeNodeClass(`snat_policy = "Random"`), ""), ExpectError: acctest.ErrorText(`.spec.snatPolicy is managed by "kubectl-patch"`),
			},
		},
	})
}

// TestAccNodePoolOfOthers meets objects of its names that others made, and leaves
// them alone.
func TestAccNodePoolOfOthers(t *testing.T) {
	stack := acctest.Stack(t)
	name := stack.CreateNamespace(t, "gpu")
	provider := acctest.ProviderConfig(t, stack)
	stack.Apply(t, nodeClassManifest(name, ""))
	t.Cleanup(func() { removeAtEnd(t, stack, classKind, name) })
	other := name + "-pool"
	stack.Apply(t, strings.ReplaceAll(poolManifest, "NAME", other))
	t.Cleanup(func() { removeAtEnd(t, stack, poolKind, other) })

	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(*terraform.State) error {
			if stack.Get(t, poolKind, "", other) == nil || stack.Get(t, classKind, "", name) == nil {
				t.Error("an object of others is gone")
			}
			if stack.Get(t, classKind, "", other) != nil {
				t.Error("the node class of the pool that could not be made is still there")
			}
			return nil
		},
		Steps: []resource.TestStep{
			{Config: provider + poolConfig(name, madeNodeClass(""), ""), ExpectError: acctest.ErrorText("name it by node_class.name alone")},
			{Config: provider + poolConfig(other, madeNodeClass(""), ""), ExpectError: acctest.ErrorText("exists already and was not made by this configuration")},
			// What was made of it so far is replaced, and meets the same.
			{Config: provider + poolConfig(other, madeNodeClass(""), ""), ExpectError: acctest.ErrorText("exists already and was not made by this configuration")},
		},
	})
}

const poolManifest = `
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: NAME}
spec:
  template:
    spec:
      nodeClassRef: {group: eks.amazonaws.com, kind: NodeClass, name: default}
      requirements: [{key: eks.amazonaws.com/instance-family, operator: In, values: [g5]}]
`

func nodeClassManifest(name, annotations string) string {
	return fmt.Sprintf(`
apiVersion: eks.amazonaws.com/v1
kind: NodeClass
metadata: {name: %s, annotations: {%s}}
spec:
  role: AmazonEKSAutoNodeRole
  subnetSelectorTerms: [{id: subnet-0123}]
  securityGroupSelectorTerms: [{id: sg-0123}]
`, name, annotations)
}

// TestAccNodePoolImportOfOthers imports a pool that somebody else made, whose
// node class stays theirs.
func TestAccNodePoolImportOfOthers(t *testing.T) {
	stack := acctest.Stack(t)
	name := stack.CreateNamespace(t, "gpu")
	stack.Apply(t, strings.ReplaceAll(poolManifest, "NAME", name))
	provider := strings.Replace(acctest.ProviderConfig(t, stack), `provider "keda" {`, "provider \"keda\" {\n  force_conflicts = true", 1)
	config := provider + strings.Replace(poolConfig(name, `{ name = "default" }`, ""), `["g6", "g6e"]`, `["g5"]`, 1)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(*terraform.State) error {
			if stack.Get(t, classKind, "", "default") == nil {
				t.Error("the node class of EKS Auto Mode is gone")
			}
			return nothingLeft(t, stack, name)
		},
		Steps: []resource.TestStep{
			{Config: config, ResourceName: poolAddress, ImportState: true, ImportStateId: name, ImportStatePersist: true},
			{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(poolAddress, plancheck.ResourceActionUpdate)}}},
			{Config: config, PlanOnly: true},
		},
	})
}
