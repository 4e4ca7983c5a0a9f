package keda

// ScaledObjectSpec is the spec of a ScaledObject of KEDA 2.21
// (apis/keda/v1alpha1/scaledobject_types.go). A field is a pointer where KEDA
// tells unset from the zero value.
type ScaledObjectSpec struct {
	ScaleTargetRef        *ScaleTargetRef       `tfsdk:"scale_target_ref"        json:"scaleTargetRef,omitempty"`
	PollingInterval       *int32                `tfsdk:"polling_interval"        json:"pollingInterval,omitempty"`
	InitialCooldownPeriod *int32                `tfsdk:"initial_cooldown_period" json:"initialCooldownPeriod,omitempty"`
	CooldownPeriod        *int32                `tfsdk:"cooldown_period"         json:"cooldownPeriod,omitempty"`
	IdleReplicaCount      *int32                `tfsdk:"idle_replica_count"      json:"idleReplicaCount,omitempty"`
	MinReplicaCount       *int32                `tfsdk:"min_replica_count"       json:"minReplicaCount,omitempty"`
	MaxReplicaCount       *int32                `tfsdk:"max_replica_count"       json:"maxReplicaCount,omitempty"`
	Advanced              *ScaledObjectAdvanced `tfsdk:"advanced"                json:"advanced,omitempty"`
	Fallback              *Fallback             `tfsdk:"fallback"                json:"fallback,omitempty"`
	Triggers              []Trigger             `tfsdk:"triggers"                json:"triggers,omitempty"`
}

// ScaleTargetRef names the workload that a ScaledObject scales.
type ScaleTargetRef struct {
	Name                   string  `tfsdk:"name"                      json:"name"`
	APIVersion             *string `tfsdk:"api_version"               json:"apiVersion,omitempty"`
	Kind                   *string `tfsdk:"kind"                      json:"kind,omitempty"`
	EnvSourceContainerName *string `tfsdk:"env_source_container_name" json:"envSourceContainerName,omitempty"`
}

// Fallback is how many replicas there are while KEDA cannot read a metric.
type Fallback struct {
	FailureThreshold int32   `tfsdk:"failure_threshold" json:"failureThreshold"`
	Replicas         int32   `tfsdk:"replicas"          json:"replicas"`
	Behavior         *string `tfsdk:"behavior"          json:"behavior,omitempty"`
}

// ScaledObjectAdvanced is the advanced part of a ScaledObject's spec.
type ScaledObjectAdvanced struct {
	RestoreToOriginalReplicaCount *bool             `tfsdk:"restore_to_original_replica_count" json:"restoreToOriginalReplicaCount,omitempty"`
	HorizontalPodAutoscalerConfig *HPAConfig        `tfsdk:"horizontal_pod_autoscaler_config"  json:"horizontalPodAutoscalerConfig,omitempty"`
	ScalingModifiers              *ScalingModifiers `tfsdk:"scaling_modifiers"                 json:"scalingModifiers,omitempty"`
}

// ScalingModifiers is a formula that makes one metric of those of the triggers.
type ScalingModifiers struct {
	Formula          string  `tfsdk:"formula"           json:"formula"`
	Target           string  `tfsdk:"target"            json:"target"`
	ActivationTarget *string `tfsdk:"activation_target" json:"activationTarget,omitempty"`
	MetricType       *string `tfsdk:"metric_type"       json:"metricType,omitempty"`
}

// HPAConfig is what a ScaledObject sets of the HorizontalPodAutoscaler that
// KEDA makes.
type HPAConfig struct {
	Name     *string      `tfsdk:"name"     json:"name,omitempty"`
	Behavior *HPABehavior `tfsdk:"behavior" json:"behavior,omitempty"`
}

// HPABehavior is how fast an HPA scales (autoscaling/v2).
type HPABehavior struct {
	ScaleUp   *HPAScalingRules `tfsdk:"scale_up"   json:"scaleUp,omitempty"`
	ScaleDown *HPAScalingRules `tfsdk:"scale_down" json:"scaleDown,omitempty"`
}

// HPAScalingRules is how fast an HPA scales in one direction.
type HPAScalingRules struct {
	StabilizationWindowSeconds *int32             `tfsdk:"stabilization_window_seconds" json:"stabilizationWindowSeconds,omitempty"`
	SelectPolicy               *string            `tfsdk:"select_policy"                json:"selectPolicy,omitempty"`
	Policies                   []HPAScalingPolicy `tfsdk:"policies"                     json:"policies,omitempty"`
	// Tolerance is a Kubernetes quantity: the API server takes it as text or as
	// a whole number, and text can say both.
	Tolerance *Quantity `tfsdk:"tolerance" json:"tolerance,omitempty"`
}

// HPAScalingPolicy is the most that an HPA changes in one period.
type HPAScalingPolicy struct {
	Type          string `tfsdk:"type"           json:"type"`
	Value         int32  `tfsdk:"value"          json:"value"`
	PeriodSeconds int32  `tfsdk:"period_seconds" json:"periodSeconds"`
}
