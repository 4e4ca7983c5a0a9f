package keda

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Values of the Job's fields that rules look at.
const (
	completionModeIndexed  = "Indexed"
	podFailureFailIndex    = "FailIndex"
	podReplacementFailed   = "Failed"
	podReplacementTerminal = "TerminatingOrFailed"
)

func jobTargetRefSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Required: true,
		MarkdownDescription: "The Job that KEDA makes (`spec` of a Job of `batch/v1`). " +
			"It has no `selector` and no `manual_selector`, because Jobs of one selector would take each other's pods for their own.",
		Attributes: map[string]schema.Attribute{
			"template": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Pod template (`metadata` and `spec` of a pod), as YAML or JSON: use `yamlencode` or `jsonencode`. " +
					"Formatting and the order of keys do not count. " +
					"`spec.restartPolicy` is `OnFailure`, which KEDA sets if it is missing, or `Never`.",
				PlanModifiers: []planmodifier.String{samePodTemplate{}},
			},
			"parallelism": schema.Int32Attribute{
				Optional:            true,
				MarkdownDescription: "Pods of one Job that run at a time; 0 or more. Default: `1`.",
				Validators:          notNegative,
			},
			"completions": schema.Int32Attribute{
				Optional:            true,
				MarkdownDescription: "Pods of one Job that have to succeed; 0 or more. Default: `1`.",
				Validators:          notNegative,
			},
			"completion_mode": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "`NonIndexed`, or `Indexed` (each pod has an index of its own). Default: `NonIndexed`.",
				Validators:          []validator.String{stringvalidator.OneOf("NonIndexed", completionModeIndexed)},
			},
			"active_deadline_seconds": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Seconds from a Job's start after which it fails; 1 or more. Default: no limit.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"backoff_limit": schema.Int32Attribute{
				Optional:            true,
				MarkdownDescription: "Failures of pods after which a Job fails; 0 or more. Default: `6`.",
				Validators:          notNegative,
			},
			"backoff_limit_per_index": schema.Int32Attribute{
				Optional:            true,
				MarkdownDescription: "Failures after which one index fails; 0 or more. Needs `completion_mode` `Indexed`. Default: none.",
				Validators:          notNegative,
			},
			"max_failed_indexes": schema.Int32Attribute{
				Optional:            true,
				MarkdownDescription: "Failed indexes after which a Job fails; 0 or more. Needs `backoff_limit_per_index`. Default: no limit.",
				Validators:          notNegative,
			},
			"ttl_seconds_after_finished": schema.Int32Attribute{
				Optional: true,
				MarkdownDescription: "Seconds after which Kubernetes deletes a finished Job; 0 or more. " +
					"KEDA's history limits delete it too. Default: never.",
				Validators: notNegative,
			},
			"suspend": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether a Job waits, once made, until something else sets this to `false`. Default: `false`.",
			},
			"managed_by": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Controller that runs the Job, as a name with a domain prefix. Default: `kubernetes.io/job-controller`.",
			},
			"pod_replacement_policy": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "When a pod is replaced: `TerminatingOrFailed`, or `Failed` (only once it is gone). " +
					"Default: `TerminatingOrFailed`, or `Failed` with `pod_failure_policy`.",
				Validators: []validator.String{stringvalidator.OneOf(podReplacementTerminal, podReplacementFailed)},
			},
			"pod_failure_policy": podFailurePolicySchema(),
			"success_policy":     successPolicySchema(),
		},
	}
}

func podFailurePolicySchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "What to do about pods that fail. Needs `restartPolicy` `Never` in the template. Default: count each against `backoff_limit`.",
		Attributes: map[string]schema.Attribute{
			"rules": schema.ListNestedAttribute{
				Required:            true,
				MarkdownDescription: "Rules, 1 to 20, of which the first that fits counts.",
				Validators:          []validator.List{listvalidator.SizeBetween(1, 20)},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"action": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "`FailJob`, `FailIndex` (needs `backoff_limit_per_index`), `Ignore` or `Count`.",
						Validators:          []validator.String{stringvalidator.OneOf("FailJob", podFailureFailIndex, "Ignore", "Count")},
					},
					"on_exit_codes": schema.SingleNestedAttribute{
						Optional:            true,
						MarkdownDescription: "The rule is about exit codes. Exactly one of this and `on_pod_conditions`. Default: none.",
						Attributes: map[string]schema.Attribute{
							"container_name": schema.StringAttribute{
								Optional:            true,
								MarkdownDescription: "Container. Default: all containers.",
							},
							"operator": schema.StringAttribute{
								Required:            true,
								MarkdownDescription: "`In` or `NotIn` `values`.",
								Validators:          []validator.String{stringvalidator.OneOf("In", "NotIn")},
							},
							"values": schema.ListAttribute{
								Required:            true,
								ElementType:         types.Int32Type,
								MarkdownDescription: "Exit codes, 1 to 255 of them, in ascending order, without 0 for the operator `In`.",
								Validators:          []validator.List{listvalidator.SizeBetween(1, 255), listvalidator.UniqueValues()},
							},
						},
					},
					"on_pod_conditions": schema.ListNestedAttribute{
						Optional:            true,
						MarkdownDescription: "The rule is about conditions of the pod, any of them; at most 20. Default: none.",
						Validators:          []validator.List{listvalidator.SizeBetween(1, 20)},
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"type": schema.StringAttribute{
								Required:            true,
								MarkdownDescription: "Condition, such as `DisruptionTarget`.",
								Validators:          notEmpty,
							},
							"status": schema.StringAttribute{
								Optional:            true,
								MarkdownDescription: "`True`, `False` or `Unknown`. Default: `True`.",
								Validators:          []validator.String{stringvalidator.OneOf("True", "False", "Unknown")},
							},
						}},
					},
				}},
			},
		},
	}
}

func successPolicySchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "When a Job counts as succeeded before all of its pods have. Needs `completion_mode` `Indexed`. Default: when all have.",
		Attributes: map[string]schema.Attribute{
			"rules": schema.ListNestedAttribute{
				Required:            true,
				MarkdownDescription: "Rules, 1 to 20, of which one has to hold.",
				Validators:          []validator.List{listvalidator.SizeBetween(1, 20)},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"succeeded_indexes": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Indexes, such as `0,2-4`. Default: all.",
					},
					"succeeded_count": schema.Int32Attribute{
						Optional:            true,
						MarkdownDescription: "How many of the indexes have to succeed; 1 or more. Default: all.",
						Validators:          positive,
					},
				}},
			},
		},
	}
}
