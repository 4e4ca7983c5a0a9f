package eks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// poolCase is one configuration: a valid one with a change.
type poolCase struct {
	name   string
	change func(*NodePoolModel)
	// at is the attribute at fault, empty for a valid configuration.
	at      string
	warning bool
	// says is part of the detail.
	says string
}

func requires(requirements ...Requirement) func(*NodePoolModel) {
	return func(m *NodePoolModel) { m.Requirements = requirements }
}

func in(key string, values ...string) Requirement {
	return Requirement{Key: key, Operator: opIn, Values: values}
}

func autoMode(label string) string { return autoModeGroup + "/" + label }

var nvidiaTaint = Taint{Key: gpuResource, Effect: "NoSchedule"}

func many(count int) map[string]string {
	all := map[string]string{}
	for i := range count {
		all[fmt.Sprintf("key-%d", i)] = "value"
	}
	return all
}

var poolCases = []poolCase{
	{name: "the example"},
	{name: "name", at: "name", change: func(m *NodePoolModel) { m.Name = "GPU" }},
	{name: "name too long for a label", at: "name", change: func(m *NodePoolModel) { m.Name = strings.Repeat("a", 64) }},
	{name: "longest name", change: func(m *NodePoolModel) { m.Name = strings.Repeat("a", 63) }},

	{name: "own label", change: func(m *NodePoolModel) { m.Labels = map[string]string{"example.com/team": "a"} }},
	{name: "100 labels", change: func(m *NodePoolModel) { m.Labels = many(100) }},
	{name: "101 labels", at: "labels", change: func(m *NodePoolModel) { m.Labels = many(101) }},
	{name: "key of a label", at: `labels["a b"]`, change: func(m *NodePoolModel) { m.Labels = map[string]string{"a b": "a"} }},
	{name: "value of a label", at: `labels["team"]`, change: func(m *NodePoolModel) { m.Labels = map[string]string{"team": "a b"} }},
	{name: "label of Karpenter", at: `labels["karpenter.sh/nodepool"]`, change: func(m *NodePoolModel) { m.Labels = map[string]string{"karpenter.sh/nodepool": "a"} }},
	{name: "capacity type as a label", change: func(m *NodePoolModel) { m.Labels = map[string]string{capacityTypeLabel: "spot"} }},
	{name: "unknown label of EKS", at: `labels["eks.amazonaws.com/team"]`, change: func(m *NodePoolModel) { m.Labels = map[string]string{autoMode("team"): "a"} }},
	{
		name: "label that selects", at: "instance_families[1]", warning: true, says: `labels["eks.amazonaws.com/instance-family"]`,
		change: func(m *NodePoolModel) { m.Labels = map[string]string{autoMode("instance-family"): "g6"} },
	},
	{name: "annotation", change: func(m *NodePoolModel) { m.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "true"} }},
	{name: "key of an annotation", at: `annotations["a b"]`, change: func(m *NodePoolModel) { m.Annotations = map[string]string{"a b": ""} }},

	{name: "taints", change: func(m *NodePoolModel) {
		m.Taints = []Taint{nvidiaTaint, {Key: "team", Value: new("a"), Effect: "NoExecute"}}
	}},
	{name: "no taint", at: "taints", warning: true, says: "any pending pod", change: func(m *NodePoolModel) { m.Taints = []Taint{} }},
	{name: "taint that only asks", at: "taints", warning: true, change: func(m *NodePoolModel) { m.Taints = []Taint{{Key: gpuResource, Effect: "PreferNoSchedule"}} }},
	{name: "key of a taint", at: "taints[0].key", change: func(m *NodePoolModel) { m.Taints = []Taint{{Key: "a b", Effect: "NoSchedule"}} }},
	{name: "value of a taint", at: "taints[0].value", change: func(m *NodePoolModel) { m.Taints = []Taint{{Key: "a", Value: new("a b"), Effect: "NoSchedule"}} }},
	{name: "startup taint", change: func(m *NodePoolModel) { m.StartupTaints = []Taint{{Key: "cni", Effect: "NoExecute"}} }},
	{name: "key of a startup taint", at: "startup_taints[0].key", change: func(m *NodePoolModel) { m.StartupTaints = []Taint{{Key: "", Effect: "NoExecute"}} }},
	{name: "taint twice", at: "startup_taints[0]", change: func(m *NodePoolModel) { m.StartupTaints = []Taint{nvidiaTaint} }},

	{name: "all attributes", change: func(m *NodePoolModel) {
		m.InstanceSizes, m.GPUNames, m.GPUMemoryMinMiB, m.GPUCounts = []string{"xlarge", "12xlarge"}, []string{"l4", "l40s"}, new(int64(22888)), []int64{1, 4}
		m.CapacityTypes, m.Zones = []string{"spot", "on-demand"}, []string{"us-west-2a", "us-gov-west-1b", "us-west-2-lax-1a"}
	}},
	{name: "no attribute", change: func(m *NodePoolModel) { m.InstanceFamilies = nil }},
	{name: "p6", at: "instance_families[0]", says: "p6-b200", change: func(m *NodePoolModel) { m.InstanceFamilies = []string{"p6"} }},
	{name: "g6f", at: "instance_families[1]", says: "fraction", change: func(m *NodePoolModel) { m.InstanceFamilies = []string{"g6", "g6f"} }},
	{name: "g7", at: "instance_families[0]", change: func(m *NodePoolModel) { m.InstanceFamilies = []string{"g7"} }},
	{name: "g4ad", at: "instance_families[0]", says: "AMD", change: func(m *NodePoolModel) { m.InstanceFamilies = []string{"g4ad"} }},
	{name: "family of CPUs", at: "instance_families[0]", change: func(m *NodePoolModel) { m.InstanceFamilies = []string{"m7i"} }},
	{name: "misspelt family", at: "instance_families[0]", says: `Did you mean "g4dn"?`, change: func(m *NodePoolModel) { m.InstanceFamilies = []string{"g4dm"} }},
	{name: "capitals", at: "gpu_names[0]", says: `Did you mean "l4"?`, change: func(m *NodePoolModel) { m.GPUNames = []string{"L4"} }},
	{name: "size", at: "instance_sizes[0]", says: `Did you mean "xlarge"?`, change: func(m *NodePoolModel) { m.InstanceSizes = []string{"large"} }},
	{name: "number of GPUs", at: "gpu_counts[0]", change: func(m *NodePoolModel) { m.GPUCounts = []int64{3} }},
	{name: "architecture", at: "architectures[0]", says: "amd64", change: func(m *NodePoolModel) { m.Architectures = []string{"x86_64"} }},
	{name: "arm64", change: func(m *NodePoolModel) { m.Architectures, m.InstanceFamilies = []string{"arm64"}, []string{"g5g"} }},
	{name: "ID of a zone", at: "zones[0]", says: "the ID of", change: func(m *NodePoolModel) { m.Zones = []string{"usw2-az1"} }},
	{name: "Region as a zone", at: "zones[0]", change: func(m *NodePoolModel) { m.Zones = []string{"us-west-2"} }},

	{name: "capacity type", at: "capacity_types[0]", says: `Did you mean "on-demand"?`, change: func(m *NodePoolModel) { m.CapacityTypes = []string{"ondemand"} }},
	{name: "reserved without a reservation", at: "capacity_types[0]", change: func(m *NodePoolModel) { m.CapacityTypes = []string{"reserved"} }},
	{name: "reserved", change: func(m *NodePoolModel) {
		m.CapacityTypes, m.NodeClass.CapacityReservationIDs = []string{"reserved"}, []string{"cr-0123"}
	}},
	{name: "reservation for all capacity", change: func(m *NodePoolModel) { m.NodeClass.CapacityReservationTags = map[string]string{"a": "b"} }},
	{name: "reservation not used", at: "node_class.capacity_reservation_ids", change: func(m *NodePoolModel) {
		m.CapacityTypes, m.NodeClass.CapacityReservationIDs = []string{"on-demand"}, []string{"cr-0123"}
	}},
	{name: "tagged reservation not used", at: "node_class.capacity_reservation_tags", change: func(m *NodePoolModel) {
		m.CapacityTypes, m.NodeClass.CapacityReservationTags = []string{"spot"}, map[string]string{"a": "b"}
	}},
	{name: "reserved of a named node class", change: func(m *NodePoolModel) {
		m.CapacityTypes, m.NodeClass = []string{"reserved"}, NodeClass{Name: new("other")}
	}},
}

var requirementCases = []poolCase{
	{name: "requirement", change: requires(Requirement{Key: autoMode("instance-cpu"), Operator: opLt, Values: []string{"64"}})},
	{name: "own label", change: requires(Requirement{Key: "example.com/team", Operator: opExists})},
	{name: "key of self-managed Karpenter", at: "requirements[0].key", says: `Write "eks.amazonaws.com/instance-family"`, change: requires(in("karpenter.k8s.aws/instance-family", "g6"))},
	{name: "unknown key of self-managed Karpenter", at: "requirements[0].key", says: "eks.amazonaws.com/", change: requires(in("karpenter.k8s.aws/ec2nodeclass", "a"))},
	{name: "unknown key of EKS", at: "requirements[0].key", says: `Did you mean "eks.amazonaws.com/instance-family"?`, change: requires(in(autoMode("instance-familiy"), "g6"))},
	{name: "resource", at: "requirements[0].key", says: "gpu_counts", change: requires(in(gpuResource, "1"))},
	{name: "reserved key", at: "requirements[0].key", change: requires(in("karpenter.sh/nodepool", "a"))},
	{name: "no key", at: "requirements[0].key", change: requires(in("a b", "a"))},
	{name: "In without values", at: "requirements[0].values", change: requires(in(zoneLabel))},
	{name: "Exists with values", at: "requirements[0].values", change: requires(Requirement{Key: zoneLabel, Operator: opExists, Values: []string{"a"}})},
	{name: "Gt without a number", at: "requirements[0].values", change: requires(Requirement{Key: autoMode("instance-cpu"), Operator: opGt, Values: []string{"many"}})},
	{name: "Gt below 0", at: "requirements[0].values", change: requires(Requirement{Key: autoMode("instance-cpu"), Operator: opGt, Values: []string{"-1"}})},
	{name: "Lt with two numbers", at: "requirements[0].values", change: requires(Requirement{Key: autoMode("instance-cpu"), Operator: opLt, Values: []string{"1", "2"}})},
	{name: "value of a label", at: "requirements[0].values[0]", change: requires(in("example.com/team", "a b"))},
	{name: "fewer values than the minimum", at: "requirements[0].min_values", change: requires(Requirement{Key: autoMode("instance-family"), Operator: opIn, Values: []string{"g6", "g6e"}, MinValues: new(int32(3))})},
	{name: "capitals", at: "requirements[0].values[0]", change: requires(in(autoMode("instance-gpu-name"), "L4"))},
	{name: "p6", at: "requirements[0].values[0]", change: func(m *NodePoolModel) {
		m.InstanceFamilies, m.Requirements = nil, []Requirement{in(autoMode("instance-family"), "p6")}
	}},
	{name: "newer than the catalogue", at: "requirements[0].values[0]", warning: true, change: func(m *NodePoolModel) {
		m.InstanceFamilies, m.Requirements = nil, []Requirement{in(autoMode("instance-family"), "g9x")}
	}},
	{name: "two families at least", change: requires(Requirement{Key: autoMode("instance-family"), Operator: opExists, MinValues: new(int32(2))})},
	{name: "three families of two", at: "requirements[0].min_values", says: `["g6", "g6e"]`, change: requires(Requirement{Key: autoMode("instance-family"), Operator: opExists, MinValues: new(int32(3))})},
	{name: "three zones", change: requires(Requirement{Key: zoneLabel, Operator: opExists, MinValues: new(int32(3))})},
	{name: "self-managed", change: func(m *NodePoolModel) {
		m.NodeClass = NodeClass{Name: new("default"), Group: new(selfManagedGroup)}
		m.InstanceFamilies = []string{"g6f"}
		m.Requirements = []Requirement{in("karpenter.k8s.aws/instance-cpu", "4")}
	}},
	{name: "key of EKS with self-managed Karpenter", at: "requirements[0].key", says: `Write "karpenter.k8s.aws/instance-cpu"`, change: func(m *NodePoolModel) {
		m.NodeClass = NodeClass{Name: new("default"), Group: new(selfManagedGroup)}
		m.Requirements = []Requirement{in(autoMode("instance-cpu"), "4")}
	}},
	{name: "family of another cloud", at: "instance_families", change: func(m *NodePoolModel) {
		m.NodeClass = NodeClass{Name: new("default"), Group: new("karpenter.azure.com"), Kind: new("AKSNodeClass")}
	}},
	{name: "another cloud", change: func(m *NodePoolModel) {
		m.NodeClass = NodeClass{Name: new("default"), Group: new("karpenter.azure.com"), Kind: new("AKSNodeClass")}
		m.InstanceFamilies = nil
	}},
}

func checkPool(m NodePoolModel) []objectresource.Problem {
	f := &findings{}
	for _, rule := range nodePoolRules {
		rule(f, &m)
	}
	return f.problems
}

func allPoolCases() []poolCase {
	all := append([]poolCase{}, poolCases...)
	for _, more := range [][]poolCase{requirementCases, matchingCases, scalingCases, nodeClassCases} {
		all = append(all, more...)
	}
	return all
}

func (c poolCase) model() NodePoolModel {
	if c.change == nil {
		return nodePool()
	}
	return nodePool(c.change)
}

// TestNodePoolRules breaks one rule in each case, so that a rule that fires where
// it should not is noticed.
func TestNodePoolRules(t *testing.T) {
	t.Parallel()
	for _, test := range allPoolCases() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			problems := checkPool(test.model())
			if test.at == "" {
				for _, found := range problems {
					t.Errorf("unexpected at %s: %s: %s", found.Path, found.Summary, found.Detail)
				}
				return
			}
			if len(problems) != 1 {
				t.Fatalf("found %d problems and not 1: %+v", len(problems), problems)
			}
			found := problems[0]
			if found.Path.String() != test.at || found.Warning != test.warning || !strings.Contains(found.Detail, test.says) {
				t.Errorf("found at %s (a warning: %t): %s", found.Path, found.Warning, found.Detail)
			}
			if found.Summary == "" || strings.HasSuffix(found.Summary, ".") || !strings.ContainsAny(found.Detail[len(found.Detail)-1:], ".?") {
				t.Errorf("the summary %q is no headline, or the detail %q no sentence", found.Summary, found.Detail)
			}
		})
	}
}

// TestNodePoolRulesWait makes the attribute at fault unknown, as it arrives from
// Terraform: the rule then has to wait.
func TestNodePoolRulesWait(t *testing.T) {
	t.Parallel()
	own := nodePoolSchemaOf(t)
	for _, test := range allPoolCases() {
		if test.at == "" {
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			top, _, _ := strings.Cut(strings.ReplaceAll(test.at, "[", "."), ".")
			config, err := tftypes.Transform(rawNodePool(t, test.model()), func(where *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
				if where.Equal(tftypes.NewAttributePath().WithAttributeName(top)) {
					return tftypes.NewValue(value.Type(), tftypes.UnknownValue), nil
				}
				return value, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			m, unknown, diags := objectresource.Decode[NodePoolModel](t.Context(), own, config)
			if diags.HasError() {
				t.Fatal(diags)
			}
			for _, found := range checkNodePool(t.Context(), objectresource.CheckRequest[NodePoolModel]{Model: m, Unknown: unknown}) {
				t.Errorf("found with %s unknown: at %s: %s", top, found.Path, found.Detail)
			}
		})
	}
}
