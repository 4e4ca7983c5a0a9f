package eks

import (
	"regexp"
	"strings"
)

// Bounds of selector terms and tags (EKS user guide, "Create a node class for
// Amazon EKS").
const (
	maxTerms        = 30
	maxTermTags     = 20
	maxNodeTags     = 50
	clusterTagStart = "kubernetes.io/cluster"
)

// idForms are those of the IDs that terms select by.
var idForms = map[string]*regexp.Regexp{
	"subnet_ids":               regexp.MustCompile(`^subnet-[0-9a-z]+$`),
	"pod_subnet_ids":           regexp.MustCompile(`^subnet-[0-9a-z]+$`),
	"security_group_ids":       regexp.MustCompile(`^sg-[0-9a-z]+$`),
	"pod_security_group_ids":   regexp.MustCompile(`^sg-[0-9a-z]+$`),
	"capacity_reservation_ids": regexp.MustCompile(`^cr-[0-9a-z]+$`),
}

// selector is what selects one sort of thing, by attributes that each stand for
// terms.
type selector struct {
	// what is selected, in words.
	what       string
	isRequired bool
	tagsName   string
	tags       map[string]string
	idsName    string
	ids        []string
	namesName  string
	names      []string
}

func (c NodeClass) selectors() []selector {
	return []selector{
		{
			what: "subnets", isRequired: true, tagsName: "subnet_tags", tags: c.SubnetTags, idsName: "subnet_ids", ids: c.SubnetIDs,
		},
		{
			what: "security groups", isRequired: true, tagsName: "security_group_tags", tags: c.SecurityGroupTags,
			idsName: "security_group_ids", ids: c.SecurityGroupIDs, namesName: "security_group_names", names: c.SecurityGroupNames,
		},
		{
			what: "subnets of pods", tagsName: "pod_subnet_tags", tags: c.PodSubnetTags, idsName: "pod_subnet_ids", ids: c.PodSubnetIDs,
		},
		{
			what: "security groups of pods", tagsName: "pod_security_group_tags", tags: c.PodSecurityGroupTags,
			idsName: "pod_security_group_ids", ids: c.PodSecurityGroupIDs, namesName: "pod_security_group_names", names: c.PodSecurityGroupNames,
		},
		{
			what: "capacity reservations", tagsName: "capacity_reservation_tags", tags: c.CapacityReservationTags,
			idsName: "capacity_reservation_ids", ids: c.CapacityReservationIDs,
		},
	}
}

// size is the number of terms.
func (s selector) size() int {
	terms := len(s.ids) + len(s.names)
	if len(s.tags) > 0 {
		terms++
	}
	return terms
}

// isKnown reports whether it is known what the selector selects.
func (s selector) isKnown(f *findings) bool {
	return f.known(nodeClassAt(s.tagsName), nodeClassAt(s.idsName)) && (s.namesName == "" || f.known(nodeClassAt(s.namesName)))
}

// checkNodeClassSelectors is about which subnets, security groups and
// reservations there are to choose from.
func checkNodeClassSelectors(f *findings, m *NodePoolModel) {
	c := m.NodeClass
	if !c.isMade() || !f.known(nodeClassAt("role"), nodeClassAt("instance_profile")) {
		return
	}
	selectors := c.selectors()
	for _, s := range selectors {
		checkSelector(f, s)
	}
	subnets, groups := selectors[2], selectors[3]
	if subnets.isKnown(f) && groups.isKnown(f) && (subnets.size() == 0) != (groups.size() == 0) {
		where := nodeClassAt(subnets.tagsName)
		if groups.size() > 0 {
			where = nodeClassAt(groups.tagsName)
		}
		f.fail(where, "Subnets and security groups of pods belong together", "Set both pod_subnet_tags or pod_subnet_ids, and pod_security_group_tags, _ids or _names, or neither.")
	}
	if owner := nodeClassAt("capacity_reservation_owner"); c.CapacityReservationOwner != nil && f.known(owner) {
		if !accountID.MatchString(*c.CapacityReservationOwner) {
			f.fail(owner, "No AWS account", "%q is not the ID of an AWS account, which has 12 digits.", *c.CapacityReservationOwner)
		}
		if f.known(nodeClassAt("capacity_reservation_tags")) && len(c.CapacityReservationTags) == 0 {
			f.fail(owner, "Owner without tags", "capacity_reservation_owner narrows capacity_reservation_tags, which are not set.")
		}
	}
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

func checkSelector(f *findings, s selector) {
	if s.isKnown(f) {
		if s.isRequired && s.size() == 0 {
			f.fail(at("node_class"), "No "+s.what, "A node class that is made needs %s, or %s.", s.tagsName, s.idsName)
		}
		if s.size() > maxTerms {
			f.fail(nodeClassAt(s.idsName), "Too many selectors", "There are %d selectors of %s, and a node class takes %d.", s.size(), s.what, maxTerms)
		}
	}
	for i, id := range s.ids {
		where := nodeClassAt(s.idsName).AtListIndex(i)
		if form := idForms[s.idsName]; f.known(where) && !form.MatchString(id) {
			prefix, _, _ := strings.Cut(strings.TrimPrefix(form.String(), "^"), "[")
			f.fail(where, "No ID", "%q is not an ID for %s: those begin with %s.", id, s.what, prefix)
		}
	}
	tags := nodeClassAt(s.tagsName)
	if !f.known(tags) {
		return
	}
	if len(s.tags) > maxTermTags {
		f.fail(tags, "Too many tags", "There are %d tags to select %s by, and a node class takes %d.", len(s.tags), s.what, maxTermTags)
	}
	for _, key := range sortedKeys(s.tags) {
		if key == "" || s.tags[key] == "" {
			f.fail(tags.AtMapKey(key), "Empty tag", "Neither the key nor the value of a tag may be empty. The value \"*\" stands for any.")
		}
	}
}

// reservedNodeTags are the tags that EKS Auto Mode sets itself.
var reservedNodeTags = []string{
	"karpenter.sh/provisioner-name", "karpenter.sh/nodepool", "karpenter.sh/nodeclaim", "karpenter.sh/managed-by", "eks.amazonaws.com/nodeclass",
}

// checkNodeClassTags is about the tags of instances and volumes.
func checkNodeClassTags(f *findings, m *NodePoolModel) {
	tags := nodeClassAt("tags")
	if !f.known(tags) {
		return
	}
	if len(m.NodeClass.Tags) > maxNodeTags {
		f.fail(tags, "Too many tags", "There are %d tags, and EC2 takes %d.", len(m.NodeClass.Tags), maxNodeTags)
	}
	for _, key := range sortedKeys(m.NodeClass.Tags) {
		switch {
		case key == "":
			f.fail(tags.AtMapKey(key), "Empty tag", "The key of a tag may not be empty.")
		case strings.HasPrefix(key, "aws:"), strings.HasPrefix(key, clusterTagStart):
			f.fail(tags.AtMapKey(key), "Reserved tag", "Tags that begin with aws: or %s are set by AWS and EKS, which refuse them here.", clusterTagStart)
		}
		for _, reserved := range reservedNodeTags {
			if key == reserved {
				f.fail(tags.AtMapKey(key), "Reserved tag", "EKS Auto Mode sets the tag %q itself, and refuses it here.", key)
			}
		}
	}
}
