package eks

import (
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
)

// Names of resources in a NodePool's limits.
const (
	limitCPU    = "cpu"
	limitMemory = "memory"
	limitNodes  = "nodes"
)

// memoryOverhead is the part of an instance's memory that its nodes do not
// report: the hypervisor's, estimated as Karpenter does
// (VM_MEMORY_OVERHEAD_PERCENT, 7.5). In thousandths.
const memoryOverhead = 75

// quantities are the limits that are set, by resource.
func (l *Limits) quantities() map[string]string {
	set := map[string]string{}
	if l == nil {
		return set
	}
	for name, value := range map[string]*string{limitCPU: l.CPU, limitMemory: l.Memory} {
		if value != nil {
			set[name] = *value
		}
	}
	for name, value := range map[string]*int64{gpuResource: l.GPUs, limitNodes: l.Nodes} {
		if value != nil {
			set[name] = strconv.FormatInt(*value, 10)
		}
	}
	return set
}

// absorbLimits returns limits as found. Others than the attributes are left out.
func absorbLimits(found map[string]any) *Limits {
	limits := &Limits{}
	for name, target := range map[string]**string{limitCPU: &limits.CPU, limitMemory: &limits.Memory} {
		if value, set := found[name]; set {
			*target = new(quantityText(value))
		}
	}
	for name, target := range map[string]**int64{gpuResource: &limits.GPUs, limitNodes: &limits.Nodes} {
		quantity, err := resource.ParseQuantity(quantityText(found[name]))
		if err == nil {
			*target = new(quantity.Value())
		}
	}
	if *limits == (Limits{}) {
		return nil
	}
	return limits
}

// quantityText is a quantity that was written as a text or as a number.
func quantityText(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case int64:
		return strconv.FormatInt(value, 10)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return ""
}

// allow reports whether one instance of a type stays within the limits:
// Karpenter drops a type that would exceed one of them. A limit that cannot be
// read, and is reported as such, excludes nothing.
func (l *Limits) allow(it instancetypes.Type) bool {
	for name, limit := range l.quantities() {
		if quantity, err := resource.ParseQuantity(limit); err == nil && exceeds(it, name, quantity) {
			return false
		}
	}
	return true
}

// exceeds reports whether one instance of a type has more of a resource.
func exceeds(it instancetypes.Type, name string, limit resource.Quantity) bool {
	least := capacityOf(it, name)
	return least.Cmp(limit) > 0
}

// capacityOf is what Karpenter counts for one instance of a type.
func capacityOf(it instancetypes.Type, name string) resource.Quantity {
	switch name {
	case limitCPU:
		return *resource.NewQuantity(int64(it.VCPU), resource.DecimalSI)
	case limitMemory:
		return *resource.NewQuantity(int64(it.MemoryMiB)*(1000-memoryOverhead)/1000<<20, resource.BinarySI)
	case gpuResource:
		return *resource.NewQuantity(int64(it.GPUCount), resource.DecimalSI)
	}
	return *resource.NewQuantity(1, resource.DecimalSI)
}
