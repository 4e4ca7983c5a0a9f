package eks

import (
	"slices"
	"strconv"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
)

// Keys of requirements that all distributions of Karpenter share.
const (
	archLabel         = "kubernetes.io/arch"
	osLabel           = "kubernetes.io/os"
	zoneLabel         = "topology.kubernetes.io/zone"
	regionLabel       = "topology.kubernetes.io/region"
	instanceTypeLabel = "node.kubernetes.io/instance-type"
	capacityTypeLabel = "karpenter.sh/capacity-type"
	poolLabel         = "karpenter.sh/nodepool"
)

// The operators of requirements (NodePool CustomResourceDefinition of
// sigs.k8s.io/karpenter).
const (
	opIn           = "In"
	opNotIn        = "NotIn"
	opExists       = "Exists"
	opDoesNotExist = "DoesNotExist"
	opGt           = "Gt"
	opGte          = "Gte"
	opLt           = "Lt"
	opLte          = "Lte"
)

// shorthand is an attribute that stands for one requirement.
type shorthand struct {
	attribute string
	// label is the key, without the domain of the cloud's labels if isCloud.
	label   string
	isCloud bool
	// write returns the requirement without its key, or nil if the attribute is
	// not set.
	write func(m *NodePoolModel) *Requirement
	// read sets the attribute, and reports whether it can say the same.
	read func(m *NodePoolModel, found Requirement) bool
}

// shorthands are in the order in which a NodePool lists their requirements.
var shorthands = []shorthand{
	texts("instance_families", "instance-family", true, func(m *NodePoolModel) *[]string { return &m.InstanceFamilies }),
	texts("instance_sizes", "instance-size", true, func(m *NodePoolModel) *[]string { return &m.InstanceSizes }),
	texts("gpu_names", "instance-gpu-name", true, func(m *NodePoolModel) *[]string { return &m.GPUNames }),
	{attribute: "gpu_memory_min_mib", label: "instance-gpu-memory", isCloud: true, write: writeGPUMemory, read: readGPUMemory},
	{attribute: "gpu_counts", label: "instance-gpu-count", isCloud: true, write: writeGPUCounts, read: readGPUCounts},
	architectures(),
	texts("capacity_types", capacityTypeLabel, false, func(m *NodePoolModel) *[]string { return &m.CapacityTypes }),
	texts("zones", zoneLabel, false, func(m *NodePoolModel) *[]string { return &m.Zones }),
}

// texts is an attribute that lists the allowed values.
func texts(attribute, label string, isCloud bool, field func(*NodePoolModel) *[]string) shorthand {
	return shorthand{
		attribute: attribute, label: label, isCloud: isCloud,
		write: func(m *NodePoolModel) *Requirement {
			if len(*field(m)) == 0 {
				return nil
			}
			return &Requirement{Operator: opIn, Values: *field(m)}
		},
		read: func(m *NodePoolModel, found Requirement) bool {
			if found.Operator != opIn || found.MinValues != nil || *field(m) != nil {
				return false
			}
			*field(m) = found.Values
			return true
		},
	}
}

// architectures has a default, which a configuration that is validated before it
// is planned does not have yet.
func architectures() shorthand {
	s := texts("architectures", archLabel, false, func(m *NodePoolModel) *[]string { return &m.Architectures })
	written := s.write
	s.write = func(m *NodePoolModel) *Requirement {
		withDefault := NodePoolModel{Architectures: m.architectures()}
		return written(&withDefault)
	}
	return s
}

// The least memory is written with Gt, because Gte is newer than the Karpenter
// of some clusters.
func writeGPUMemory(m *NodePoolModel) *Requirement {
	if m.GPUMemoryMinMiB == nil {
		return nil
	}
	return &Requirement{Operator: opGt, Values: []string{strconv.FormatInt(*m.GPUMemoryMinMiB-1, 10)}}
}

func readGPUMemory(m *NodePoolModel, found Requirement) bool {
	if found.Operator != opGt || len(found.Values) != 1 || found.MinValues != nil || m.GPUMemoryMinMiB != nil {
		return false
	}
	bound, err := strconv.ParseInt(found.Values[0], 10, 32)
	if err != nil {
		return false
	}
	m.GPUMemoryMinMiB = new(bound + 1)
	return true
}

func writeGPUCounts(m *NodePoolModel) *Requirement {
	if len(m.GPUCounts) == 0 {
		return nil
	}
	written := &Requirement{Operator: opIn}
	for _, count := range m.GPUCounts {
		written.Values = append(written.Values, strconv.FormatInt(count, 10))
	}
	return written
}

func readGPUCounts(m *NodePoolModel, found Requirement) bool {
	if found.Operator != opIn || found.MinValues != nil || m.GPUCounts != nil {
		return false
	}
	counts := []int64{}
	for _, value := range found.Values {
		count, err := strconv.ParseInt(value, 10, 32)
		if err != nil {
			return false
		}
		counts = append(counts, count)
	}
	m.GPUCounts = counts
	return true
}

// labelDomain is the domain of the labels by which the pool's cloud describes
// instances, with its slash. It is empty for a cloud that is not AWS.
func (m *NodePoolModel) labelDomain() string {
	switch group := m.NodeClass.group(); group {
	case autoModeGroup, selfManagedGroup:
		return group + "/"
	}
	return ""
}

func (s shorthand) key(domain string) string {
	if s.isCloud {
		return domain + s.label
	}
	return s.label
}

// origin is where in the configuration a requirement comes from.
type origin struct {
	// attribute is a top-level one.
	attribute string
	// index is that of an element of requirements, and label the key of one of
	// labels.
	index int
	label string
}

// sourced is a requirement with its origin.
type sourced struct {
	Requirement
	origin
}

// manufacturerLabel is that of the requirement which a pool gets that could
// otherwise launch nodes without NVIDIA GPUs.
const manufacturerLabel = "instance-gpu-manufacturer"

// allRequirements are those of the NodePool, in its order.
func (m *NodePoolModel) allRequirements() []sourced {
	var all []sourced
	domain := m.labelDomain()
	for _, s := range shorthands {
		// A cloud's shorthand has no key without a domain; a rule says so.
		if written := s.write(m); written != nil && (!s.isCloud || domain != "") {
			written.Key = s.key(domain)
			all = append(all, sourced{*written, origin{attribute: s.attribute}})
		}
	}
	for i, requirement := range m.Requirements {
		all = append(all, sourced{requirement, origin{attribute: "requirements", index: i}})
	}
	if domain != "" && !slices.ContainsFunc(all, func(r sourced) bool { return r.impliesNVIDIA(domain) }) {
		all = append(all, sourced{Requirement{
			Key: domain + manufacturerLabel, Operator: opIn, Values: []string{instancetypes.GPUManufacturer},
		}, origin{}})
	}
	return all
}

// impliesNVIDIA reports a requirement that says which GPUs or types there are.
func (r sourced) impliesNVIDIA(domain string) bool {
	if r.Operator != opIn {
		return false
	}
	switch r.Key {
	case domain + "instance-family", domain + "instance-gpu-name", domain + manufacturerLabel, instanceTypeLabel:
		return true
	}
	return false
}

// absorbRequirements sets the attributes that say what a NodePool requires.
// What the configuration says by requirements stays there.
func (m *NodePoolModel) absorbRequirements(found []Requirement) {
	var explicit []string
	for _, requirement := range m.Requirements {
		explicit = append(explicit, requirement.Key)
	}
	isImport := m.Name == ""
	m.clearRequirements()
	domain := m.labelDomain()
	for _, requirement := range found {
		if !m.absorbRequirement(requirement, domain, explicit) {
			m.Requirements = append(m.Requirements, requirement)
		}
	}
	if m.Architectures == nil {
		// Null would stand for the default.
		m.Architectures = []string{}
	}
	if isImport || m.says(found) {
		return
	}
	// The attributes cannot say this, and a change that they do not show would
	// never be repaired.
	m.clearRequirements()
	m.Architectures, m.Requirements = []string{}, found
}

func (m *NodePoolModel) absorbRequirement(found Requirement, domain string, explicit []string) bool {
	if slices.Contains(explicit, found.Key) {
		return false
	}
	for _, s := range shorthands {
		if found.Key == s.key(domain) && (!s.isCloud || domain != "") {
			return s.read(m, found)
		}
	}
	isNVIDIA := found.Operator == opIn && slices.Equal(found.Values, []string{instancetypes.GPUManufacturer})
	return domain != "" && found.Key == domain+manufacturerLabel && isNVIDIA
}

func (m *NodePoolModel) clearRequirements() {
	m.InstanceFamilies, m.InstanceSizes, m.GPUNames, m.GPUMemoryMinMiB, m.GPUCounts = nil, nil, nil, nil, nil
	m.CapacityTypes, m.Architectures, m.Zones, m.Requirements = nil, nil, nil, nil
}

// says reports whether the model requires exactly what was found, in any order.
func (m *NodePoolModel) says(found []Requirement) bool {
	own := m.allRequirements()
	return len(own) == len(found) && !slices.ContainsFunc(found, func(wanted Requirement) bool {
		return !slices.ContainsFunc(own, func(r sourced) bool { return r.equal(wanted) })
	})
}

func (r Requirement) equal(other Requirement) bool {
	return r.Key == other.Key && r.Operator == other.Operator && slices.Equal(r.Values, other.Values) &&
		valueOr(r.MinValues, 0) == valueOr(other.MinValues, 0)
}
