package keda

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

var _ function.Function = hpaNameFunction{}

// NewHPANameFunction returns the function provider::keda::hpa_name.
func NewHPANameFunction() function.Function {
	return hpaNameFunction{}
}

type hpaNameFunction struct{}

func (hpaNameFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "hpa_name"
}

func (hpaNameFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Name of the HorizontalPodAutoscaler that KEDA makes for a ScaledObject.",
		MarkdownDescription: "Returns `keda-hpa-` followed by the ScaledObject's name: the name that KEDA gives its HorizontalPodAutoscaler " +
			"unless `advanced.horizontal_pod_autoscaler_config.name` is set. Use it for alarms and dashboards that are made in the same apply. " +
			"It is an error for a name that Kubernetes or KEDA refuses.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "scaled_object_name",
				MarkdownDescription: "Name of the ScaledObject: a DNS-1123 subdomain of 1 to 54 characters (KEDA refuses an HPA name of more than 63).",
			},
		},
		Return: function.StringReturn{},
	}
}

func (hpaNameFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var name string

	resp.Error = req.Arguments.Get(ctx, &name)
	if resp.Error != nil {
		return
	}

	hpaName, err := HPAName(name)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())

		return
	}

	resp.Error = resp.Result.Set(ctx, hpaName)
}
