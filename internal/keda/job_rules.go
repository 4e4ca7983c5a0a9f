package keda

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// checkPodTemplate applies rules of batch/v1 that count when KEDA makes a Job.
func checkPodTemplate(f *findings, m *ScaledJobModel) {
	where := at("job_target_ref.template")
	if m.JobTargetRef == nil || !f.known(where) {
		return
	}

	template, err := m.JobTargetRef.Template.decode()
	if err != nil {
		f.fail(where, "Invalid pod template", "This is not the template of a pod: %s.", err)

		return
	}

	if len(template.Spec.Containers) == 0 {
		f.fail(where, "Pod template without a container", "The template has no spec.containers, and Kubernetes refuses a Job without a container.")
	}

	allowed := []corev1.RestartPolicy{"", corev1.RestartPolicyNever, corev1.RestartPolicyOnFailure}
	if !slices.Contains(allowed, template.Spec.RestartPolicy) {
		f.fail(where, "Restart policy that no Job can have",
			"spec.restartPolicy is %q, and a Job's pods can have Never or OnFailure. KEDA sets OnFailure if it is missing.", template.Spec.RestartPolicy)
	}

	if policy := m.JobTargetRef.PodFailurePolicy; policy != nil && template.Spec.RestartPolicy != corev1.RestartPolicyNever {
		f.fail(at("job_target_ref.pod_failure_policy"), "Failure policy for pods that restart",
			"pod_failure_policy needs spec.restartPolicy Never in the template, where it is %q; KEDA sets OnFailure if it is missing.", template.Spec.RestartPolicy)
	}
}

// checkIndexedJob applies rules of batch/v1 about Jobs whose pods have indexes.
func checkIndexedJob(f *findings, m *ScaledJobModel) {
	job := m.JobTargetRef
	if job == nil || !f.known(at("job_target_ref.completion_mode")) {
		return
	}

	indexed := valueOr(job.CompletionMode, "") == completionModeIndexed
	if indexed && job.Completions == nil && f.known(at("job_target_ref.completions")) {
		f.fail(at("job_target_ref.completion_mode"), "Indexed Job without a number of completions", "The completion_mode Indexed needs completions: the number of indexes.")
	}

	const why = "It needs completion_mode Indexed, because it counts failures or successes of indexes."
	if !indexed && job.BackoffLimitPerIndex != nil {
		f.fail(at("job_target_ref.backoff_limit_per_index"), "Limit for indexes of a Job without indexes", why)
	}

	if !indexed && job.SuccessPolicy != nil {
		f.fail(at("job_target_ref.success_policy"), "Success policy of a Job without indexes", why)
	}

	if job.MaxFailedIndexes != nil && job.BackoffLimitPerIndex == nil && f.known(at("job_target_ref.backoff_limit_per_index")) {
		f.fail(at("job_target_ref.max_failed_indexes"), "Limit for failed indexes without a limit for each",
			"max_failed_indexes needs backoff_limit_per_index: without it no index fails by itself.")
	}

	checkSuccessRules(f, job)
}

func checkSuccessRules(f *findings, job *JobTargetRef) {
	if job.SuccessPolicy == nil {
		return
	}

	for index, rule := range job.SuccessPolicy.Rules {
		where := at("job_target_ref.success_policy.rules").AtListIndex(index)
		if rule.SucceededCount == nil && rule.SucceededIndexes == nil && f.known(where) {
			f.fail(where, "Empty rule of a success policy", "A rule needs succeeded_indexes, succeeded_count or both.")
		}
	}
}

// checkPodFailurePolicy applies rules of batch/v1 about a Job's failure policy.
func checkPodFailurePolicy(f *findings, m *ScaledJobModel) {
	job := m.JobTargetRef
	if job == nil || job.PodFailurePolicy == nil {
		return
	}

	replacement := at("job_target_ref.pod_replacement_policy")
	if job.PodReplacementPolicy != nil && *job.PodReplacementPolicy != podReplacementFailed && f.known(replacement) {
		f.fail(replacement, "Replacement policy against the failure policy",
			"With pod_failure_policy Kubernetes replaces a pod only once it has failed, so this can only be %q; it is %q.", podReplacementFailed, *job.PodReplacementPolicy)
	}

	for index, rule := range job.PodFailurePolicy.Rules {
		checkPodFailureRule(f, index, rule, job)
	}
}

func checkPodFailureRule(f *findings, index int, rule PodFailureRule, job *JobTargetRef) {
	where := at("job_target_ref.pod_failure_policy.rules").AtListIndex(index)
	if !f.known(where) {
		return
	}

	if (rule.OnExitCodes == nil) == (len(rule.OnPodConditions) == 0) {
		f.fail(where, "Rule of a failure policy without one subject", "A rule needs exactly one of on_exit_codes and on_pod_conditions.")
	}

	if rule.Action == podFailureFailIndex && job.BackoffLimitPerIndex == nil && f.known(at("job_target_ref.backoff_limit_per_index")) {
		f.fail(where.AtName("action"), "Action of a Job whose indexes cannot fail", "FailIndex needs backoff_limit_per_index.")
	}

	if rule.OnExitCodes == nil {
		return
	}

	values := where.AtName("on_exit_codes").AtName("values")
	if !slices.IsSorted(rule.OnExitCodes.Values) {
		f.fail(values, "Exit codes out of order", "Kubernetes takes exit codes in ascending order alone, and they are %v.", rule.OnExitCodes.Values)
	}

	if rule.OnExitCodes.Operator == "In" && slices.Contains(rule.OnExitCodes.Values, 0) {
		f.fail(values, "Exit code of success", "0 means success, so a failed pod never has it. Remove it.")
	}
}
