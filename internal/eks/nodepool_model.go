package eks

import (
	"slices"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// NodePoolModel holds the attributes of eks_auto_gpu_nodepool.
type NodePoolModel struct {
	objectresource.Common

	Name string `tfsdk:"name"`

	InstanceFamilies []string      `tfsdk:"instance_families"`
	InstanceSizes    []string      `tfsdk:"instance_sizes"`
	GPUNames         []string      `tfsdk:"gpu_names"`
	GPUMemoryMinMiB  *int64        `tfsdk:"gpu_memory_min_mib"`
	GPUCounts        []int64       `tfsdk:"gpu_counts"`
	CapacityTypes    []string      `tfsdk:"capacity_types"`
	Architectures    []string      `tfsdk:"architectures"`
	Zones            []string      `tfsdk:"zones"`
	Requirements     []Requirement `tfsdk:"requirements"`

	Labels        map[string]string `tfsdk:"labels"`
	Annotations   map[string]string `tfsdk:"annotations"`
	Taints        []Taint           `tfsdk:"taints"`
	StartupTaints []Taint           `tfsdk:"startup_taints"`

	Limits                 *Limits     `tfsdk:"limits"`
	Disruption             *Disruption `tfsdk:"disruption"`
	ExpireAfter            *string     `tfsdk:"expire_after"`
	TerminationGracePeriod *string     `tfsdk:"termination_grace_period"`
	Weight                 *int32      `tfsdk:"weight"`
	Replicas               *int64      `tfsdk:"replicas"`

	NodeClass NodeClass `tfsdk:"node_class"`

	NodeClassName *string `tfsdk:"node_class_name"`
	NodeClassUID  *string `tfsdk:"node_class_uid"`
	Ready         *bool   `tfsdk:"ready"`
	NodePoolOutputs
}

// NodePoolOutputs are what follows from the configuration alone.
type NodePoolOutputs struct {
	InstanceTypes  []string          `tfsdk:"instance_types"`
	OnDemandPrices *Prices           `tfsdk:"on_demand_prices"`
	NodeSelector   map[string]string `tfsdk:"node_selector"`
	Tolerations    []Toleration      `tfsdk:"tolerations"`
}

// Requirement is one of a NodePool's spec.template.spec.requirements.
type Requirement struct {
	Key       string   `tfsdk:"key"        json:"key"`
	Operator  string   `tfsdk:"operator"   json:"operator"`
	Values    []string `tfsdk:"values"     json:"values,omitempty"`
	MinValues *int32   `tfsdk:"min_values" json:"minValues,omitempty"`
}

// Taint is a taint of the nodes.
type Taint struct {
	Key    string  `tfsdk:"key"    json:"key"`
	Value  *string `tfsdk:"value"  json:"value,omitempty"`
	Effect string  `tfsdk:"effect" json:"effect"`
}

// Limits bound what all nodes of the pool have together.
type Limits struct {
	CPU    *string `tfsdk:"cpu"`
	Memory *string `tfsdk:"memory"`
	GPUs   *int64  `tfsdk:"gpus"`
	Nodes  *int64  `tfsdk:"nodes"`
}

// Disruption is when Karpenter removes nodes by itself.
type Disruption struct {
	ConsolidateAfter    string   `tfsdk:"consolidate_after"    json:"consolidateAfter"`
	ConsolidationPolicy *string  `tfsdk:"consolidation_policy" json:"consolidationPolicy,omitempty"`
	Budgets             []Budget `tfsdk:"budgets"              json:"budgets,omitempty"`
}

// Budget bounds how many nodes Karpenter removes at a time.
type Budget struct {
	Nodes    string   `tfsdk:"nodes"    json:"nodes"`
	Reasons  []string `tfsdk:"reasons"  json:"reasons,omitempty"`
	Schedule *string  `tfsdk:"schedule" json:"schedule,omitempty"`
	Duration *string  `tfsdk:"duration" json:"duration,omitempty"`
}

// Prices are the cheapest and the dearest of the pool's instance types.
type Prices struct {
	Region   string `tfsdk:"region"`
	Date     string `tfsdk:"date"`
	Cheapest Price  `tfsdk:"cheapest"`
	Dearest  Price  `tfsdk:"dearest"`
}

// Price is what one instance costs.
type Price struct {
	InstanceType string  `tfsdk:"instance_type"`
	USDPerHour   float64 `tfsdk:"usd_per_hour"`
}

// Toleration is a pod's toleration.
type Toleration struct {
	Key      string `tfsdk:"key"`
	Operator string `tfsdk:"operator"`
	Effect   string `tfsdk:"effect"`
}

// gpuResource is the extended resource by which pods ask for NVIDIA GPUs, and
// the key of the usual taint.
const gpuResource = "nvidia.com/gpu"

var (
	defaultArchitectures = []string{"amd64"}
	// defaultTaint keeps pods without a toleration off GPU nodes.
	defaultTaint = Taint{Key: gpuResource, Value: new("true"), Effect: "NoSchedule"}
)

// architectures are those of the nodes. A configuration that is validated
// before it is planned has no defaults yet.
func (m *NodePoolModel) architectures() []string {
	if m.Architectures == nil {
		return defaultArchitectures
	}
	return m.Architectures
}

func (m *NodePoolModel) taints() []Taint {
	if m.Taints == nil {
		return []Taint{defaultTaint}
	}
	return m.Taints
}

// outputs computes what follows from a fully known configuration.
func (m *NodePoolModel) outputs() NodePoolOutputs {
	outputs := NodePoolOutputs{
		NodeSelector: map[string]string{poolLabel: m.Name},
		Tolerations:  []Toleration{},
	}
	for _, taint := range m.taints() {
		outputs.Tolerations = append(outputs.Tolerations, Toleration{Key: taint.Key, Operator: "Exists", Effect: taint.Effect})
	}
	if !m.NodeClass.isAutoMode() {
		return outputs
	}
	matching := m.matching()
	outputs.InstanceTypes = []string{}
	for _, it := range matching {
		outputs.InstanceTypes = append(outputs.InstanceTypes, it.Name)
	}
	slices.Sort(outputs.InstanceTypes)
	outputs.OnDemandPrices = pricesOf(matching)
	return outputs
}
