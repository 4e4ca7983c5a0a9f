package scalers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// targets reports a target that is not above 0. KEDA builds most scalers with
// such a target, but the API server then refuses the HPA: "must be positive",
// and for a ScaledJob KEDA computes 0 Jobs (pkg/scaling/scaledjob/metrics.go:31).
// Of a scaler with several targets, KEDA uses those that are above 0.
func (c *check) targets() {
	if c.trigger.MetricSource {
		return
	}
	var targets []Parameter
	for _, parameter := range c.scaler.Parameters {
		if parameter.Target {
			targets = append(targets, parameter)
		}
	}
	if len(targets) == 0 || slices.Contains(targetElsewhere, c.scaler.Type) {
		return
	}
	var names []string
	for _, target := range targets {
		current := c.resolve(target)
		tooSmall := current.presence == known && belowTarget(target.Kind, current.value)
		if tooSmall && current.set() && len(targets) == 1 {
			c.targetTooSmall(target.Names[0], current.value)
			return
		}
		if current.possible() && !tooSmall || target.Required() {
			return
		}
		names = append(names, target.Names...)
	}
	c.inMetadata(fmt.Sprintf("Scaler %s needs a target", c.scaler.Type),
		"Set %s to a number above 0. Only a trigger that feeds a scaling modifier's formula needs none.", strings.Join(names, " or "))
}

// targetElsewhere lists the scalers that have a default or another parameter
// when the target's own parameter is not set (pkg/scalers/rabbitmq_scaler.go:256).
var targetElsewhere = []string{"rabbitmq"}

// belowTarget reports whether a number is too small for the HPA. KEDA hands
// over whole numbers as they are and others in thousandths.
func belowTarget(kind Kind, value string) bool {
	number, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return false // the format is reported elsewhere
	}
	if kind == Float {
		return number < 0.001
	}
	return number < 1
}

func (c *check) targetTooSmall(name, value string) {
	c.inKey(name, fmt.Sprintf("The target %s of scaler %s must be above 0", name, c.scaler.Type),
		"The value is %s. The API server refuses the HPA that KEDA makes from it, and a ScaledJob makes no Jobs with it. The smallest target is 1, or 0.001 for a parameter that takes fractions.", value)
}
