package eks

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
)

// checkShorthands finds attributes that mean nothing to a cloud that is not AWS.
func checkShorthands(f *findings, m *NodePoolModel) {
	if !f.known(at("node_class.group")) || m.labelDomain() != "" {
		return
	}
	for _, s := range shorthands {
		if s.isCloud && f.known(at(s.attribute)) && s.write(m) != nil {
			f.fail(at(s.attribute), "Attribute of AWS", "%s stands for a label of AWS, and the node class is of the group %q. Use requirements with the labels of that provider.",
				s.attribute, m.NodeClass.group())
		}
	}
}

// catalogued are the labels whose values the catalogue lists in full, for the
// instance types that it has.
var catalogued = []string{
	"instance-family", "instance-size", "instance-gpu-name", "instance-gpu-count", "instance-category",
	"instance-generation", "instance-cpu-manufacturer", "instance-hypervisor", "instance-gpu-manufacturer",
}

// knownValues are the catalogue's values of a requirement's key, nil if it does
// not list them.
func knownValues(key string) []string {
	suffix, isAutoMode := strings.CutPrefix(key, autoModeGroup+"/")
	if key != instanceTypeLabel && (!isAutoMode || !slices.Contains(catalogued, suffix)) {
		return nil
	}
	var values []string
	for _, it := range instancetypes.All() {
		if value, exists, _ := labelOf(it, key); exists && value != "" && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}

// checkValues finds values that no instance type of EKS Auto Mode has.
func checkValues(f *findings, m *NodePoolModel) {
	architectures := at("architectures")
	if f.known(architectures) {
		for i, value := range m.Architectures {
			if known := []string{instancetypes.AMD64, instancetypes.ARM64}; !slices.Contains(known, value) {
				f.fail(architectures.AtListIndex(i), "Unknown architecture", "%q is none of %s, the values of the label %s.%s", value, list(known), archLabel, meant(value, known))
			}
		}
	}
	if !f.known(at("node_class.group")) || !m.NodeClass.isAutoMode() {
		return
	}
	for _, s := range shorthands {
		known := knownValues(s.key(autoModeGroup + "/"))
		written := s.write(m)
		if known == nil || written == nil || !f.known(at(s.attribute)) {
			continue
		}
		for i, value := range written.Values {
			if !slices.Contains(known, value) {
				f.fail(at(s.attribute).AtListIndex(i), "No such instance type", "%s Known are %s. "+
					"What is newer than this provider can be required by requirements.", unknownValue(s.label, value, known), list(known))
			}
		}
	}
}

// unknownValue says what is wrong with a value that the catalogue does not have.
func unknownValue(suffix, value string, known []string) string {
	if why, found := instancetypes.NotSupported[value]; found && suffix == "instance-family" {
		return "EKS Auto Mode has no NVIDIA nodes of " + value + ": " + why + "."
	}
	return "No NVIDIA instance type of EKS Auto Mode has " + value + " as its " + suffix + "." + meant(value, known)
}

// checkRequiredValues is checkValues for a requirement. A value that is merely
// unknown may be newer than the catalogue.
func checkRequiredValues(f *findings, where path.Path, r Requirement) {
	if r.Operator != opIn {
		return
	}
	known := knownValues(r.Key)
	suffix := strings.TrimPrefix(r.Key, autoModeGroup+"/")
	for i, value := range r.Values {
		isWrongCase := slices.ContainsFunc(known, func(other string) bool { return strings.EqualFold(other, value) })
		_, isNotSupported := instancetypes.NotSupported[value]
		switch {
		case known == nil || slices.Contains(known, value):
		case isWrongCase || isNotSupported && suffix == "instance-family":
			f.fail(where.AtListIndex(i), "No such instance type", "%s", unknownValue(suffix, value, known))
		default:
			f.warn(where.AtListIndex(i), "Value that the catalogue does not have", "%s It counts as newer than this provider, so nothing that depends on it is checked.",
				unknownValue(suffix, value, known))
		}
	}
}

// isBeyondCatalogue reports a requirement whose values the catalogue does not
// have: which types meet it cannot be told.
func (m *NodePoolModel) isBeyondCatalogue() bool {
	return slices.ContainsFunc(m.constraints(), func(r sourced) bool {
		known := knownValues(r.Key)
		return known != nil && slices.ContainsFunc(r.Values, func(value string) bool { return !slices.Contains(known, value) })
	})
}

// zoneID is an Availability Zone by its ID, such as usw2-az1, which the label
// topology.kubernetes.io/zone does not have.
var zoneID = regexp.MustCompile(`^[a-z]+\d-([a-z]+\d-)?az\d+$`)

// zoneName is an Availability Zone, Local Zone or Wavelength Zone by its name.
var zoneName = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-\d(-[a-z]+-\d)*[a-z]$`)

func checkZones(f *findings, m *NodePoolModel) {
	zones := at("zones")
	if !f.known(zones) || m.labelDomain() == "" || !f.known(at("node_class.group")) {
		return
	}
	for i, zone := range m.Zones {
		switch {
		case zoneID.MatchString(zone):
			f.fail(zones.AtListIndex(i), "ID of a zone", "%q is the ID of an Availability Zone, and nodes have the name in the label %s, such as us-west-2a.", zone, zoneLabel)
		case !zoneName.MatchString(zone):
			f.fail(zones.AtListIndex(i), "No Availability Zone", "%q is not the name of an Availability Zone, such as us-west-2a.", zone)
		}
	}
}

// Capacity types (WellKnownValuesForRequirements of sigs.k8s.io/karpenter).
const (
	capacitySpot     = "spot"
	capacityOnDemand = "on-demand"
	capacityReserved = "reserved"
)

// checkCapacityTypes also finds reservations that nothing uses, and the other
// way round.
func checkCapacityTypes(f *findings, m *NodePoolModel) {
	where := at("capacity_types")
	if !f.known(where) {
		return
	}
	known := []string{capacitySpot, capacityOnDemand, capacityReserved}
	for i, value := range m.CapacityTypes {
		if !slices.Contains(known, value) {
			f.fail(where.AtListIndex(i), "Unknown capacity type", "%q is none of %s.%s", value, list(known), meant(value, known))
		}
	}
	ids, tags := at("node_class.capacity_reservation_ids"), at("node_class.capacity_reservation_tags")
	if !f.known(at("node_class.role"), at("node_class.instance_profile"), ids, tags) || !m.NodeClass.isMade() {
		return
	}
	reserved := slices.Index(m.CapacityTypes, capacityReserved)
	selects := len(m.NodeClass.CapacityReservationIDs) > 0 || len(m.NodeClass.CapacityReservationTags) > 0
	switch {
	case reserved >= 0 && !selects:
		f.fail(where.AtListIndex(reserved), "Reserved capacity without a reservation",
			"The node class selects no capacity reservation, so there is none to launch from. Set node_class.capacity_reservation_ids or capacity_reservation_tags.")
	case reserved < 0 && len(m.CapacityTypes) > 0 && selects:
		selector := ids
		if len(m.NodeClass.CapacityReservationIDs) == 0 {
			selector = tags
		}
		f.fail(selector, "Capacity reservation that is not used",
			"capacity_types is %s, so the reservation would be paid for and never used. Add \"reserved\".", list(m.CapacityTypes))
	}
}
