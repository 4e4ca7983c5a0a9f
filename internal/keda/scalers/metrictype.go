package scalers

import (
	"fmt"
	"slices"
)

// resourceScalers read resource metrics of pods through the HPA.
var resourceScalers = []string{"cpu", "memory"}

// uncachedScalers cannot use cached metrics (KEDA's
// apis/keda/v1alpha1/scaletriggers_types.go:68).
var uncachedScalers = []string{"cpu", "memory", "cron"}

// metricType applies GetMetricTargetType (pkg/scalers/scaler.go:101) and, for
// cpu and memory, parseResourceMetadata (pkg/scalers/cpu_memory_scaler.go:51).
func (c *check) metricType() {
	if c.trigger.MetricTypeUnknown {
		return
	}
	allowed, why := []string{"AverageValue", "Value"}, "KEDA uses AverageValue if it is not set."
	if slices.Contains(resourceScalers, c.scaler.Type) {
		allowed, why = []string{"Utilization", "AverageValue"}, "KEDA has no default for this scaler."
	} else if c.trigger.MetricType == "" {
		return
	}
	if slices.Contains(allowed, c.trigger.MetricType) {
		return
	}
	c.in(FieldMetricType, fmt.Sprintf("Invalid metricType for scaler %s", c.scaler.Type),
		"The value %q must be %s or %s; case matters. %s", c.trigger.MetricType, allowed[0], allowed[1], why)
}

func (c *check) cachedMetrics() {
	if c.trigger.UseCachedMetrics && slices.Contains(uncachedScalers, c.scaler.Type) {
		c.in(FieldUseCachedMetrics, fmt.Sprintf("Scaler %s cannot use cached metrics", c.scaler.Type),
			"KEDA refuses useCachedMetrics for the scalers cpu, memory and cron. Remove it.")
	}
}
