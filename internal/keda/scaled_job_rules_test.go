package keda

import (
	"strings"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

type sjCase = ruleCase[ScaledJobModel]

func scaledJobProblems(model ScaledJobModel) []objectresource.Problem {
	return checkScaledJob(contractContext, objectresource.CheckRequest[ScaledJobModel]{
		Model: model, TriggerValidation: settings.TriggerValidationError,
	})
}

func withTemplate(template PodTemplate) func(*ScaledJobModel) {
	return func(m *ScaledJobModel) { m.JobTargetRef.Template = template }
}

func withStrategy(strategy ScalingStrategy) func(*ScaledJobModel) {
	return func(m *ScaledJobModel) { m.ScalingStrategy = &strategy }
}

func withFailureRule(rule PodFailureRule, changes ...func(*JobTargetRef)) func(*ScaledJobModel) {
	return func(m *ScaledJobModel) {
		m.JobTargetRef.Template = `{"spec":{"restartPolicy":"Never","containers":[{"name":"worker","image":"worker"}]}}`
		m.JobTargetRef.PodFailurePolicy = &PodFailurePolicy{Rules: []PodFailureRule{rule}}

		for _, change := range changes {
			change(m.JobTargetRef)
		}
	}
}

func indexed(job *JobTargetRef) {
	job.CompletionMode, job.Completions = new(completionModeIndexed), new(int32(3))
}

var exitCode42 = PodFailureRule{Action: "FailJob", OnExitCodes: &OnExitCodes{Operator: "In", Values: []int32{42, 43}}}

var scaledJobCases = []sjCase{
	{name: "valid", change: func(*ScaledJobModel) {}},

	{name: "name of 63 characters", change: func(m *ScaledJobModel) { m.Name = strings.Repeat("a", 63) }},
	{name: "name of 64 characters", at: "name", change: func(m *ScaledJobModel) { m.Name = strings.Repeat("a", 64) }},
	{name: "minimum is maximum", change: func(m *ScaledJobModel) { m.MinReplicaCount, m.MaxReplicaCount = new(int32(5)), new(int32(5)) }},
	{name: "minimum above maximum", at: "min_replica_count", change: func(m *ScaledJobModel) { m.MinReplicaCount, m.MaxReplicaCount = new(int32(6)), new(int32(5)) }},
	{name: "minimum above the default maximum", at: "min_replica_count", change: func(m *ScaledJobModel) { m.MinReplicaCount = new(int32(101)) }},

	{name: "custom strategy", change: withStrategy(ScalingStrategy{
		Strategy: new("custom"), CustomScalingQueueLengthDeduction: new(int32(1)), CustomScalingRunningJobPercentage: new("0.5"),
	})},
	{name: "custom strategy with a percent sign", at: "scaling_strategy.custom_scaling_running_job_percentage", change: withStrategy(ScalingStrategy{
		Strategy: new("custom"), CustomScalingRunningJobPercentage: new("50%"),
	})},
	{name: "custom strategy without percentage", at: "scaling_strategy.custom_scaling_running_job_percentage", change: withStrategy(ScalingStrategy{Strategy: new("custom")})},
	{name: "deduction of another strategy", at: "scaling_strategy.custom_scaling_queue_length_deduction", change: withStrategy(ScalingStrategy{
		Strategy: new("accurate"), CustomScalingQueueLengthDeduction: new(int32(1)),
	})},
	{name: "percentage of the default strategy", at: "scaling_strategy.custom_scaling_running_job_percentage", change: withStrategy(ScalingStrategy{
		CustomScalingRunningJobPercentage: new("0.5"),
	})},

	{name: "one rollout", change: func(m *ScaledJobModel) { m.Rollout = &Rollout{Strategy: new("gradual")} }},
	{name: "two rollouts", at: "rollout_strategy", change: func(m *ScaledJobModel) {
		m.RolloutStrategy, m.Rollout = new("immediate"), &Rollout{Strategy: new("gradual")}
	}},

	{name: "template as YAML", change: withTemplate("metadata:\n  labels:\n    app: worker\nspec:\n  restartPolicy: Never\n  containers:\n    - name: worker\n      image: worker\n")},
	{name: "template that is text", at: "job_target_ref.template", change: withTemplate("worker")},
	{name: "template with a misspelt key", at: "job_target_ref.template", change: withTemplate(`{"spec":{"container":[]}}`)},
	{name: "template with a duplicate key", at: "job_target_ref.template", change: withTemplate("spec: {}\nspec: {}\n")},
	{name: "template without containers", at: "job_target_ref.template", change: withTemplate(`{"spec":{}}`)},
	{name: "template of a server", at: "job_target_ref.template", change: withTemplate(`{"spec":{"restartPolicy":"Always","containers":[{"name":"worker","image":"worker"}]}}`)},

	{name: "indexed", change: func(m *ScaledJobModel) {
		indexed(m.JobTargetRef)
		m.JobTargetRef.BackoffLimitPerIndex, m.JobTargetRef.MaxFailedIndexes = new(int32(1)), new(int32(1))
		m.JobTargetRef.SuccessPolicy = &SuccessPolicy{Rules: []SuccessRule{{SucceededIndexes: new("0")}}}
	}},
	{name: "indexed without completions", at: "job_target_ref.completion_mode", change: func(m *ScaledJobModel) {
		m.JobTargetRef.CompletionMode = new(completionModeIndexed)
	}},
	{name: "limit per index without indexes", at: "job_target_ref.backoff_limit_per_index", change: func(m *ScaledJobModel) {
		m.JobTargetRef.BackoffLimitPerIndex = new(int32(1))
	}},
	{name: "failed indexes without a limit for each", at: "job_target_ref.max_failed_indexes", change: func(m *ScaledJobModel) {
		indexed(m.JobTargetRef)
		m.JobTargetRef.MaxFailedIndexes = new(int32(1))
	}},
	{name: "success policy without indexes", at: "job_target_ref.success_policy", change: func(m *ScaledJobModel) {
		m.JobTargetRef.SuccessPolicy = &SuccessPolicy{Rules: []SuccessRule{{SucceededCount: new(int32(1))}}}
	}},
	{name: "empty success rule", at: "job_target_ref.success_policy.rules[0]", change: func(m *ScaledJobModel) {
		indexed(m.JobTargetRef)
		m.JobTargetRef.SuccessPolicy = &SuccessPolicy{Rules: []SuccessRule{{}}}
	}},

	{name: "failure policy", change: withFailureRule(exitCode42)},
	{name: "failure policy of pods that restart", at: "job_target_ref.pod_failure_policy", change: withFailureRule(exitCode42, func(job *JobTargetRef) { job.Template = podTemplate })},
	{name: "failure rule about nothing", at: "job_target_ref.pod_failure_policy.rules[0]", change: withFailureRule(PodFailureRule{Action: "Ignore"})},
	{name: "failure rule about conditions", change: withFailureRule(PodFailureRule{Action: "Ignore", OnPodConditions: []PodCondition{{Type: "DisruptionTarget"}}})},
	{name: "failure rule about exit code 0", at: "job_target_ref.pod_failure_policy.rules[0].on_exit_codes.values", change: withFailureRule(PodFailureRule{
		Action: "FailJob", OnExitCodes: &OnExitCodes{Operator: "In", Values: []int32{0, 1}},
	})},
	{name: "failure rule out of order", at: "job_target_ref.pod_failure_policy.rules[0].on_exit_codes.values", change: withFailureRule(PodFailureRule{
		Action: "FailJob", OnExitCodes: &OnExitCodes{Operator: "NotIn", Values: []int32{2, 1}},
	})},
	{name: "failed index without a limit", at: "job_target_ref.pod_failure_policy.rules[0].action", change: withFailureRule(PodFailureRule{
		Action: podFailureFailIndex, OnExitCodes: exitCode42.OnExitCodes,
	})},
	{name: "replacement of terminating pods", at: "job_target_ref.pod_replacement_policy", change: withFailureRule(exitCode42, func(job *JobTargetRef) {
		job.PodReplacementPolicy = new(podReplacementTerminal)
	})},

	{name: "annotation of a ScaledObject", at: `annotations["autoscaling.keda.sh/paused-replicas"]`, warning: true, change: func(m *ScaledJobModel) {
		m.Annotations = map[string]string{annotationPausedReplicas: "2"}
	}},
	{name: "annotation of an attribute", at: `annotations["scaledjob.keda.sh/job-excluded-labels"]`, change: func(m *ScaledJobModel) {
		m.Annotations = map[string]string{annotationJobExcludedLabels: "app"}
	}},

	{name: "CPU", at: "triggers[0].type", change: func(m *ScaledJobModel) { m.Triggers[0] = resourceTrigger("cpu").EventSource }},
	{name: "one name twice", at: "triggers[1].name", change: func(m *ScaledJobModel) {
		m.Triggers = append(m.Triggers, workloadTrigger("cron_trig").EventSource)
	}},
	{name: "misspelt key", at: `triggers[0].metadata["timezoen"]`, change: func(m *ScaledJobModel) { m.Triggers[0].Metadata["timezoen"] = "UTC" }},
}

func TestScaledJobRules(t *testing.T) {
	t.Parallel()
	checkRules(t, scaledJobCases, scaledJob, scaledJobProblems)
}

func TestScaledJobRulesWait(t *testing.T) {
	t.Parallel()

	valid := func(changes ...func(*ScaledJobModel)) ScaledJobModel {
		model := scaledJob(changes...)
		model.Common = common(t, NewScaledJob)

		return model
	}

	checkWaiting(t, scaledJobCases, valid, NewScaledJob)
}
