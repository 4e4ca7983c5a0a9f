package eks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// selecting are the attributes that decide which instance types there are.
var selecting = []string{
	"instance_families", "instance_sizes", "gpu_names", "gpu_memory_min_mib", "gpu_counts", "architectures", "requirements", "labels",
}

// canMatch reports whether the catalogue can tell which types the pool launches.
func (m *NodePoolModel) canMatch(f *findings) bool {
	for _, attribute := range append(selecting, "node_class.group") {
		if !f.known(at(attribute)) {
			return false
		}
	}
	return m.NodeClass.isAutoMode() && !m.isBeyondCatalogue()
}

// that keeps the types that all constraints but one allow; with -1, but none.
func that(constraints []sourced, without int) []instancetypes.Type {
	return slices.DeleteFunc(instancetypes.All(), func(it instancetypes.Type) bool {
		for i, constraint := range constraints {
			if i != without && !constraint.allows(it) {
				return true
			}
		}
		return false
	})
}

// checkMatching finds a pool that no instance type can serve, which Karpenter
// accepts as Ready, and values that select nothing.
func checkMatching(f *findings, m *NodePoolModel) {
	if !m.canMatch(f) {
		return
	}
	constraints := m.constraints()
	if matching := that(constraints, -1); len(matching) > 0 {
		m.checkUseless(f, constraints, matching)
		return
	}
	// What is wrong by itself has been reported where it is written.
	if slices.ContainsFunc(f.problems, isSelecting) {
		return
	}
	culprit := m.culprit(constraints)
	var remedy string
	if left := that(constraints, culprit); len(left) > 0 {
		remedy = fmt.Sprintf("\nWithout it there would be %s.", someNames(left))
	}
	f.fail(constraints[culprit].at(), "No instance type meets all requirements",
		"Karpenter would accept this NodePool and never launch a node. Of the NVIDIA instance types of EKS Auto Mode\n%s%s", m.funnel(constraints), remedy)
}

// isSelecting reports a mistake in one of the attributes that select types.
func isSelecting(found objectresource.Problem) bool {
	first, _ := found.Path.Steps().NextStep()
	return !found.Warning && slices.ContainsFunc(selecting, func(name string) bool { return first.Equal(path.PathStepAttributeName(name)) })
}

// culprit is the constraint to report: the last whose removal alone would help,
// and the architecture only if no other does, because it has a default.
func (m *NodePoolModel) culprit(constraints []sourced) int {
	helps := func(i int) bool { return constraints[i].attribute != "" && len(that(constraints, i)) > 0 }
	fallback := -1
	for i := range slices.Backward(constraints) {
		switch {
		case helps(i) && constraints[i].attribute != "architectures":
			return i
		case helps(i), fallback < 0 && constraints[i].attribute != "":
			fallback = i
		}
	}
	return fallback
}

// funnel says how many types each constraint leaves.
func (m *NodePoolModel) funnel(constraints []sourced) string {
	left := instancetypes.All()
	var lines []string
	for _, constraint := range constraints {
		before := slices.Clone(left)
		left = slices.DeleteFunc(left, func(it instancetypes.Type) bool { return !constraint.allows(it) })
		line := fmt.Sprintf("- %s leaves %d", m.describe(constraint), len(left))
		switch {
		case len(left) == 0:
			lines = append(lines, line+fmt.Sprintf(": the %d before have %s.", len(before), haves(before, constraint.Key)))
			return strings.Join(lines, "\n")
		case len(left) <= shownTypes:
			line += ": " + names(left)
		}
		lines = append(lines, line+";")
	}
	return strings.Join(lines, "\n")
}

// describe writes a constraint as the configuration does.
func (m *NodePoolModel) describe(r sourced) string {
	condition := strings.TrimSpace(fmt.Sprintf("%s %s", r.Operator, strings.Join(r.Values, ", ")))
	switch r.attribute {
	case "":
		return r.Key + " " + condition
	case "requirements":
		return fmt.Sprintf("requirements[%d] (%s %s)", r.index, r.Key, condition)
	case "labels":
		return fmt.Sprintf("labels[%q] = %q", r.label, r.Values[0])
	case "gpu_memory_min_mib":
		return fmt.Sprintf("gpu_memory_min_mib = %d", *m.GPUMemoryMinMiB)
	case "architectures":
		return fmt.Sprintf("architectures = %s%s", list(r.Values), byDefault(m.Architectures == nil))
	}
	return fmt.Sprintf("%s = %s", r.attribute, list(r.Values))
}

func byDefault(isDefault bool) string {
	if isDefault {
		return " by default"
	}
	return ""
}

// haves lists the values of a label that types have.
func haves(types []instancetypes.Type, key string) string {
	var found []string
	for _, it := range types {
		value, exists, _ := labelOf(it, key)
		if exists && value != "" && !slices.Contains(found, value) {
			found = append(found, value)
		}
	}
	if len(found) == 0 {
		return "no label " + key
	}
	return fmt.Sprintf("%s %s", key, strings.Join(found, ", "))
}

// shownTypes bounds the length of a message.
const shownTypes = 6

func names(types []instancetypes.Type) string {
	var all []string
	for _, it := range types {
		all = append(all, it.Name)
	}
	return strings.Join(all, ", ")
}

func someNames(types []instancetypes.Type) string {
	if len(types) <= shownTypes {
		return names(types)
	}
	return fmt.Sprintf("%s and %d more", names(types[:shownTypes]), len(types)-shownTypes)
}

// checkUseless finds values of a list that no type which meets the rest has.
func (m *NodePoolModel) checkUseless(f *findings, constraints []sourced, matching []instancetypes.Type) {
	for i, constraint := range constraints {
		if constraint.attribute == "" || constraint.Operator != opIn || len(constraint.Values) < 2 || knownValues(constraint.Key) == nil {
			continue
		}
		for j, wanted := range constraint.Values {
			has := func(it instancetypes.Type) bool { value, _, _ := labelOf(it, constraint.Key); return value == wanted }
			if slices.ContainsFunc(matching, has) {
				continue
			}
			f.warn(constraint.element(j), "Value without an effect",
				"No instance type with the %s %s meets the rest: %s.", constraint.Key, wanted, m.others(constraints, i, has))
		}
	}
}

// element is the attribute of one of a requirement's values.
func (r sourced) element(index int) path.Path {
	if r.attribute == "requirements" {
		return r.at().AtName("values").AtListIndex(index)
	}
	return r.at().AtListIndex(index)
}

// others lists the constraints that exclude all types of a value.
func (m *NodePoolModel) others(constraints []sourced, own int, has func(instancetypes.Type) bool) string {
	var excluding []string
	for i, constraint := range constraints {
		excludes := !slices.ContainsFunc(instancetypes.All(), func(it instancetypes.Type) bool { return has(it) && constraint.allows(it) })
		if i != own && excludes {
			excluding = append(excluding, m.describe(constraint))
		}
	}
	if len(excluding) == 0 {
		return "no single one of the other requirements excludes it, but all together do"
	}
	return "excluded by " + strings.Join(excluding, " and ")
}

// checkGPUMemory warns of bounds between what a GPU is sold by and what its
// nodes report.
func checkGPUMemory(f *findings, m *NodePoolModel) {
	if !m.canMatch(f) || len(m.InstanceFamilies) > 0 || len(m.GPUNames) > 0 {
		return
	}
	constraints := m.constraints()
	for i, constraint := range constraints {
		if constraint.Key != autoModeGroup+"/instance-gpu-memory" || !slices.Contains([]string{opGt, opGte}, constraint.Operator) || len(constraint.Values) != 1 {
			continue
		}
		bound, err := strconv.Atoi(constraint.Values[0])
		if err != nil {
			continue
		}
		var missed []string
		for _, it := range that(constraints, i) {
			text := fmt.Sprintf("%s (%d MiB)", it.GPUName, it.GPUMemoryMiB)
			sold, isSold := instancetypes.SoldAsGiB[it.GPUName]
			if isSold && !constraint.allows(it) && bound <= sold*1024 && !slices.Contains(missed, text) {
				missed = append(missed, text)
			}
		}
		if len(missed) > 0 {
			f.warn(constraint.at(), "GPU memory above what nodes report",
				"%s excludes %s: EC2 reports less memory than the GPUs are sold by. Lower the bound to have them.", m.describe(constraint), strings.Join(missed, " and "))
		}
	}
}

// checkMinValues finds a variety that the catalogue does not have: Karpenter
// then launches nothing.
func checkMinValues(f *findings, m *NodePoolModel) {
	if !m.canMatch(f) {
		return
	}
	matching := m.matching()
	for i, requirement := range m.Requirements {
		where := at("requirements").AtListIndex(i).AtName("min_values")
		least := int(valueOr(requirement.MinValues, 0))
		if least == 0 || !f.known(where) || len(matching) == 0 {
			continue
		}
		var values []string
		for _, it := range matching {
			value, exists, isKnown := labelOf(it, requirement.Key)
			if !isKnown {
				values = nil
				break
			}
			if exists && !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
		isTooFew := least > len(values) && len(values) > 0
		if isTooFew && (requirement.Operator != opIn || least <= len(requirement.Values)) {
			f.fail(where, "More variety than there is", "min_values is %d, and the instance types that meet all requirements have %d values of %s: %s. Lower it, or allow more types.",
				least, len(values), requirement.Key, list(values))
		}
	}
}
