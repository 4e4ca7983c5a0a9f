package eks

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
)

func nodePoolSchema(context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{"node_class": nodeClassSchema()}
	maps.Copy(attributes, selectionSchema())
	maps.Copy(attributes, nodeSchema())
	maps.Copy(attributes, scalingSchema())
	maps.Copy(attributes, outputSchema())
	return schema.Schema{
		MarkdownDescription: "A Karpenter [NodePool](https://karpenter.sh/docs/concepts/nodepools/) of NVIDIA GPU nodes, for " +
			"[EKS Auto Mode](https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html) or self-managed Karpenter, with its NodeClass. " +
			"A plan finds what would be refused or never launch a node, from a catalogue of the instance types that EKS Auto Mode has. " +
			"The apply waits until the pool is ready, and the destroy until its nodes are gone.",
		Attributes: attributes,
	}
}

// selectionSchema are the attributes that select instances.
func selectionSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"instance_families": textList("Instance families that may be launched: `" + strings.Join(instancetypes.Families(), "`, `") + "`. Default: all that meet the rest."),
		"instance_sizes":    textList("Instance sizes that may be launched, such as `xlarge` or `48xlarge`. Default: all that meet the rest."),
		"gpu_names":         textList("GPUs that may be launched, as nodes are labelled, such as `l4`, `a10g`, `l40s` or `h100`. Default: all that meet the rest."),
		"gpu_memory_min_mib": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Least memory of one GPU, in MiB as nodes report it, which is less than GPUs are sold by: `l4` and `a10g` (24 GB) have 22888, `l40s` (48 GB) has 45776. " +
				"Default: none.",
			Validators: []validator.Int64{int64validator.Between(1, 1<<30)},
		},
		"gpu_counts": schema.ListAttribute{
			Optional: true, ElementType: types.Int64Type,
			MarkdownDescription: "Numbers of GPUs that one instance may have: 1, 2, 4 or 8. Karpenter packs pods onto the cheapest instances that hold them, " +
				"so that several pods of one GPU each may share one large instance, and it goes when the last of them ends; `[1]` gives each its own. Default: all that meet the rest.",
			Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueInt64sAre(int64validator.AtLeast(1))},
		},
		"capacity_types": textList("Ways to buy capacity: `spot`, `on-demand` and `reserved`, which takes a reservation that `node_class` selects. " +
			"Karpenter prefers reserved, then spot. Default: all."),
		"architectures": schema.ListAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			MarkdownDescription: "CPU architectures: `amd64` and `arm64`, which `g5g` has. Images must be built for each. Default: `[\"amd64\"]`.",
			Default:             listdefault.StaticValue(types.ListValueMust(types.StringType, []attr.Value{types.StringValue(defaultArchitectures[0])})),
			Validators:          textLists,
		},
		"zones": textList("Names of the Availability Zones for nodes, such as `us-west-2a`. Default: those of the node class's subnets."),
		"requirements": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "Further requirements on nodes; at most 100. The keys are those of EKS Auto Mode (`eks.amazonaws.com/instance-cpu` and the like), " +
				"those of self-managed Karpenter (`karpenter.k8s.aws/...`) if `node_class.group` says so, or labels of your own. Default: none.",
			Validators: []validator.List{listvalidator.SizeBetween(1, 100)},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"key": schema.StringAttribute{Required: true, MarkdownDescription: "Key of the nodes' label, such as `eks.amazonaws.com/instance-local-nvme`."},
				"operator": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "`In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` (more than), `Lt` (less than), or from Karpenter 1.9 on `Gte` and `Lte`. " +
						"A label that a node lacks meets `NotIn` and `DoesNotExist`.",
					Validators: []validator.String{stringvalidator.OneOf(opIn, opNotIn, opExists, opDoesNotExist, opGt, opGte, opLt, opLte)},
				},
				"values": schema.ListAttribute{
					Optional: true, ElementType: types.StringType,
					MarkdownDescription: "Values: at least one for `In` and `NotIn`, one whole number for the comparisons, none for the rest.",
					Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), listvalidator.UniqueValues()},
				},
				"min_values": schema.Int32Attribute{
					Optional:            true,
					MarkdownDescription: "How many different values the instance types that Karpenter can choose from must have at least; 1 to 50. Default: none.",
					Validators:          []validator.Int32{int32validator.Between(1, 50)},
				},
			}},
		},
	}
}

var textLists = []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.NoNullValues()}

func textList(description string) schema.Attribute {
	return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: textLists}
}

// nodeSchema are the attributes of the nodes themselves.
func nodeSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"labels":      textMap("Labels of the nodes; at most 100. The domains of Karpenter and EKS are reserved. Default: none."),
		"annotations": textMap("Annotations of the nodes, such as `karpenter.sh/do-not-disrupt = \"true\"`, which keeps Karpenter from removing them by itself. Default: none."),
		"taints": schema.ListNestedAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Taints of the nodes, which keep pods off that do not tolerate them: `tolerations` has what pods need. `[]` is none. " +
				"Default: `nvidia.com/gpu=true:NoSchedule`.",
			Default:      listdefault.StaticValue(types.ListValueMust(taintType, []attr.Value{defaultTaintValue()})),
			NestedObject: taintSchema(),
		},
		"startup_taints": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "Taints that nodes begin with, and that something in the cluster, such as a DaemonSet, has to remove: nobody else does, and pods stay off until then. " +
				"Pods need not tolerate them for nodes to be launched. Default: none.",
			Validators:   []validator.List{listvalidator.SizeAtLeast(1)},
			NestedObject: taintSchema(),
		},
		"expire_after": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Age at which a node is replaced, in hours, minutes and seconds such as `336h`, or `Never` with self-managed Karpenter. " +
				"On EKS Auto Mode at most `504h` together with `termination_grace_period`. Default: the cluster's, `336h` on EKS Auto Mode and `720h` elsewhere.",
		},
		"termination_grace_period": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "How long a node that goes may wait for its pods, such as `1h`; then they are deleted whatever protects them, " +
				"so it must be longer than the longest inference. Without it, one protected pod keeps a node, and a destroy, for ever. Default: the cluster's, none with self-managed Karpenter.",
		},
	}
}

func textMap(description string) schema.Attribute {
	return schema.MapAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: []validator.Map{mapvalidator.NoNullValues()},
	}
}

var taintType = types.ObjectType{AttrTypes: map[string]attr.Type{"key": types.StringType, "value": types.StringType, "effect": types.StringType}}

func defaultTaintValue() attr.Value {
	return types.ObjectValueMust(taintType.AttrTypes, map[string]attr.Value{
		"key": types.StringValue(defaultTaint.Key), "value": types.StringPointerValue(defaultTaint.Value), "effect": types.StringValue(defaultTaint.Effect),
	})
}

func taintSchema() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"key":   schema.StringAttribute{Required: true, MarkdownDescription: "Key of the taint."},
		"value": schema.StringAttribute{Optional: true, MarkdownDescription: "Value of the taint. Default: none."},
		"effect": schema.StringAttribute{
			Required: true, MarkdownDescription: "`NoSchedule`, `PreferNoSchedule` or `NoExecute`.",
			Validators: []validator.String{stringvalidator.OneOf("NoSchedule", "PreferNoSchedule", "NoExecute")},
		},
	}}
}

// outputSchema are the computed attributes, and the name.
func outputSchema() map[string]schema.Attribute {
	price := map[string]schema.Attribute{
		"instance_type": schema.StringAttribute{Computed: true, MarkdownDescription: "Instance type."},
		"usd_per_hour":  schema.Float64Attribute{Computed: true, MarkdownDescription: "Price of one instance, in US dollars an hour."},
	}
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the NodePool, at most 63 characters. Nodes have it as the label `karpenter.sh/nodepool`. Another name makes another pool.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"node_class_name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the pool's node class."},
		"node_class_uid": schema.StringAttribute{
			Computed: true, MarkdownDescription: "UID of the NodeClass that was made with the pool; null if it is merely named.",
		},
		"ready": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether Karpenter accepts the pool, and its node class is ready."},
		"instance_types": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "NVIDIA instance types of EKS Auto Mode that the pool can launch, by this provider's catalogue; null for self-managed Karpenter.",
		},
		"on_demand_prices": schema.SingleNestedAttribute{
			Computed: true,
			MarkdownDescription: "Range of the on-demand prices of `instance_types`, without the fee of EKS Auto Mode (about 12% of on-demand, less for GPU instances since July 2026). " +
				"They are list prices of one Region and one day, for orientation; null if the catalogue has none.",
			Attributes: map[string]schema.Attribute{
				"region":   schema.StringAttribute{Computed: true, MarkdownDescription: "AWS Region of the prices."},
				"date":     schema.StringAttribute{Computed: true, MarkdownDescription: "Date of the EC2 price list."},
				"cheapest": schema.SingleNestedAttribute{Computed: true, MarkdownDescription: "Cheapest instance type.", Attributes: price},
				"dearest":  schema.SingleNestedAttribute{Computed: true, MarkdownDescription: "Dearest instance type.", Attributes: price},
			},
		},
		"node_selector": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "What pods set as `nodeSelector` to run on this pool alone.",
		},
		"tolerations": schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "What pods set as `tolerations` to run on this pool.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"key":      schema.StringAttribute{Computed: true, MarkdownDescription: "Key of the taint."},
				"operator": schema.StringAttribute{Computed: true, MarkdownDescription: "`Exists`: whatever the taint's value is."},
				"effect":   schema.StringAttribute{Computed: true, MarkdownDescription: "Effect of the taint."},
			}},
		},
	}
}
