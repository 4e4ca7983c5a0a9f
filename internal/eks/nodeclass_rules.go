package eks

import (
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/util/validation"
)

// nodeClassAt is an attribute of node_class.
func nodeClassAt(name string) path.Path { return at("node_class").AtName(name) }

// What may be written about a node role and an instance profile (IAM API
// reference; EKS user guide, "Create a node class for Amazon EKS").
const (
	maxRoleName           = 64
	instanceProfilePrefix = "eks"
)

var iamName = regexp.MustCompile(`^[A-Za-z0-9+=,.@_-]+$`)

// checkNodeClassSource decides between a node class that is made and one that is
// named.
func checkNodeClassSource(f *findings, m *NodePoolModel) {
	c := m.NodeClass
	role, profile := nodeClassAt("role"), nodeClassAt("instance_profile")
	if !f.known(role, profile, nodeClassAt("name"), nodeClassAt("group"), nodeClassAt("kind")) {
		return
	}
	checkNodeClassRef(f, m)
	switch {
	case c.Role != nil && c.InstanceProfile != nil:
		f.fail(profile, "Role and instance profile", "A node class takes exactly one of role and instance_profile. Remove one.")
	case c.Role != nil && strings.HasPrefix(*c.Role, "arn:"):
		f.fail(role, "ARN of a role", "A node class takes the role's name: %q.", (*c.Role)[strings.LastIndexByte(*c.Role, '/')+1:])
	case c.Role != nil && (len(*c.Role) > maxRoleName || !iamName.MatchString(*c.Role)):
		f.fail(role, "No name of an IAM role", "%q is not the name of an IAM role: 1 to %d letters, digits and +=,.@_-.", *c.Role, maxRoleName)
	case c.InstanceProfile != nil && (!strings.HasPrefix(*c.InstanceProfile, instanceProfilePrefix) || !iamName.MatchString(*c.InstanceProfile)):
		f.fail(profile, "No instance profile for EKS Auto Mode", "%q does not begin with %q: EKS Auto Mode may pass only such instance profiles to its nodes.", *c.InstanceProfile, instanceProfilePrefix)
	case !c.isMade() && c.Name == nil:
		f.fail(at("node_class"), "No node class", "Set role, or instance_profile, for a node class of the pool's own, or name for one that exists.")
	}
}

// checkNodeClassRef looks at the reference of a pool to its node class.
func checkNodeClassRef(f *findings, m *NodePoolModel) {
	c, name := m.NodeClass, nodeClassAt("name")
	if c.Name != nil && len(validation.IsDNS1123Subdomain(*c.Name)) > 0 {
		f.fail(name, "Invalid name of a node class", "%q cannot be the name of a node class: %s.", *c.Name, validation.IsDNS1123Subdomain(*c.Name)[0])
	}
	if c.group() == autoModeGroup && c.kind() != autoModeKind {
		f.fail(nodeClassAt("kind"), "Unknown kind of node class", "The group %s has the kind %s alone, and Karpenter ignores a pool with another one.", autoModeGroup, autoModeKind)
	}
	if c.group() != autoModeGroup && c.group() != selfManagedGroup && c.Kind == nil {
		f.fail(nodeClassAt("group"), "Node class of an unknown kind", "Set kind to the kind of node class that the group %q has.", c.group())
	}
	if !c.isMade() {
		return
	}
	if !c.isAutoMode() || c.kind() != autoModeKind {
		f.fail(nodeClassAt("group"), "Node class that cannot be made", "The resource makes node classes of EKS Auto Mode alone. Make that of the group %q by k8s_manifest, and name it here.", c.group())
	}
	if c.name(m.Name) == "default" && f.known(at("name")) {
		where := name
		if c.Name == nil {
			where = at("name")
		}
		f.fail(where, "Reserved name of a node class", "EKS Auto Mode makes a node class named default itself, and overwrites it. Choose another name, by node_class.name if the pool is to keep its own.")
	}
}

// checkNodeClassSettings finds fields that stand alone or exclude each other.
func checkNodeClassSettings(f *findings, m *NodePoolModel) {
	c := m.NodeClass
	if f.known(nodeClassAt("role"), nodeClassAt("instance_profile")) && !c.isMade() {
		for _, name := range c.settings() {
			if f.known(nodeClassAt(name)) {
				f.fail(nodeClassAt(name), "Setting of a node class that is not made",
					"Without role and instance_profile, node_class names a node class that exists, and %s would change nothing.", name)
			}
		}
		return
	}
	placement := nodeClassAt("placement_group")
	if c.PlacementGroup != nil && f.known(placement) && (c.PlacementGroup.Name == nil) == (c.PlacementGroup.ID == nil) {
		f.fail(placement, "Placement group without one selector", "Set exactly one of name and id.")
	}
	proxy := nodeClassAt("advanced_networking").AtName("https_proxy")
	if n := c.AdvancedNetworking; n != nil && n.HTTPSProxy != nil && f.known(proxy) && !httpURL.MatchString(*n.HTTPSProxy) {
		f.fail(proxy, "No URL of a proxy", "%q does not begin with http:// or https://.", *n.HTTPSProxy)
	}
	for i, bundle := range c.CertificateBundles {
		where := nodeClassAt("certificate_bundles").AtListIndex(i).AtName("data")
		if f.known(where) && strings.Contains(bundle.Data, "-----BEGIN") {
			f.fail(where, "Certificates that are not encoded", "data is the base64 of the certificates in PEM. Wrap it in base64encode().")
		}
	}
}

var httpURL = regexp.MustCompile(`^https?://.+$`)

// settings lists the attributes that are set and say what a made node class is.
func (c NodeClass) settings() []string {
	var set []string
	for _, setting := range []struct {
		name  string
		isSet bool
	}{
		{"subnet_tags", c.SubnetTags != nil},
		{"subnet_ids", c.SubnetIDs != nil},
		{"security_group_tags", c.SecurityGroupTags != nil},
		{"security_group_ids", c.SecurityGroupIDs != nil},
		{"security_group_names", c.SecurityGroupNames != nil},
		{"pod_subnet_tags", c.PodSubnetTags != nil},
		{"pod_subnet_ids", c.PodSubnetIDs != nil},
		{"pod_security_group_tags", c.PodSecurityGroupTags != nil},
		{"pod_security_group_ids", c.PodSecurityGroupIDs != nil},
		{"pod_security_group_names", c.PodSecurityGroupNames != nil},
		{"capacity_reservation_tags", c.CapacityReservationTags != nil},
		{"capacity_reservation_owner", c.CapacityReservationOwner != nil},
		{"capacity_reservation_ids", c.CapacityReservationIDs != nil},
		{"snat_policy", c.SNATPolicy != nil},
		{"network_policy", c.NetworkPolicy != nil},
		{"network_policy_event_logs", c.NetworkPolicyEventLogs != nil},
		{"ephemeral_storage", c.EphemeralStorage != nil},
		{"advanced_networking", c.AdvancedNetworking != nil},
		{"advanced_security", c.AdvancedSecurity != nil},
		{"certificate_bundles", c.CertificateBundles != nil},
		{"placement_group", c.PlacementGroup != nil},
		{"tags", c.Tags != nil},
	} {
		if setting.isSet {
			set = append(set, setting.name)
		}
	}
	return set
}
