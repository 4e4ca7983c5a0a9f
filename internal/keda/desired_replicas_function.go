package keda

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

var _ function.Function = desiredReplicasFunction{}

// NewDesiredReplicasFunction returns the function
// provider::keda::desired_replicas.
func NewDesiredReplicasFunction() function.Function {
	return desiredReplicasFunction{}
}

type desiredReplicasFunction struct{}

func (desiredReplicasFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "desired_replicas"
}

func (desiredReplicasFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Number of replicas at which KEDA and the HorizontalPodAutoscaler settle for a metric value.",
		MarkdownDescription: "Returns the number of replicas of a ScaledObject with one trigger of metric type `AverageValue` (the default) " +
			"while its metric stays at the given value: `0` when the metric is 0 and the minimum is 0 (KEDA scales to zero); otherwise " +
			"`ceil(metric / target)`, at least `max(min, 1)` and at most `max`, which is the HorizontalPodAutoscaler's rule. " +
			"Metric and target count in thousandths. The autoscaler leaves a replica count alone while the metric is within 10 % of " +
			"`target * replicas`, so that a workload that comes from another count may rest at a neighbouring one.",
		Parameters: []function.Parameter{
			function.Float64Parameter{
				Name:                "metric",
				MarkdownDescription: "The trigger's value over all replicas, such as the number of messages in the queue: 0 or more.",
			},
			function.Float64Parameter{
				Name:                "target",
				MarkdownDescription: "The value that one replica is to handle, such as the trigger's `queueLength`, in the metric's unit: 0.001 or more.",
			},
			function.Int64Parameter{
				Name:                "min",
				MarkdownDescription: "The ScaledObject's `min_replica_count`, in replicas: from 0 to `max`.",
			},
			function.Int64Parameter{
				Name:                "max",
				MarkdownDescription: "The ScaledObject's `max_replica_count`, in replicas: from 1 to 2147483647.",
			},
		},
		Return: function.Int64Return{},
	}
}

func (desiredReplicasFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var load Load

	resp.Error = req.Arguments.Get(ctx, &load.Metric, &load.Target, &load.Min, &load.Max)
	if resp.Error != nil {
		return
	}

	replicas, err := DesiredReplicas(load)

	if loadErr, isLoadErr := errors.AsType[*LoadError](err); isLoadErr {
		position := slices.Index([]string{"Metric", "Target", "Min", "Max"}, loadErr.Field)
		resp.Error = function.NewArgumentFuncError(int64(position), loadErr.Reason)

		return
	}

	resp.Error = resp.Result.Set(ctx, replicas)
}
