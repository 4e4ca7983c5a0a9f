package keda

import (
	"context"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// checkScaledObject finds what KEDA, Kubernetes or the HPA would refuse or
// ignore. Triggers' metadata is looked at only at plan, when it is known what
// the provider's trigger_validation says.
func checkScaledObject(_ context.Context, request objectresource.CheckRequest[ScaledObjectModel]) []objectresource.Problem {
	f := &findings{unknown: request.Unknown}
	model := &request.Model

	for _, rule := range scaledObjectRules {
		rule(f, model)
	}

	sources := make([]EventSource, 0, len(model.Triggers))
	for _, trigger := range model.Triggers {
		sources = append(sources, trigger.EventSource)
	}

	checkTriggerNames(f, sources)

	for index, trigger := range model.Triggers {
		known, ok := f.catalogueTrigger(index, trigger.EventSource)
		if !ok {
			continue
		}

		known.MetricType = valueOr(trigger.MetricType, "")
		known.MetricTypeUnknown = !f.known(triggerAt(index).AtName("metric_type"))
		// With a formula the HPA gets the formula's target, not the triggers'.
		known.MetricSource = model.modifiers() != nil || !f.settled(at("advanced.scaling_modifiers"))
		checkCatalogue(f, index, known, request.TriggerValidation)
	}

	return f.problems
}
