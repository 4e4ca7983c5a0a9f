package eks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
)

// limitAttributes are the attributes of limits, by resource.
var limitAttributes = map[string]path.Path{
	limitCPU: at("limits.cpu"), limitMemory: at("limits.memory"), gpuResource: at("limits.gpus"), limitNodes: at("limits.nodes"),
}

// checkLimits finds limits that leave room for no node: Karpenter drops every
// type whose capacity exceeds what is left of a limit.
func checkLimits(f *findings, m *NodePoolModel) {
	if m.Limits == nil || !f.known(at("limits")) {
		return
	}
	limits := map[string]resource.Quantity{}
	quantities := m.Limits.quantities()
	for _, name := range sortedKeys(quantities) {
		quantity, err := resource.ParseQuantity(quantities[name])
		switch {
		case err != nil:
			f.fail(limitAttributes[name], "No quantity", "%q is not a Kubernetes quantity, such as 1000 for CPUs or 4Ti for memory.", quantities[name])
		case quantity.Sign() < 0:
			f.fail(limitAttributes[name], "Negative limit", "%s is less than 0, so no node could ever be launched.", quantities[name])
		case quantity.Sign() == 0:
			f.warn(limitAttributes[name], "Limit of 0", "With a limit of 0 the pool launches no node.")
		default:
			limits[name] = quantity
			continue
		}
		return
	}
	if m.canMatch(f) {
		checkRoom(f, limits, that(m.constraints(), -1))
	}
}

// checkRoom finds that none of the types fits into the limits.
func checkRoom(f *findings, limits map[string]resource.Quantity, types []instancetypes.Type) {
	tooMuch := func(it instancetypes.Type) bool {
		return slices.ContainsFunc(sortedKeys(limits), func(name string) bool { return exceeds(it, name, limits[name]) })
	}
	if len(types) == 0 || slices.ContainsFunc(types, func(it instancetypes.Type) bool { return !tooMuch(it) }) {
		return
	}
	for _, name := range sortedKeys(limits) {
		smallest := slices.MinFunc(types, func(a, b instancetypes.Type) int {
			first, second := capacityOf(a, name), capacityOf(b, name)
			return first.Cmp(second)
		})
		if exceeds(smallest, name, limits[name]) {
			limit, least := limits[name], capacityOf(smallest, name)
			f.fail(limitAttributes[name], "Limit below the smallest instance type",
				"%s is limited to %s, and the smallest instance type that meets all requirements, %s, has %s. Raise the limit to at least that for each node.",
				name, limit.String(), smallest.Name, least.String())
			return
		}
	}
	var lines []string
	for _, it := range types {
		for _, name := range sortedKeys(limits) {
			if exceeds(it, name, limits[name]) {
				has := capacityOf(it, name)
				lines = append(lines, fmt.Sprintf("- %s: %s %s", it.Name, name, has.String()))
				break
			}
		}
	}
	f.fail(at("limits"), "No instance type within all limits", "Each limit leaves room for some instance type, and all together for none:\n%s\nRaise one of them.", strings.Join(lines, "\n"))
}
