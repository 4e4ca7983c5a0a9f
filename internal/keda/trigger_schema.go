package keda

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The kinds that a trigger's authenticationRef can name.
const (
	kindTriggerAuthentication        = "TriggerAuthentication"
	kindClusterTriggerAuthentication = "ClusterTriggerAuthentication"
)

// eventSourcesSchema is the attribute triggers of a ScaledJob.
func eventSourcesSchema() schema.Attribute {
	return triggerList(eventSourceAttributes())
}

// triggersSchema is the attribute triggers of a ScaledObject.
func triggersSchema() schema.Attribute {
	attributes := eventSourceAttributes()
	attributes["metric_type"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Type of the metric's target in the HPA: `AverageValue` (the target is per replica), `Value` (the target is for all replicas together) " +
			"or, for the triggers `cpu` and `memory` alone, `Utilization` (percent of the request). " +
			"The triggers `cpu` and `memory` need it, as `Utilization` or `AverageValue`. Default: `AverageValue`.",
		Validators: []validator.String{stringvalidator.OneOf("AverageValue", "Value", "Utilization")},
	}

	return triggerList(attributes)
}

func triggerList(attributes map[string]schema.Attribute) schema.Attribute {
	return schema.ListNestedAttribute{
		Required:            true,
		MarkdownDescription: "What to scale by, one or more. The largest demand of any of them counts.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}

func eventSourceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"type": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Scaler, such as `aws-sqs-queue`, `prometheus` or `cron`; see [KEDA's scalers](https://keda.sh/docs/2.21/scalers/).",
			Validators:          notEmpty,
		},
		"name": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Name, unique among the triggers. A scaling modifier's formula uses it. Default: none.",
		},
		"metadata": schema.MapAttribute{
			Required:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Parameters of the scaler, each as a string, by KEDA's own names, such as `queueURL`. " +
				"The provider checks names and values against KEDA 2.21 at plan; its `trigger_validation` says what becomes of a mistake. " +
				"Secrets do not belong here: use `authentication_ref`.",
		},
		"use_cached_metrics": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether the HPA gets the value that KEDA read at the last `polling_interval`, in place of a value read at each of the HPA's own requests (every 15 seconds). " +
				"Not for `cpu`, `memory` and `cron`. Default: `false`.",
		},
		"authentication_ref": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Object that says how KEDA signs in to the source. Default: none, so the parameters in `metadata` have to suffice.",
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the object. A `TriggerAuthentication` is looked for in the namespace of this object.",
					Validators:          notEmpty,
				},
				"kind": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "`TriggerAuthentication` or `ClusterTriggerAuthentication`. Default: `TriggerAuthentication`.",
					Validators:          []validator.String{stringvalidator.OneOf(kindTriggerAuthentication, kindClusterTriggerAuthentication)},
				},
			},
		},
	}
}
