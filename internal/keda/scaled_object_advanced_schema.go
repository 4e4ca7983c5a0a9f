package keda

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int32validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// fallbackScalingModifiers is the fallback's behavior that leaves the decision
// to the formula.
const fallbackScalingModifiers = "scalingModifiers"

func advancedSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "The HPA that KEDA makes, and a formula over several triggers. Default: none.",
		Attributes: map[string]schema.Attribute{
			"restore_to_original_replica_count": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether the deletion of this object brings the workload back to the replicas that it had when the object was made, " +
					"in place of leaving it as it is. Default: `false`.",
			},
			"horizontal_pod_autoscaler_config": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The HorizontalPodAutoscaler that KEDA makes. Default: none.",
				Attributes: map[string]schema.Attribute{
					"name": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Name of the HPA, at most 63 characters. Default: `keda-hpa-` and the name of this object.",
					},
					"behavior": schema.SingleNestedAttribute{
						Optional:            true,
						MarkdownDescription: "How fast the HPA scales (`behavior` of `autoscaling/v2`). Default: that of the HPA.",
						Attributes: map[string]schema.Attribute{
							"scale_up": hpaScalingRulesSchema("up", "`0`",
								"the larger of 4 pods and 100 percent every 15 seconds"),
							"scale_down": hpaScalingRulesSchema("down", "`300`",
								"100 percent every 15 seconds"),
						},
					},
				},
			},
			"scaling_modifiers": scalingModifiersSchema(),
		},
	}
}

func hpaScalingRulesSchema(direction, window, policies string) schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "How fast the HPA scales " + direction + ". Default: that of the HPA.",
		Attributes: map[string]schema.Attribute{
			"stabilization_window_seconds": schema.Int32Attribute{
				Optional: true,
				MarkdownDescription: "Seconds to look back: the HPA takes the safest of what it computed in that time; 0 to 3600. " +
					"Default: " + window + ".",
				Validators: []validator.Int32{int32validator.Between(0, 3600)},
			},
			"select_policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Which of several policies counts: `Max` (the largest change), `Min` (the smallest) or `Disabled` (no scaling in this direction). Default: `Max`.",
				Validators:          []validator.String{stringvalidator.OneOf("Max", "Min", "Disabled")},
			},
			"policies": schema.ListNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The most that may change in a period, one or more. Default: " + policies + ".",
				Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Unit of `value`: `Pods` or `Percent` (of the present replicas).",
						Validators:          []validator.String{stringvalidator.OneOf("Pods", "Percent")},
					},
					"value": schema.Int32Attribute{
						Required:            true,
						MarkdownDescription: "The most that may change in `period_seconds`, in pods or percent; 1 or more.",
						Validators:          positive,
					},
					"period_seconds": schema.Int32Attribute{
						Required:            true,
						MarkdownDescription: "Seconds for which `value` counts; 1 to 1800.",
						Validators:          []validator.Int32{int32validator.Between(1, 1800)},
					},
				}},
			},
			"tolerance": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Deviation of the metric from its target below which nothing changes, as a Kubernetes quantity of 0 or more: `0.05` is 5 percent. " +
					"Needs a cluster with the feature HPAConfigurableTolerance. Default: the cluster's, usually `0.1`.",
			},
		},
	}
}

func scalingModifiersSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "A formula that makes one metric of those of the triggers, which is then the only one that counts. Default: none; each trigger counts by itself.",
		Attributes: map[string]schema.Attribute{
			"formula": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Formula in the [Expr language](https://expr-lang.org/docs/language-definition) whose variables are the names of the triggers other than `cpu` and `memory`, " +
					"such as `queue > 0 ? queue + running : 0`. A name with a hyphen is a subtraction: use underscores.",
				Validators: notEmpty,
			},
			"target": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Value of the formula that one replica handles (with `metric_type` `Value`: all replicas together), as a number above 0 in a string.",
				Validators:          notEmpty,
			},
			"activation_target": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Value of the formula above which the workload is active, as a number in a string. Default: `0`.",
			},
			"metric_type": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Type of the target in the HPA: `AverageValue` (per replica) or `Value`. Default: `AverageValue`.",
				Validators:          []validator.String{stringvalidator.OneOf("AverageValue", "Value")},
			},
		},
	}
}
