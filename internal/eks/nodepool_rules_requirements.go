package eks

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/util/validation"
)

// autoModeLabels are the keys below eks.amazonaws.com that a NodePool may
// require (EKS user guide, "Create a node pool for EKS Auto Mode").
var autoModeLabels = []string{
	"compute-type", "instance-hypervisor", "instance-encryption-in-transit-supported", "instance-category", "instance-generation",
	"instance-family", "instance-size", "instance-cpu", "instance-cpu-manufacturer", "instance-memory", "instance-ebs-bandwidth",
	"instance-network-bandwidth", "instance-gpu-name", "instance-gpu-manufacturer", "instance-gpu-count", "instance-gpu-memory",
	"instance-local-nvme", "capacity-reservation-id", "capacity-reservation-type", "capacity-reservation-interruptible",
}

// checkKey finds keys, of labels and of requirements, that Karpenter refuses
// (IsRestrictedLabel, pkg/apis/v1/labels.go) or that mean nothing to the pool's
// cloud: Karpenter takes those for labels of the user's own and launches any
// type.
func (m *NodePoolModel) checkKey(f *findings, where path.Path, key string) {
	domain, name, _ := strings.Cut(key, "/")
	own := m.NodeClass.group()
	switch {
	case key == gpuResource:
		f.fail(where, "Resource as a label", "%q is a resource that pods request, and no label of nodes, so no instance type would match. "+
			"Use gpu_counts for the GPUs of one instance, or limits.gpus for those of the pool.", key)
	case isDomain(domain, "karpenter.sh") && key != capacityTypeLabel, key == "kubernetes.io/hostname":
		f.fail(where, "Reserved label", "Karpenter sets %q itself and refuses a NodePool that does.", key)
	case isDomain(domain, selfManagedGroup) && own == autoModeGroup:
		f.fail(where, "Label of self-managed Karpenter", "EKS Auto Mode does not know %q, and would ignore it. %s", key, rightKey(autoModeGroup, name))
	case isDomain(domain, autoModeGroup) && own == selfManagedGroup:
		f.fail(where, "Label of EKS Auto Mode", "Self-managed Karpenter does not know %q. %s", key, rightKey(selfManagedGroup, name))
	case isDomain(domain, autoModeGroup) && own == autoModeGroup && (domain != autoModeGroup || !slices.Contains(autoModeLabels, name)):
		f.fail(where, "Unknown label of EKS Auto Mode", "%q is none of the labels that EKS Auto Mode has, and a NodePool with it does not become ready.%s", key, meant(key, withDomain(autoModeGroup, autoModeLabels)))
	}
}

// isDomain reports whether a label's domain is the given one, or below it.
func isDomain(domain, wanted string) bool {
	return domain == wanted || strings.HasSuffix(domain, "."+wanted)
}

// rightKey names the key of another cloud's domain that means the same.
func rightKey(domain, name string) string {
	if slices.Contains(autoModeLabels, name) {
		return "Write \"" + domain + "/" + name + "\"."
	}
	return "Its labels are " + domain + "/instance-family and the like." + meant(domain+"/"+name, withDomain(domain, autoModeLabels))
}

func withDomain(domain string, names []string) []string {
	keys := make([]string, 0, len(names))
	for _, name := range names {
		keys = append(keys, domain+"/"+name)
	}
	return keys
}

// checkRequirements is ValidateRequirement of sigs.k8s.io/karpenter
// (pkg/apis/v1/nodeclaim_validation.go) and the rules of the NodePool's
// CustomResourceDefinition.
func checkRequirements(f *findings, m *NodePoolModel) {
	if !f.known(at("node_class.group")) {
		return
	}
	for i, requirement := range m.Requirements {
		where := at("requirements").AtListIndex(i)
		if !f.known(where) {
			continue
		}
		if problems := validation.IsQualifiedName(requirement.Key); len(problems) > 0 {
			f.fail(where.AtName("key"), "Invalid key of a requirement", "%q is not the key of a label: %s.", requirement.Key, strings.Join(problems, "; "))
			continue
		}
		m.checkKey(f, where.AtName("key"), requirement.Key)
		if checkOperator(f, where, requirement) && m.NodeClass.isAutoMode() {
			checkRequiredValues(f, where.AtName("values"), requirement)
		}
	}
}

// checkOperator reports whether operator and values fit each other.
func checkOperator(f *findings, where path.Path, r Requirement) bool {
	values, least := where.AtName("values"), where.AtName("min_values")
	switch r.Operator {
	case opIn, opNotIn:
		if len(r.Values) == 0 {
			f.fail(values, "Requirement without values", "The operator %s needs values.", r.Operator)
			return false
		}
	case opExists, opDoesNotExist:
		if len(r.Values) > 0 {
			f.fail(values, "Requirement with values", "The operator %s takes no values, and there is %s.", r.Operator, list(r.Values))
			return false
		}
	case opGt, opGte, opLt, opLte:
		if number, err := strconv.Atoi(strings.Join(r.Values, " ")); err != nil || number < 0 {
			f.fail(values, "Bound that is no number", "The operator %s needs one whole number of 0 or more, such as [\"4\"], and there is %s.", r.Operator, list(r.Values))
			return false
		}
	}
	for i, value := range r.Values {
		if problems := validation.IsValidLabelValue(value); len(problems) > 0 {
			f.fail(values.AtListIndex(i), "Invalid value of a requirement", "%q is not the value of a label: %s.", value, strings.Join(problems, "; "))
			return false
		}
	}
	if r.Operator == opIn && int(valueOr(r.MinValues, 0)) > len(r.Values) {
		f.fail(least, "Fewer values than the minimum", "min_values is %d and there are %d values, so the requirement cannot be met. Lower it, or add values.", *r.MinValues, len(r.Values))
		return false
	}
	return true
}
