package keda

// ScaledJobSpec is the spec of a ScaledJob of KEDA 2.21
// (apis/keda/v1alpha1/scaledjob_types.go). A field is a pointer where KEDA
// tells unset from the zero value.
type ScaledJobSpec struct {
	JobTargetRef               *JobTargetRef    `tfsdk:"job_target_ref"                json:"jobTargetRef,omitempty"`
	PollingInterval            *int32           `tfsdk:"polling_interval"              json:"pollingInterval,omitempty"`
	SuccessfulJobsHistoryLimit *int32           `tfsdk:"successful_jobs_history_limit" json:"successfulJobsHistoryLimit,omitempty"`
	FailedJobsHistoryLimit     *int32           `tfsdk:"failed_jobs_history_limit"     json:"failedJobsHistoryLimit,omitempty"`
	RolloutStrategy            *string          `tfsdk:"rollout_strategy"              json:"rolloutStrategy,omitempty"`
	Rollout                    *Rollout         `tfsdk:"rollout"                       json:"rollout,omitempty"`
	EnvSourceContainerName     *string          `tfsdk:"env_source_container_name"     json:"envSourceContainerName,omitempty"`
	MinReplicaCount            *int32           `tfsdk:"min_replica_count"             json:"minReplicaCount,omitempty"`
	MaxReplicaCount            *int32           `tfsdk:"max_replica_count"             json:"maxReplicaCount,omitempty"`
	ScalingStrategy            *ScalingStrategy `tfsdk:"scaling_strategy"              json:"scalingStrategy,omitempty"`
	Triggers                   []EventSource    `tfsdk:"triggers"                      json:"triggers,omitempty"`
}

// Rollout is what becomes of running Jobs when a ScaledJob changes.
type Rollout struct {
	Strategy          *string `tfsdk:"strategy"           json:"strategy,omitempty"`
	PropagationPolicy *string `tfsdk:"propagation_policy" json:"propagationPolicy,omitempty"`
}

// ScalingStrategy is how KEDA computes the number of Jobs to make.
type ScalingStrategy struct {
	Strategy                          *string  `tfsdk:"strategy"                              json:"strategy,omitempty"`
	CustomScalingQueueLengthDeduction *int32   `tfsdk:"custom_scaling_queue_length_deduction" json:"customScalingQueueLengthDeduction,omitempty"`
	CustomScalingRunningJobPercentage *string  `tfsdk:"custom_scaling_running_job_percentage" json:"customScalingRunningJobPercentage,omitempty"`
	PendingPodConditions              []string `tfsdk:"pending_pod_conditions"                json:"pendingPodConditions,omitempty"`
	MultipleScalersCalculation        *string  `tfsdk:"multiple_scalers_calculation"          json:"multipleScalersCalculation,omitempty"`
}

// JobTargetRef is the Job that a ScaledJob makes (batch/v1 JobSpec).
type JobTargetRef struct {
	Template                PodTemplate       `tfsdk:"template"                   json:"template"`
	Parallelism             *int32            `tfsdk:"parallelism"                json:"parallelism,omitempty"`
	Completions             *int32            `tfsdk:"completions"                json:"completions,omitempty"`
	CompletionMode          *string           `tfsdk:"completion_mode"            json:"completionMode,omitempty"`
	ActiveDeadlineSeconds   *int64            `tfsdk:"active_deadline_seconds"    json:"activeDeadlineSeconds,omitempty"`
	BackoffLimit            *int32            `tfsdk:"backoff_limit"              json:"backoffLimit,omitempty"`
	BackoffLimitPerIndex    *int32            `tfsdk:"backoff_limit_per_index"    json:"backoffLimitPerIndex,omitempty"`
	MaxFailedIndexes        *int32            `tfsdk:"max_failed_indexes"         json:"maxFailedIndexes,omitempty"`
	TTLSecondsAfterFinished *int32            `tfsdk:"ttl_seconds_after_finished" json:"ttlSecondsAfterFinished,omitempty"`
	Suspend                 *bool             `tfsdk:"suspend"                    json:"suspend,omitempty"`
	ManagedBy               *string           `tfsdk:"managed_by"                 json:"managedBy,omitempty"`
	PodReplacementPolicy    *string           `tfsdk:"pod_replacement_policy"     json:"podReplacementPolicy,omitempty"`
	PodFailurePolicy        *PodFailurePolicy `tfsdk:"pod_failure_policy"         json:"podFailurePolicy,omitempty"`
	SuccessPolicy           *SuccessPolicy    `tfsdk:"success_policy"             json:"successPolicy,omitempty"`
}

// PodFailurePolicy is what a Job does about pods that fail.
type PodFailurePolicy struct {
	Rules []PodFailureRule `tfsdk:"rules" json:"rules"`
}

// PodFailureRule is what a Job does about one way in which its pods fail.
type PodFailureRule struct {
	Action          string         `tfsdk:"action"            json:"action"`
	OnExitCodes     *OnExitCodes   `tfsdk:"on_exit_codes"     json:"onExitCodes,omitempty"`
	OnPodConditions []PodCondition `tfsdk:"on_pod_conditions" json:"onPodConditions,omitempty"`
}

// OnExitCodes selects pods by the exit codes of their containers.
type OnExitCodes struct {
	ContainerName *string `tfsdk:"container_name" json:"containerName,omitempty"`
	Operator      string  `tfsdk:"operator"       json:"operator"`
	Values        []int32 `tfsdk:"values"         json:"values"`
}

// PodCondition selects pods by one of their conditions.
type PodCondition struct {
	Type   string  `tfsdk:"type"   json:"type"`
	Status *string `tfsdk:"status" json:"status,omitempty"`
}

// SuccessPolicy is when an indexed Job counts as succeeded before all of its
// pods have.
type SuccessPolicy struct {
	Rules []SuccessRule `tfsdk:"rules" json:"rules"`
}

// SuccessRule is a set of indexes that have to succeed.
type SuccessRule struct {
	SucceededIndexes *string `tfsdk:"succeeded_indexes" json:"succeededIndexes,omitempty"`
	SucceededCount   *int32  `tfsdk:"succeeded_count"   json:"succeededCount,omitempty"`
}
