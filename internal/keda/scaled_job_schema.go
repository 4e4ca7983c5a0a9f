package keda

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// scalingStrategyCustom is the strategy that reads the custom settings.
const scalingStrategyCustom = "custom"

// scaledJobSpecSchema holds the attributes of [ScaledJobSpec].
func scaledJobSpecSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"job_target_ref": jobTargetRefSchema(),
		"polling_interval": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Seconds between two looks at the triggers; 1 or more. Default: `30`.",
			Validators:          positive,
		},
		"successful_jobs_history_limit": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Finished Jobs that succeeded to keep; 0 or more. Default: `100`.",
			Validators:          notNegative,
		},
		"failed_jobs_history_limit": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Finished Jobs that failed to keep; 0 or more. Default: `100`.",
			Validators:          notNegative,
		},
		"rollout_strategy": schema.StringAttribute{
			Optional:            true,
			DeprecationMessage:  "KEDA has deprecated rolloutStrategy. Use rollout.strategy, which means the same.",
			MarkdownDescription: "Deprecated by KEDA in favour of `rollout.strategy`: `gradual` or `immediate`. Default: `immediate`.",
			Validators:          []validator.String{stringvalidator.OneOf("gradual", "immediate")},
		},
		"rollout": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "What becomes of running Jobs when this object changes. Default: they are deleted.",
			Attributes: map[string]schema.Attribute{
				"strategy": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "`immediate` (delete them) or `gradual` (let them finish). Default: `immediate`.",
					Validators:          []validator.String{stringvalidator.OneOf("gradual", "immediate")},
				},
				"propagation_policy": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Whether a Job goes after its pods (`foreground`) or before them (`background`). Default: `background`.",
					Validators:          []validator.String{stringvalidator.OneOf("foreground", "background")},
				},
			},
		},
		"env_source_container_name": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Container whose environment variables the parameters named `...FromEnv` of the triggers mean. Default: the first container.",
		},
		"min_replica_count": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Jobs that run even when there is nothing to do; 0 or more, and at most `max_replica_count`. Default: `0`.",
			Validators:          notNegative,
		},
		"max_replica_count": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Largest number of Jobs that run at a time; 1 or more. Default: `100`.",
			Validators:          positive,
		},
		"scaling_strategy": scalingStrategySchema(),
		"triggers":         eventSourcesSchema(),
	}
}

func scalingStrategySchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "How KEDA computes the number of Jobs to make. Default: the strategy `default`.",
		Attributes: map[string]schema.Attribute{
			"strategy": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "`default` (running Jobs count as working on an event that is still in the queue), `accurate` (an event leaves the queue when a Job takes it), " +
					"`eager` (fill all free places) or `custom`. Default: `default`.",
				Validators: []validator.String{stringvalidator.OneOf("default", scalingStrategyCustom, "accurate", "eager")},
			},
			"custom_scaling_queue_length_deduction": schema.Int32Attribute{
				Optional:            true,
				MarkdownDescription: "Events to leave out of account, with the strategy `custom`. Default: `0`.",
			},
			"custom_scaling_running_job_percentage": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Share of the running Jobs to take off the number of events, as a number in a string such as `0.5`, with the strategy `custom`. Default: `0`.",
			},
			"pending_pod_conditions": schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Conditions that a pod must have, all of them, for its Job not to count as pending, such as `Ready` or `PodScheduled`. " +
					"Default: none; a Job is pending until a pod of it runs.",
				Validators: []validator.List{listvalidator.SizeAtLeast(1)},
			},
			"multiple_scalers_calculation": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What counts of several active triggers: `max`, `min`, `avg` or `sum` of their queue lengths. Default: `max`.",
				Validators:          []validator.String{stringvalidator.OneOf("min", "avg", "sum", "max")},
			},
		},
	}
}
