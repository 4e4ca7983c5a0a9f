package eks

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// scalingSchema are the attributes of how many nodes there are.
func scalingSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"limits":     limitsSchema(),
		"disruption": disruptionSchema(),
		"weight": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Priority among the pools that could launch a node for a pod: the largest weight wins; 1 to 100. Default: none, which counts as 0.",
			Validators:          []validator.Int32{int32validator.Between(1, 100)},
		},
		"replicas": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Number of nodes of a static pool, which has them whether or not pods need them; 0 or more. It takes neither `weight` nor limits but `limits.nodes`. " +
				"Adding or removing it makes another pool. Default: none; the pool follows the pods.",
			Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
	}
}

func limitsSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "What all nodes of the pool may have together. Karpenter launches no instance that would exceed one of them. " +
			"They must leave room for all replicas of the workload. Default: none.",
		Attributes: map[string]schema.Attribute{
			"cpu":    schema.StringAttribute{Optional: true, MarkdownDescription: "CPUs, as a Kubernetes quantity such as `1000`. Default: none."},
			"memory": schema.StringAttribute{Optional: true, MarkdownDescription: "Memory, as a Kubernetes quantity such as `4Ti`. Default: none."},
			"gpus": schema.Int64Attribute{
				Optional: true, MarkdownDescription: "GPUs (`nvidia.com/gpu`). Default: none.",
			},
			"nodes": schema.Int64Attribute{
				Optional: true, MarkdownDescription: "Nodes. It is the only limit for a pool with `replicas`. Default: none.",
			},
		},
	}
}

func disruptionSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "When Karpenter removes or replaces nodes by itself. For a pool that goes to zero, `consolidation_policy = \"WhenEmpty\"` " +
			"and `budgets = [{ nodes = \"100%\" }]` remove idle nodes at once. Default: the cluster's.",
		Attributes: map[string]schema.Attribute{
			"consolidate_after": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "How long after the last change of its pods a node may be removed, in hours, minutes and seconds such as `60s`, or `Never`.",
			},
			"consolidation_policy": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Which nodes may be removed: `WhenEmpty`, `WhenEmptyOrUnderutilized`, which moves pods and so interrupts inference, or `Balanced` (from Karpenter 1.14 on). " +
					"Default: the cluster's, `WhenEmptyOrUnderutilized`.",
				Validators: []validator.String{stringvalidator.OneOf("WhenEmpty", "WhenEmptyOrUnderutilized", "Balanced")},
			},
			"budgets": schema.ListNestedAttribute{
				Optional: true,
				MarkdownDescription: "How many nodes may be removed at a time; at most 50, of which the strictest that applies counts. " +
					"Default: the cluster's, `10%`, which rounds up to one node at a time in a pool of up to 10.",
				Validators: []validator.List{listvalidator.SizeAtLeast(1)},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"nodes": schema.StringAttribute{Required: true, MarkdownDescription: "Number of nodes, such as `5`, or part of the pool, such as `10%`."},
					"reasons": schema.ListAttribute{
						Optional: true, ElementType: types.StringType,
						MarkdownDescription: "Reasons to which the budget applies: `Underutilized`, `Empty` and `Drifted`. Default: all.",
						Validators: []validator.List{
							listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(),
							listvalidator.ValueStringsAre(stringvalidator.OneOf("Underutilized", "Empty", "Drifted")),
						},
					},
					"schedule": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "When the budget begins to apply, as a schedule of cron in UTC, such as `0 9 * * mon-fri`. It needs `duration`. Default: always.",
					},
					"duration": schema.StringAttribute{
						Optional: true, MarkdownDescription: "How long the budget applies from then on, in hours and minutes such as `8h`. It needs `schedule`. Default: always.",
					},
				}},
			},
		},
	}
}
