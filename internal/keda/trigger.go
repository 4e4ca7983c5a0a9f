package keda

// EventSource is one entry of the triggers of a ScaledJob, and what the
// triggers of a ScaledObject have in common with it (KEDA's ScaleTriggers in
// apis/keda/v1alpha1/scaletriggers_types.go).
type EventSource struct {
	Type              string             `tfsdk:"type"               json:"type"`
	Name              *Text              `tfsdk:"name" json:"name,omitzero"`
	Metadata          map[string]string  `tfsdk:"metadata"           json:"metadata"`
	UseCachedMetrics  *Flag              `tfsdk:"use_cached_metrics" json:"useCachedMetrics,omitzero"`
	AuthenticationRef *AuthenticationRef `tfsdk:"authentication_ref" json:"authenticationRef,omitempty"`
}

// Trigger is one entry of the triggers of a ScaledObject. Only there the metric
// type counts: it is the type of the target in the HPA.
type Trigger struct {
	EventSource

	MetricType *string `tfsdk:"metric_type" json:"metricType,omitempty"`
}

// AuthenticationRef names the object that says how KEDA signs in to the source
// of a trigger.
type AuthenticationRef struct {
	Name string  `tfsdk:"name" json:"name"`
	Kind *string `tfsdk:"kind" json:"kind,omitempty"`
}
