package scalers

import (
	"maps"
	"slices"
)

// rule checks parameters of one trigger against each other. A rule reports
// nothing that depends on values which are not known.
type rule func(*check)

// rules holds, by trigger type, what KEDA checks in the scalers' Validate and
// parse functions beyond the single parameters.
var rules = merge(awsRules, azureRules, gcpRules, databaseRules, kafkaRules, messagingRules, monitoringRules, searchRules, clusterRules)

func merge(families ...map[string][]rule) map[string][]rule {
	all := map[string][]rule{}
	for _, family := range families {
		maps.Copy(all, family)
	}
	return all
}

// condition decides whether rules apply to a trigger.
type condition func(*check) bool

// only applies rules under a condition.
func only(applies condition, then ...rule) rule {
	return func(c *check) {
		if !applies(c) {
			return
		}
		for _, apply := range then {
			apply(c)
		}
	}
}

// without holds when KEDA will certainly find no value for the parameter.
func without(name string) condition {
	return func(c *check) bool { return !c.get(name).possible() }
}

// withoutAuthentication holds when the trigger has no authenticationRef.
func withoutAuthentication(c *check) bool { return !c.trigger.Authentication }

// with holds when the trigger sets the parameter.
func with(name string) condition {
	return func(c *check) bool { return c.get(name).set() }
}

// is holds when the parameter, possibly by default, has one of the values.
func is(name string, values ...string) condition {
	return func(c *check) bool {
		current := c.get(name)
		return slices.ContainsFunc(values, current.is)
	}
}

// isTrue holds when the parameter is known to be true.
func isTrue(name string) condition { return isBool(name, true) }

// isFalse holds when the parameter is false, possibly because nothing sets it.
func isFalse(name string) condition { return isBool(name, false) }
