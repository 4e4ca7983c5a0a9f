package keda

import (
	"context"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// scaledJobRules are the rules that hold whatever the triggers' metadata is.
// KEDA's webhook checks little of a ScaledJob: most of this fails, or is
// ignored, only when KEDA makes a Job.
var scaledJobRules = []func(*findings, *ScaledJobModel){
	checkScaledJobName,
	checkJobCounts,
	checkScalingStrategy,
	checkRollout,
	checkPodTemplate,
	checkIndexedJob,
	checkPodFailurePolicy,
	checkScaledJobAnnotations,
}

// checkScaledJob finds what KEDA or Kubernetes would refuse or ignore.
func checkScaledJob(_ context.Context, request objectresource.CheckRequest[ScaledJobModel]) []objectresource.Problem {
	f := &findings{unknown: request.Unknown}
	model := &request.Model

	for _, rule := range scaledJobRules {
		rule(f, model)
	}

	checkTriggerNames(f, model.Triggers)

	for index, trigger := range model.Triggers {
		known, ok := f.catalogueTrigger(index, trigger)
		if !ok {
			continue
		}

		if slices.Contains(resourceTriggers, trigger.Type) {
			f.fail(triggerAt(index).AtName("type"), "Trigger that no ScaledJob can have",
				"The triggers cpu and memory need a metric type, which a ScaledJob has not, so KEDA cannot build %q. Use another trigger, or a ScaledObject.", trigger.Type)

			continue
		}

		checkCatalogue(f, index, known, request.TriggerValidation)
	}

	return f.problems
}

// checkScaledJobName applies the limit of label values: KEDA labels each Job
// with the name (pkg/scaling/executor/scale_jobs.go).
func checkScaledJobName(f *findings, m *ScaledJobModel) {
	if f.known(at("name")) && len(m.Name) > validation.LabelValueMaxLength {
		f.fail(at("name"), "Name too long", "%q has %d characters. KEDA labels the Jobs with it, and a label's value has at most %d.",
			m.Name, len(m.Name), validation.LabelValueMaxLength)
	}
}

// checkJobCounts finds a minimum that KEDA would silently lower
// (MinReplicaCount, apis/keda/v1alpha1/scaledjob_types.go).
func checkJobCounts(f *findings, m *ScaledJobModel) {
	most := valueOr(m.MaxReplicaCount, defaultMaxReplicaCount)
	if least := valueOr(m.MinReplicaCount, 0); least > most && f.known(at("min_replica_count"), at("max_replica_count")) {
		f.fail(at("min_replica_count"), "Minimum above the maximum",
			"min_replica_count is %d and max_replica_count is %d%s. Lower the one or raise the other.", least, most, byDefault(m.MaxReplicaCount == nil))
	}
}

// checkScalingStrategy finds settings that KEDA ignores, and a percentage with
// which it silently falls back to the strategy default (NewScalingStrategy,
// pkg/scaling/executor/scale_jobs.go).
func checkScalingStrategy(f *findings, m *ScaledJobModel) {
	if m.ScalingStrategy == nil || !f.known(at("scaling_strategy")) {
		return
	}

	deduction := at("scaling_strategy.custom_scaling_queue_length_deduction")
	percentage := at("scaling_strategy.custom_scaling_running_job_percentage")

	if strategy := valueOr(m.ScalingStrategy.Strategy, ""); strategy != scalingStrategyCustom {
		const why = "KEDA reads it only with the strategy custom, and the strategy is %q. Set strategy = \"custom\", or remove it."
		if m.ScalingStrategy.CustomScalingQueueLengthDeduction != nil {
			f.fail(deduction, "Setting without effect", why, strategy)
		}

		if m.ScalingStrategy.CustomScalingRunningJobPercentage != nil {
			f.fail(percentage, "Setting without effect", why, strategy)
		}

		return
	}

	text := valueOr(m.ScalingStrategy.CustomScalingRunningJobPercentage, "")
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		f.fail(percentage, "Invalid share of running Jobs",
			"%q is not a number such as 0.5. Without one KEDA does not apply the strategy custom, and uses the strategy default.", text)
	}
}

// checkRollout finds a strategy that KEDA ignores (deletePreviousVersionScaleJobs,
// controllers/keda/scaledjob_controller.go).
func checkRollout(f *findings, m *ScaledJobModel) {
	if m.Rollout == nil || m.Rollout.Strategy == nil || m.RolloutStrategy == nil || !f.known(at("rollout.strategy"), at("rollout_strategy")) {
		return
	}

	if *m.Rollout.Strategy != *m.RolloutStrategy {
		f.fail(at("rollout_strategy"), "Two rollout strategies",
			"rollout_strategy is %q and rollout.strategy is %q. KEDA follows the first, which it has deprecated: remove it.", *m.RolloutStrategy, *m.Rollout.Strategy)
	}
}
