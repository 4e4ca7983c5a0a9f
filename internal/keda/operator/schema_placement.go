package operator

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// placementAttributes say how many pods KEDA has, and on which nodes.
func placementAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"replicas": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "How many pods each of KEDA's programs has. With two operators, one works and the other takes over when the first one's node goes. " +
				"Default: the chart's, which is 1 of each.",
			Attributes: map[string]schema.Attribute{
				"operator":       replicaAttribute("operator", "operator.replicaCount"),
				"metrics_server": replicaAttribute("metrics server", "metricsServer.replicaCount"),
				"webhooks":       replicaAttribute("admission webhooks", "webhooks.replicaCount"),
			},
		},
		"node_selector": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Labels that a node must have to run KEDA's pods. Default: none. Chart: `nodeSelector`.",
			Validators:          []validator.Map{mapvalidator.SizeAtLeast(1), mapvalidator.NoNullValues()},
		},
		"tolerations": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Taints of nodes that KEDA's pods bear, as in the spec of a pod. Default: none. Chart: `tolerations`.",
			Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()},
			NestedObject:        schema.NestedAttributeObject{Attributes: tolerationAttributes()},
		},
	}
}

func replicaAttribute(program, value string) schema.Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "Number of pods of the " + program + ", at least 1. Default: the chart's. Chart: `" + value + "`.",
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
	}
}

func tolerationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"key": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Key of the taint. Default: every key, with the operator `Exists`. Kubernetes: `key`.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"operator": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "`Equal` for a taint of this value, `Exists` for one of any value. Default: `Equal`. Kubernetes: `operator`.",
			Validators:          []validator.String{stringvalidator.OneOf("Equal", "Exists")},
		},
		"value": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Value of the taint, not with `Exists`. Default: the empty value. Kubernetes: `value`.",
		},
		"effect": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Effect of the taint: `NoSchedule`, `PreferNoSchedule` or `NoExecute`. Default: every effect. Kubernetes: `effect`.",
			Validators:          []validator.String{stringvalidator.OneOf("NoSchedule", "PreferNoSchedule", "NoExecute")},
		},
		"toleration_seconds": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "How long a pod stays on a node that gets the taint, in seconds; only with the effect `NoExecute`. Default: for ever. Kubernetes: `tolerationSeconds`.",
		},
	}
}
