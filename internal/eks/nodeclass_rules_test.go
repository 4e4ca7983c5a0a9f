package eks

import "strings"

func nodeClass(change func(*NodeClass)) func(*NodePoolModel) {
	return func(m *NodePoolModel) { change(&m.NodeClass) }
}

func manyIDs(count int) []string {
	ids := make([]string, count)
	for i := range ids {
		ids[i] = "subnet-" + strings.Repeat("a", i+1)
	}
	return ids
}

func storage(size string) func(*NodePoolModel) {
	return nodeClass(func(c *NodeClass) { c.EphemeralStorage = &EphemeralStorage{Size: &size} })
}

var nodeClassCases = []poolCase{
	{name: "named node class", change: func(m *NodePoolModel) { m.NodeClass = NodeClass{Name: new("default")} }},
	{name: "no node class", at: "node_class", change: func(m *NodePoolModel) { m.NodeClass = NodeClass{} }},
	{name: "role and profile", at: "node_class.instance_profile", change: nodeClass(func(c *NodeClass) { c.InstanceProfile = new("eks-a") })},
	{name: "profile", change: nodeClass(func(c *NodeClass) { c.Role, c.InstanceProfile = nil, new("eks-a") })},
	{name: "profile of another name", at: "node_class.instance_profile", change: nodeClass(func(c *NodeClass) { c.Role, c.InstanceProfile = nil, new("nodes") })},
	{name: "ARN of the role", at: "node_class.role", says: `"nodes"`, change: nodeClass(func(c *NodeClass) { c.Role = new("arn:aws:iam::123456789012:role/path/nodes") })},
	{name: "long role", at: "node_class.role", change: nodeClass(func(c *NodeClass) { c.Role = new(strings.Repeat("a", 65)) })},
	{name: "role with a space", at: "node_class.role", change: nodeClass(func(c *NodeClass) { c.Role = new("a b") })},
	{name: "made with a name", change: nodeClass(func(c *NodeClass) { c.Name = new("gpu-class") })},
	{name: "name", at: "node_class.name", change: nodeClass(func(c *NodeClass) { c.Name = new("GPU") })},
	{name: "made as default", at: "node_class.name", change: nodeClass(func(c *NodeClass) { c.Name = new("default") })},
	{name: "pool called default", at: "name", change: func(m *NodePoolModel) { m.Name = "default" }},
	{name: "other kind of EKS", at: "node_class.kind", change: func(m *NodePoolModel) { m.NodeClass = NodeClass{Name: new("a"), Kind: new("EC2NodeClass")} }},
	{name: "other group without a kind", at: "node_class.group", change: func(m *NodePoolModel) {
		m.InstanceFamilies, m.NodeClass = nil, NodeClass{Name: new("a"), Group: new("karpenter.azure.com")}
	}},
	{name: "made for self-managed Karpenter", at: "node_class.group", change: nodeClass(func(c *NodeClass) { c.Group = new(selfManagedGroup) })},
	{name: "setting of a named node class", at: "node_class.tags", change: func(m *NodePoolModel) {
		m.NodeClass = NodeClass{Name: new("a"), Tags: map[string]string{"a": "b"}}
	}},

	{name: "IDs", change: nodeClass(func(c *NodeClass) {
		c.SubnetTags, c.SecurityGroupTags = nil, nil
		c.SubnetIDs, c.SecurityGroupIDs, c.SecurityGroupNames = []string{"subnet-0123"}, []string{"sg-0123"}, []string{"nodes"}
	})},
	{name: "no subnets", at: "node_class", says: "subnet_tags", change: nodeClass(func(c *NodeClass) { c.SubnetTags = nil })},
	{name: "no security groups", at: "node_class", says: "security_group_tags", change: nodeClass(func(c *NodeClass) { c.SecurityGroupTags = nil })},
	{name: "ID of a subnet", at: "node_class.subnet_ids[0]", says: "subnet-", change: nodeClass(func(c *NodeClass) { c.SubnetIDs = []string{"vpc-0123"} })},
	{name: "ID of a security group", at: "node_class.security_group_ids[0]", change: nodeClass(func(c *NodeClass) { c.SecurityGroupIDs = []string{"nodes"} })},
	{name: "30 subnets", change: nodeClass(func(c *NodeClass) { c.SubnetTags, c.SubnetIDs = nil, manyIDs(30) })},
	{name: "31 subnets", at: "node_class.subnet_ids", change: nodeClass(func(c *NodeClass) { c.SubnetIDs = manyIDs(30) })},
	{name: "21 tags", at: "node_class.subnet_tags", change: nodeClass(func(c *NodeClass) { c.SubnetTags = many(21) })},
	{name: "20 tags", change: nodeClass(func(c *NodeClass) { c.SubnetTags = many(20) })},
	{name: "empty tag", at: `node_class.subnet_tags["a"]`, change: nodeClass(func(c *NodeClass) { c.SubnetTags = map[string]string{"a": ""} })},
	{name: "pods", change: nodeClass(func(c *NodeClass) {
		c.PodSubnetTags, c.PodSecurityGroupNames = map[string]string{"a": "*"}, []string{"pods"}
	})},
	{name: "subnets of pods alone", at: "node_class.pod_subnet_tags", change: nodeClass(func(c *NodeClass) { c.PodSubnetIDs = []string{"subnet-1"} })},
	{name: "security groups of pods alone", at: "node_class.pod_security_group_tags", change: nodeClass(func(c *NodeClass) { c.PodSecurityGroupIDs = []string{"sg-1"} })},
	{name: "owner", change: nodeClass(func(c *NodeClass) {
		c.CapacityReservationTags, c.CapacityReservationOwner = map[string]string{"a": "b"}, new("123456789012")
	})},
	{name: "owner without tags", at: "node_class.capacity_reservation_owner", change: nodeClass(func(c *NodeClass) { c.CapacityReservationOwner = new("123456789012") })},
	{name: "owner that is none", at: "node_class.capacity_reservation_owner", change: nodeClass(func(c *NodeClass) {
		c.CapacityReservationTags, c.CapacityReservationOwner = map[string]string{"a": "b"}, new("me")
	})},
	{name: "ID of a reservation", at: "node_class.capacity_reservation_ids[0]", change: nodeClass(func(c *NodeClass) { c.CapacityReservationIDs = []string{"r-1"} })},

	{name: "tags", change: nodeClass(func(c *NodeClass) { c.Tags = map[string]string{"team": "a", "empty": ""} })},
	{name: "51 tags", at: "node_class.tags", change: nodeClass(func(c *NodeClass) { c.Tags = many(51) })},
	{name: "tag without a key", at: `node_class.tags[""]`, change: nodeClass(func(c *NodeClass) { c.Tags = map[string]string{"": "a"} })},
	{name: "tag of the cluster", at: `node_class.tags["kubernetes.io/cluster/c"]`, change: nodeClass(func(c *NodeClass) { c.Tags = map[string]string{"kubernetes.io/cluster/c": "owned"} })},
	{name: "tag of Karpenter", at: `node_class.tags["karpenter.sh/nodepool"]`, change: nodeClass(func(c *NodeClass) { c.Tags = map[string]string{"karpenter.sh/nodepool": "a"} })},

	{name: "settings", change: nodeClass(func(c *NodeClass) {
		c.PlacementGroup = &PlacementGroup{Name: new("a")}
		c.AdvancedNetworking = &AdvancedNetworking{HTTPSProxy: new("http://proxy:3128")}
		c.CertificateBundles = []CertificateBundle{{Name: "a", Data: "LS0t"}}
	})},
	{name: "placement group by both", at: "node_class.placement_group", change: nodeClass(func(c *NodeClass) { c.PlacementGroup = &PlacementGroup{Name: new("a"), ID: new("pg-1")} })},
	{name: "proxy", at: "node_class.advanced_networking.https_proxy", change: nodeClass(func(c *NodeClass) { c.AdvancedNetworking = &AdvancedNetworking{HTTPSProxy: new("proxy:3128")} })},
	{name: "certificate", at: "node_class.certificate_bundles[0].data", says: "base64encode()", change: nodeClass(func(c *NodeClass) {
		c.CertificateBundles = []CertificateBundle{{Name: "a", Data: "-----BEGIN CERTIFICATE-----"}}
	})},

	{name: "storage", change: storage("200Gi")},
	{name: "no size", at: "node_class.ephemeral_storage.size", change: storage("large")},
	{name: "size too small", at: "node_class.ephemeral_storage.size", change: storage("100Mi")},
	{name: "size too large", at: "node_class.ephemeral_storage.size", change: storage("60Ti")},
	{name: "size above local disks", at: "node_class.ephemeral_storage.size", warning: true, says: "g6.xlarge (250 GB)", change: storage("233Gi")},
	{name: "size without local disks", change: func(m *NodePoolModel) {
		m.InstanceFamilies, m.Architectures = []string{"g5g"}, []string{"arm64"}
		storage("500Gi")(m)
	}},
}
