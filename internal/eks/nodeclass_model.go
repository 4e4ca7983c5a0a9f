package eks

// NodeClass is the node class of a pool: one that the resource makes, or the
// name of another.
type NodeClass struct {
	Name  *string `tfsdk:"name"  json:"-"`
	Group *string `tfsdk:"group" json:"-"`
	Kind  *string `tfsdk:"kind"  json:"-"`

	Role            *string `tfsdk:"role"             json:"role,omitempty"`
	InstanceProfile *string `tfsdk:"instance_profile" json:"instanceProfile,omitempty"`

	SubnetTags            map[string]string `tfsdk:"subnet_tags"              json:"-"`
	SubnetIDs             []string          `tfsdk:"subnet_ids"               json:"-"`
	SecurityGroupTags     map[string]string `tfsdk:"security_group_tags"      json:"-"`
	SecurityGroupIDs      []string          `tfsdk:"security_group_ids"       json:"-"`
	SecurityGroupNames    []string          `tfsdk:"security_group_names"     json:"-"`
	PodSubnetTags         map[string]string `tfsdk:"pod_subnet_tags"          json:"-"`
	PodSubnetIDs          []string          `tfsdk:"pod_subnet_ids"           json:"-"`
	PodSecurityGroupTags  map[string]string `tfsdk:"pod_security_group_tags"  json:"-"`
	PodSecurityGroupIDs   []string          `tfsdk:"pod_security_group_ids"   json:"-"`
	PodSecurityGroupNames []string          `tfsdk:"pod_security_group_names" json:"-"`

	CapacityReservationTags  map[string]string `tfsdk:"capacity_reservation_tags"  json:"-"`
	CapacityReservationOwner *string           `tfsdk:"capacity_reservation_owner" json:"-"`
	CapacityReservationIDs   []string          `tfsdk:"capacity_reservation_ids"   json:"-"`

	SNATPolicy             *string             `tfsdk:"snat_policy"               json:"snatPolicy,omitempty"`
	NetworkPolicy          *string             `tfsdk:"network_policy"            json:"networkPolicy,omitempty"`
	NetworkPolicyEventLogs *string             `tfsdk:"network_policy_event_logs" json:"networkPolicyEventLogs,omitempty"`
	EphemeralStorage       *EphemeralStorage   `tfsdk:"ephemeral_storage"         json:"ephemeralStorage,omitempty"`
	AdvancedNetworking     *AdvancedNetworking `tfsdk:"advanced_networking"       json:"advancedNetworking,omitempty"`
	AdvancedSecurity       *AdvancedSecurity   `tfsdk:"advanced_security"         json:"advancedSecurity,omitempty"`
	CertificateBundles     []CertificateBundle `tfsdk:"certificate_bundles"       json:"certificateBundles,omitempty"`
	PlacementGroup         *PlacementGroup     `tfsdk:"placement_group"           json:"placementGroupSelector,omitempty"`
	Tags                   map[string]string   `tfsdk:"tags"                      json:"tags,omitempty"`
}

// EphemeralStorage is the volume for containers, images and logs.
type EphemeralStorage struct {
	Size       *string `tfsdk:"size"       json:"size,omitempty"`
	IOPS       *int64  `tfsdk:"iops"       json:"iops,omitempty"`
	Throughput *int64  `tfsdk:"throughput" json:"throughput,omitempty"`
	KMSKeyID   *string `tfsdk:"kms_key_id" json:"kmsKeyID,omitempty"`
}

// AdvancedNetworking is how nodes reach the network.
type AdvancedNetworking struct {
	AssociatePublicIPAddress *bool    `tfsdk:"associate_public_ip_address" json:"associatePublicIPAddress,omitempty"`
	HTTPSProxy               *string  `tfsdk:"https_proxy"                 json:"httpsProxy,omitempty"`
	NoProxy                  []string `tfsdk:"no_proxy"                    json:"noProxy,omitempty"`
	IPv4PrefixSize           *string  `tfsdk:"ipv4_prefix_size"            json:"ipv4PrefixSize,omitempty"`
	EnableV4Egress           *bool    `tfsdk:"enable_v4_egress"            json:"enableV4Egress,omitempty"`
}

// AdvancedSecurity is how nodes are hardened.
type AdvancedSecurity struct {
	FIPS *bool `tfsdk:"fips" json:"fips,omitempty"`
}

// CertificateBundle is a certificate authority that nodes trust.
type CertificateBundle struct {
	Name string `tfsdk:"name" json:"name"`
	Data string `tfsdk:"data" json:"data"`
}

// PlacementGroup selects a placement group.
type PlacementGroup struct {
	Name *string `tfsdk:"name" json:"name,omitempty"`
	ID   *string `tfsdk:"id"   json:"id,omitempty"`
}

// The groups and kinds of node classes.
const (
	autoModeGroup    = "eks.amazonaws.com"
	autoModeKind     = "NodeClass"
	selfManagedGroup = "karpenter.k8s.aws"
)

func (c NodeClass) group() string { return valueOr(c.Group, autoModeGroup) }

func (c NodeClass) kind() string {
	if c.Kind == nil && c.group() == selfManagedGroup {
		return "EC2NodeClass"
	}
	return valueOr(c.Kind, autoModeKind)
}

// isAutoMode reports whether EKS Auto Mode serves the pool.
func (c NodeClass) isAutoMode() bool { return c.group() == autoModeGroup }

// isMade reports whether the resource makes the node class, and does not merely
// name it.
func (c NodeClass) isMade() bool { return c.Role != nil || c.InstanceProfile != nil }

// name of the node class of a pool. One that is made has the pool's, unless the
// configuration says otherwise.
func (c NodeClass) name(pool string) string { return valueOr(c.Name, pool) }
