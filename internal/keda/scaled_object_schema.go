package keda

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// scaledObjectSpecSchema holds the attributes of [ScaledObjectSpec].
func scaledObjectSpecSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"scale_target_ref": scaleTargetRefSchema(),
		"polling_interval": schema.Int32Attribute{
			Optional: true,
			MarkdownDescription: "Seconds between two looks at the triggers by KEDA itself, which decide on scaling from and to zero; 1 or more. " +
				"Between one replica and the maximum the HPA asks on its own. Default: `30`.",
			Validators: positive,
		},
		"initial_cooldown_period": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Seconds after the object's creation before `cooldown_period` can begin; 0 or more. Default: `0`.",
			Validators:          notNegative,
		},
		"cooldown_period": schema.Int32Attribute{
			Optional: true,
			MarkdownDescription: "Seconds after the last activity before KEDA scales to zero, or to `idle_replica_count`; 0 or more. " +
				"Scaling down to other counts is the HPA's, see `advanced`. Default: `300`.",
			Validators: notNegative,
		},
		"idle_replica_count": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Replicas while no trigger is active; 0 or more, and less than `min_replica_count`, which it then needs. Default: `min_replica_count`.",
			Validators:          notNegative,
		},
		"min_replica_count": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Least number of replicas; 0 (scale to zero) or more, and at most `max_replica_count`. Default: `0`.",
			Validators:          notNegative,
		},
		"max_replica_count": schema.Int32Attribute{
			Optional:            true,
			MarkdownDescription: "Largest number of replicas; 1 or more. Default: `100`.",
			Validators:          positive,
		},
		"advanced": advancedSchema(),
		"fallback": fallbackSchema(),
		"triggers": triggersSchema(),
	}
}

func scaleTargetRefSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Required: true,
		MarkdownDescription: "Workload to scale, in the namespace of this object: a Deployment, a StatefulSet or any other kind with the subresource `/scale`. " +
			"Make it first: KEDA does not wait for it to appear.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the workload.",
				Validators:          notEmpty,
			},
			"api_version": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "API version of the workload's kind. Default: `apps/v1`.",
			},
			"kind": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Kind of the workload. Default: `Deployment`.",
			},
			"env_source_container_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Container whose environment variables the parameters named `...FromEnv` of the triggers mean. Default: the first container.",
			},
		},
	}
}

func fallbackSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How many replicas to have while KEDA cannot read a metric. " +
			"It takes effect for triggers whose `metric_type` is `AverageValue`, with `Value` only while a replica is ready, and never for `cpu` and `memory`. " +
			"While it applies, the condition `Ready` stays `True` and `Fallback` is `True`. Default: none; the workload stays as it is.",
		Attributes: map[string]schema.Attribute{
			"failure_threshold": schema.Int32Attribute{
				Required:            true,
				MarkdownDescription: "Failures in a row after which the fallback applies; 0 or more.",
				Validators:          notNegative,
			},
			"replicas": schema.Int32Attribute{
				Required:            true,
				MarkdownDescription: "Replicas to have then; 0 or more.",
				Validators:          notNegative,
			},
			"behavior": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "`static` (have `replicas`), `currentReplicas` (stay), `currentReplicasIfHigher` or `currentReplicasIfLower` (stay if that is more or fewer than `replicas`), " +
					"or `scalingModifiers` (the formula decides, with `nil` for the metric that failed). Default: `static`.",
				Validators: []validator.String{stringvalidator.OneOf(
					"static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower", fallbackScalingModifiers,
				)},
			},
		},
	}
}
