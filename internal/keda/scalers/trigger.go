// Package scalers knows the scalers of KEDA: which trigger types exist, which
// parameters each reads, from where and in which format, and which
// combinations KEDA refuses. Check finds in a trigger, without a cluster, what
// KEDA would report only when it builds the scaler, or would silently ignore.
package scalers

// Trigger is one entry of a ScaledObject's or ScaledJob's triggers, as far as
// it is known.
type Trigger struct {
	Type string
	// Metadata holds the values that are known.
	Metadata map[string]string
	// Unknown holds the keys of the metadata whose values are not known yet.
	// Rules that depend on such a value are not applied.
	Unknown map[string]bool
	// MetadataUnknown says that not even the keys of the metadata are known.
	MetadataUnknown bool
	// Authentication says that the trigger has, or may turn out to have, an
	// authenticationRef, which may provide any parameter that KEDA reads from there.
	Authentication bool
	// MetricType is the trigger's metricType, empty if it is not set.
	MetricType        string
	MetricTypeUnknown bool
	UseCachedMetrics  bool
	// MetricSource says that the trigger feeds a scaling modifier's formula,
	// so that KEDA does not hand the trigger's own target to the HPA.
	MetricSource bool
}

// Severity tells a mistake from advice.
type Severity uint8

const (
	// Error marks what KEDA or the API server refuses, and what KEDA ignores
	// although it was written down.
	Error Severity = iota
	// Warning marks what KEDA still accepts and announced to remove.
	Warning
)

// Field is a field of a trigger.
type Field string

// The fields of a trigger that a problem can be about, by their names in KEDA's API.
const (
	FieldType              Field = "type"
	FieldMetadata          Field = "metadata"
	FieldMetricType        Field = "metricType"
	FieldUseCachedMetrics  Field = "useCachedMetrics"
	FieldAuthenticationRef Field = "authenticationRef"
)

// Path is the place in a trigger that a problem is about.
type Path struct {
	Field Field
	// Key is the key within the metadata. It is empty for other fields, and
	// when the problem is a key that is missing.
	Key string
}

// Problem is one mistake in a trigger.
type Problem struct {
	Severity Severity
	Path     Path
	Summary  string // what is wrong
	Detail   string // the value, the rule and the remedy
}
