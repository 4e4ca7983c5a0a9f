package keda

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/keda/scalers"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// resourceTriggers are those that the HPA reads without KEDA.
var resourceTriggers = []string{"cpu", "memory"}

// triggerAt returns the path of one trigger.
func triggerAt(index int) path.Path {
	return path.Root("triggers").AtListIndex(index)
}

// triggersKnown reports whether it is known how many triggers there are, and
// the given attributes of each.
func (f *findings) triggersKnown(count int, attributes ...string) bool {
	if !f.settled(path.Root("triggers")) {
		return false
	}

	for index := range count {
		for _, attribute := range attributes {
			if !f.known(triggerAt(index).AtName(attribute)) {
				return false
			}
		}
	}

	return true
}

// checkTriggerNames is ValidateTriggers
// (apis/keda/v1alpha1/scaletriggers_types.go), as far as it is about names.
func checkTriggerNames(f *findings, triggers []EventSource) {
	first := map[string]int{}

	for index, trigger := range triggers {
		name := string(valueOr(trigger.Name, ""))
		if name == "" || !f.known(triggerAt(index).AtName("name")) {
			continue
		}

		if earlier, taken := first[name]; taken {
			f.fail(triggerAt(index).AtName("name"), "Two triggers of one name",
				"%q is the name of trigger %d too, counted from 0. Names of triggers must be unique.", name, earlier)
		} else {
			first[name] = index
		}
	}
}

// catalogueTrigger returns what the catalogue of scalers gets to know of a
// trigger, and false if that is not even its type.
func (f *findings) catalogueTrigger(index int, source EventSource) (scalers.Trigger, bool) {
	where := triggerAt(index)
	if !f.settled(where) || !f.known(where.AtName("type")) {
		return scalers.Trigger{}, false
	}

	trigger := scalers.Trigger{
		Type:             source.Type,
		Metadata:         map[string]string{},
		Unknown:          map[string]bool{},
		MetadataUnknown:  !f.settled(where.AtName("metadata")),
		Authentication:   source.AuthenticationRef != nil || !f.settled(where.AtName("authentication_ref")),
		UseCachedMetrics: bool(valueOr(source.UseCachedMetrics, false)),
	}

	for key, value := range source.Metadata {
		if f.known(where.AtName("metadata").AtMapKey(key)) {
			trigger.Metadata[key] = value
		} else {
			trigger.Unknown[key] = true
		}
	}

	return trigger, true
}

// checkCatalogue reports what the catalogue of scalers finds wrong with a
// trigger. Mistakes in type and metadata are reported as the provider's
// trigger_validation says; the other fields are KEDA's API and do not depend on
// its version's scalers.
func checkCatalogue(f *findings, index int, trigger scalers.Trigger, validation settings.TriggerValidation) {
	for _, problem := range scalers.Check(trigger) {
		where := triggerAt(index)
		warning := problem.Severity == scalers.Warning

		switch problem.Path.Field {
		case scalers.FieldMetricType:
			where = where.AtName("metric_type")
		case scalers.FieldUseCachedMetrics:
			where = where.AtName("use_cached_metrics")
		default:
			if !slices.Contains([]settings.TriggerValidation{settings.TriggerValidationError, settings.TriggerValidationWarn}, validation) {
				continue
			}

			where = catalogueAttribute(where, problem.Path)
			warning = warning || validation == settings.TriggerValidationWarn
		}

		if warning {
			f.warn(where, problem.Summary, "%s", problem.Detail)
		} else {
			f.fail(where, problem.Summary, "%s", problem.Detail)
		}
	}
}

func catalogueAttribute(trigger path.Path, problem scalers.Path) path.Path {
	switch {
	case problem.Field == scalers.FieldType:
		return trigger.AtName("type")
	case problem.Field == scalers.FieldAuthenticationRef:
		return trigger.AtName("authentication_ref")
	case problem.Key != "":
		return trigger.AtName("metadata").AtMapKey(problem.Key)
	}

	return trigger.AtName("metadata")
}
