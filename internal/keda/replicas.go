package keda

import (
	"fmt"
	"math"
)

// metricScale is the number of steps in one unit of a metric: the HPA and
// KEDA's metrics server exchange metric values in thousandths.
const metricScale = 1000

// Load is what a ScaledObject with one trigger of metric type AverageValue
// scales by.
type Load struct {
	// Metric is the trigger's value over all replicas, such as the number of
	// messages in a queue.
	Metric float64
	// Target is the value that one replica is to handle, such as queueLength.
	Target float64
	// Min and Max are the ScaledObject's minReplicaCount and maxReplicaCount.
	Min, Max int64
}

// LoadError says which field of a [Load] is wrong, and why.
type LoadError struct {
	// Field is the name of the field of [Load].
	Field string
	// Reason is a sentence that holds the value, the rule and the remedy.
	Reason string
}

// Error implements error.
func (e *LoadError) Error() string {
	return e.Reason
}

// DesiredReplicas returns the number of replicas at which the load settles
// while the metric stays as it is:
//
//   - 0 when the metric is 0 and Min is 0: KEDA deactivates the workload (with
//     the trigger's default activation value, 0, once the cooldown is over);
//   - otherwise what the HorizontalPodAutoscaler computes for an AverageValue
//     target, ceil(Metric / Target), within [max(Min, 1), Max]. KEDA gives the
//     HPA a minimum of at least 1, because an HPA cannot scale to zero.
//
// Metric and target are taken in thousandths, as the HPA takes them. The HPA
// does not change a replica count whose metric is within 10 % of
// Target * replicas, so a workload that comes from another count may rest at a
// neighbouring one; the result is the count of a recalculation.
//
// It returns a *[LoadError] when the load is not one that KEDA accepts.
func DesiredReplicas(load Load) (int64, error) {
	if err := load.validate(); err != nil {
		return 0, err
	}

	if load.Metric == 0 && load.Min == 0 {
		return 0, nil
	}

	replicas := math.Ceil(thousandths(load.Metric) / thousandths(load.Target))

	// Compared as floats: a quotient beyond the range of int64 must reach Max.
	if replicas >= float64(load.Max) {
		return load.Max, nil
	}

	return max(int64(replicas), load.Min, 1), nil
}

// validate returns the first rule that the load breaks.
func (l Load) validate() error {
	switch {
	case math.IsNaN(l.Metric) || math.IsInf(l.Metric, 0) || l.Metric < 0:
		return &LoadError{"Metric", fmt.Sprintf("the metric is %v, and a metric to scale by is a finite number of 0 or more", l.Metric)}
	case math.IsNaN(l.Target) || math.IsInf(l.Target, 0) || thousandths(l.Target) < 1:
		return &LoadError{"Target", fmt.Sprintf(
			"the target is %v, and the autoscaler divides by it in thousandths: give the metric value that one replica handles, 0.001 or more", l.Target)}
	case l.Min < 0:
		return &LoadError{"Min", fmt.Sprintf("the minimum is %d replicas: give 0 (scale to zero) or more", l.Min)}
	case l.Max < 1:
		return &LoadError{"Max", fmt.Sprintf("the maximum is %d replicas: give 1 or more", l.Max)}
	case l.Max > math.MaxInt32:
		return &LoadError{"Max", fmt.Sprintf("the maximum is %d replicas, and Kubernetes counts replicas in 32 bits: give %d or less", l.Max, math.MaxInt32)}
	case l.Min > l.Max:
		return &LoadError{"Min", fmt.Sprintf("the minimum of %d replicas exceeds the maximum of %d: lower the minimum or raise the maximum", l.Min, l.Max)}
	}

	return nil
}

// thousandths returns the value in the HPA's unit. Rounding undoes the binary
// representation's error: 1.1 is 1100 thousandths.
func thousandths(value float64) float64 {
	return math.Round(value * metricScale)
}
