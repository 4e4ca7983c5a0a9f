package eks

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func nodeClassSchema() schema.Attribute {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name of the node class. Without `role` and `instance_profile`, that of one which exists. " +
				"Default: the pool's name, for a node class that is made. Another name of a node class that is made makes another pool.",
		},
		"group": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "API group of the node class. With `karpenter.k8s.aws`, self-managed Karpenter serves the pool. Another group makes another pool. " +
				"Default: `eks.amazonaws.com`, EKS Auto Mode.",
		},
		"kind": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Kind of the node class. Another kind makes another pool. Default: `NodeClass`, or `EC2NodeClass` for self-managed Karpenter.",
		},
		"role": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name of the nodes' IAM role, not its ARN. It needs an EC2 access entry with the access policy AmazonEKSAutoNodePolicy. " +
				"With it, or `instance_profile`, the node class is made and deleted with the pool.",
		},
		"instance_profile": schema.StringAttribute{
			Optional: true, MarkdownDescription: "Name of an instance profile for the nodes, which begins with `eks`, instead of `role`.",
		},
		"subnet_tags":               selectorTags("Tags that the nodes' subnets have, all of them; `*` stands for any value. At most 20."),
		"subnet_ids":                selectorList("IDs of subnets for the nodes, beside those that `subnet_tags` selects."),
		"security_group_tags":       selectorTags("Tags that the nodes' security groups have, all of them; `*` stands for any value. At most 20."),
		"security_group_ids":        selectorList("IDs of security groups for the nodes, beside those that tags and names select."),
		"security_group_names":      selectorList("Names of security groups for the nodes, beside those that tags and IDs select."),
		"pod_subnet_tags":           selectorTags("Tags of the subnets for pods, where those are not the nodes'. It goes with security groups for pods."),
		"pod_subnet_ids":            selectorList("IDs of subnets for pods, where those are not the nodes'."),
		"pod_security_group_tags":   selectorTags("Tags of the security groups for pods, where those are not the nodes'. It goes with subnets for pods."),
		"pod_security_group_ids":    selectorList("IDs of security groups for pods."),
		"pod_security_group_names":  selectorList("Names of security groups for pods."),
		"capacity_reservation_tags": selectorTags("Tags of capacity reservations to launch from, all of them. `capacity_types` must have `reserved`, or be left out."),
		"capacity_reservation_owner": schema.StringAttribute{
			Optional: true, MarkdownDescription: "ID of the AWS account that owns the reservations which `capacity_reservation_tags` selects. Default: any.",
		},
		"capacity_reservation_ids": selectorList("IDs of capacity reservations to launch from. `capacity_types` must have `reserved`, or be left out."),
		"tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Tags of the instances and volumes, at most 50. The provider's `default_tags` are not among them: EKS makes the instances, and its role must be allowed to tag. Default: none.",
			Validators:          []validator.Map{mapvalidator.NoNullValues()},
		},
	}
	maps.Copy(attributes, nodeSettingsSchema())
	return schema.SingleNestedAttribute{
		Required: true,
		MarkdownDescription: "How nodes are made: a [NodeClass](https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html) that the resource makes, if `role` or `instance_profile` is set, " +
			"or the name of one that exists. What is not set is left to the cluster.",
		Attributes: attributes,
	}
}

func selectorTags(description string) schema.Attribute {
	return schema.MapAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description + " Default: none.",
		Validators: []validator.Map{mapvalidator.SizeAtLeast(1), mapvalidator.NoNullValues()},
	}
}

func selectorList(description string) schema.Attribute {
	return schema.ListAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description + " Default: none.", Validators: textLists,
	}
}

// nodeSettingsSchema are the attributes that do not select something.
func nodeSettingsSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"snat_policy":               choice("How the addresses of pods are translated on the way out of the VPC: `Random` ports, or `Disabled`. Default: `Random`.", "Random", "Disabled"),
		"network_policy":            choice("What a pod without a network policy may do: `DefaultAllow` or `DefaultDeny`. Default: `DefaultAllow`.", "DefaultAllow", "DefaultDeny"),
		"network_policy_event_logs": choice("Whether nodes log the decisions of network policies: `Enabled` or `Disabled`. Default: `Disabled`.", "Enabled", "Disabled"),
		"ephemeral_storage": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Volume for images, containers and logs. Instances with local NVMe disks use those, unless `size` is at least as large. Default: the cluster's.",
			Attributes: map[string]schema.Attribute{
				"size": schema.StringAttribute{Optional: true, MarkdownDescription: "Size, as a Kubernetes quantity from `1Gi` to `59000Gi`. Default: `80Gi`."},
				"iops": schema.Int64Attribute{
					Optional: true, MarkdownDescription: "Operations a second, 3000 to 16000. Default: `3000`.",
					Validators: []validator.Int64{int64validator.Between(3000, 16000)},
				},
				"throughput": schema.Int64Attribute{
					Optional: true, MarkdownDescription: "Throughput in MiB a second, 125 to 1000. Default: `125`.",
					Validators: []validator.Int64{int64validator.Between(125, 1000)},
				},
				"kms_key_id": schema.StringAttribute{
					Optional: true, MarkdownDescription: "ID or ARN of the KMS key that encrypts the volume. Default: the AWS managed key for EBS.",
					Validators: []validator.String{stringvalidator.LengthBetween(1, 2048)},
				},
			},
		},
		"advanced_networking": advancedNetworkingSchema(),
		"advanced_security": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "Hardening of the nodes. Default: none.",
			Attributes: map[string]schema.Attribute{
				"fips": schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether nodes use FIPS 140-3 modules, in AWS Regions of the United States. Default: `false`."},
			},
		},
		"certificate_bundles": schema.ListNestedAttribute{
			Optional: true, MarkdownDescription: "Certificate authorities that nodes trust, such as that of a private registry. Default: none.",
			Validators: []validator.List{listvalidator.SizeAtLeast(1)},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{Required: true, MarkdownDescription: "Name of the bundle.", Validators: []validator.String{stringvalidator.LengthBetween(1, 253)}},
				"data": schema.StringAttribute{Required: true, MarkdownDescription: "Base64 of the certificates in PEM.", Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
			}},
		},
		"placement_group": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: "EC2 placement group of the instances, by exactly one of the two. Default: none.",
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{Optional: true, MarkdownDescription: "Name of the placement group."},
				"id":   schema.StringAttribute{Optional: true, MarkdownDescription: "ID of the placement group, which begins with `pg-`."},
			},
		},
	}
}

func choice(description string, values ...string) schema.Attribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{stringvalidator.OneOf(values...)}}
}

func advancedNetworkingSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: "How nodes reach the network. Default: the cluster's.",
		Attributes: map[string]schema.Attribute{
			"associate_public_ip_address": schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether nodes get a public address. Default: what the subnet says."},
			"https_proxy":                 schema.StringAttribute{Optional: true, MarkdownDescription: "URL of a proxy for the nodes' own requests. Default: none."},
			"no_proxy":                    textList("Hosts, domains and networks that are reached without the proxy; at most 50. Default: none."),
			"ipv4_prefix_size":            choice("Size of the address blocks that nodes take for pods: `Auto`, or `32` for one address at a time, which saves addresses and starts nodes faster. Default: `Auto`.", "Auto", "32"),
			"enable_v4_egress":            schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether pods of an IPv6 cluster reach IPv4 addresses. Default: `true`."},
		},
	}
}
