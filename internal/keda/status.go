package keda

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// ScalingStatus is what KEDA says of a ScaledObject or a ScaledJob.
type ScalingStatus struct {
	Ready               *bool             `tfsdk:"ready"                 json:"-"`
	Active              *bool             `tfsdk:"active"                json:"-"`
	ExternalMetricNames []string          `tfsdk:"external_metric_names" json:"-"`
	Conditions          []StatusCondition `tfsdk:"conditions"            json:"-"`
}

// StatusCondition is one of status.conditions.
type StatusCondition struct {
	Type    string `tfsdk:"type"    json:"-"`
	Status  string `tfsdk:"status"  json:"-"`
	Reason  string `tfsdk:"reason"  json:"-"`
	Message string `tfsdk:"message" json:"-"`
}

// waitSchema is the attribute that lets an apply go on without KEDA.
func waitSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"wait_for_ready": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether an apply waits until KEDA has read the metrics, and fails with the cause when it cannot. " +
				"`false` is for clusters in which KEDA is installed later. Default: `true`.",
		},
	}
}

func scalingStatusSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ready": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether KEDA's condition `Ready` was `True` when last read.",
		},
		"active": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether KEDA's condition `Active` was `True` when last read: a trigger asked for work.",
		},
		"external_metric_names": schema.ListAttribute{
			Computed:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Names of the triggers' metrics in the external metrics API.",
		},
		"conditions": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "KEDA's conditions (`status.conditions`) when last read.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"type": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Type, such as `Ready`, `Active`, `Fallback` or `Paused`.",
				},
				"status": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "`True`, `False` or `Unknown`.",
				},
				"reason": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "KEDA's reason in one word.",
				},
				"message": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "KEDA's reason in a sentence.",
				},
			}},
		},
	}
}

func (s *ScalingStatus) observe(live *unstructured.Unstructured) {
	*s = ScalingStatus{}
	s.ExternalMetricNames, _, _ = unstructured.NestedStringSlice(live.Object, "status", "externalMetricNames")

	for _, condition := range kube.Conditions(live) {
		s.Conditions = append(s.Conditions, StatusCondition(condition))

		holds := condition.Status == "True"

		switch condition.Type {
		case "Ready":
			s.Ready = &holds
		case "Active":
			s.Active = &holds
		}
	}
}
