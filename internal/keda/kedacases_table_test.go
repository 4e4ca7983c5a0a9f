package keda

import "strings"

// kedaCases are KEDA's own cases in apis/keda/v1alpha1, by file, or by file and
// function, and by name.
var kedaCases = map[string]map[string]kedaCase{
	"scaledobject_webhook_test.go":                                   scaledObjectWebhookCases,
	"scaledobject_types_test.go:TestCheckFallbackValid":              fallbackCases,
	"scaledobject_types_test.go:TestCheckReplicaCountBoundsAreValid": replicaBoundsCases,
	"scaledjob_webhook_test.go":                                      scaledJobWebhookCases,
	"scaletriggers_types_test.go":                                    triggerCases,
	"triggerauthentication_webhook_test.go":                          authenticationCases,
	"triggerauthentication_azure_service_principal_test.go":          principalCases,
}

func unchangedObject(*ScaledObjectModel) {}

func named(name, hpa string) func(*ScaledObjectModel) {
	return func(m *ScaledObjectModel) {
		m.Name = name
		if hpa != "" {
			withHPA(HPAConfig{Name: &hpa})(m)
		}
	}
}

func triggers(triggers ...Trigger) func(*ScaledObjectModel) {
	return func(m *ScaledObjectModel) { m.Triggers = triggers }
}

func timing(minimum int32, idle, interval, cooldown *int32, changes ...func(*ScaledObjectModel)) func(*ScaledObjectModel) {
	return func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.IdleReplicaCount, m.PollingInterval, m.CooldownPeriod = &minimum, idle, interval, cooldown
		for _, change := range changes {
			change(m)
		}
	}
}

func toZero(minimum int32, with ...Trigger) func(*ScaledObjectModel) {
	return func(m *ScaledObjectModel) {
		m.IdleReplicaCount, m.MinReplicaCount, m.MaxReplicaCount = nil, &minimum, new(int32(5))
		m.Triggers = append([]Trigger{resourceTrigger("cpu")}, with...)
	}
}

func formula(text, target string, with ...Trigger) func(*ScaledObjectModel) {
	return withModifiers(ScalingModifiers{Formula: text, Target: target}, with...)
}

func unnamed(trigger Trigger) Trigger {
	trigger.Name = nil

	return trigger
}

func fallback(change func(*ScaledObjectModel), with Fallback) func(*ScaledObjectModel) {
	return func(m *ScaledObjectModel) {
		change(m)
		m.Fallback = &with
	}
}

var (
	sixAfterThree = Fallback{FailureThreshold: 3, Replicas: 6}
	customKind    = func(m *ScaledObjectModel) { m.ScaleTargetRef.APIVersion = new("custom-api") }
	cpuMemory     = triggers(cronTrigger("c"), resourceTrigger("cpu"), resourceTrigger("memory"))

	good       = kedaCase{check: acceptsScaledObject(unchangedObject)}
	hpa        = kedaCase{cluster: aboutHPAs}
	requests   = kedaCase{cluster: aboutRequests}
	thirty     = new(int32(30))
	sixty      = new(int32(60))
	oneReplica = new(int32(1))
	noReplica  = new(int32(0))
)

func fine(change func(*ScaledObjectModel)) kedaCase {
	return kedaCase{check: acceptsScaledObject(change)}
}

func bad(change func(*ScaledObjectModel)) kedaCase {
	return kedaCase{refused: true, check: acceptsScaledObject(change)}
}

var scaledObjectWebhookCases = map[string]kedaCase{
	"should validate the so creation when there isn't any hpa":                                    good,
	"should validate the so creation when there are other SO for other workloads":                 hpa,
	"should validate the so creation when another SO targets the same name with a different Kind": hpa,
	"should validate the so creation when there are other HPA for other workloads":                hpa,
	"should validate the so creation when it's own hpa is already generated":                      hpa,
	"should validate the so update when it's own hpa is already generated":                        hpa,
	"shouldn't validate the so creation when there is another unmanaged hpa":                      hpa,
	"shouldn't validate the so creation when hpa has shared-ownership unactivated":                hpa,
	"shouldn't validate the so creation when there is another so":                                 hpa,
	"shouldn't validate the so creation when there is another hpa with custom apis":               hpa,
	"should validate the so update if it's removing the finalizer even if it's invalid":           {cluster: aboutUpdates},
	"shouldn't validate the so creation when the replica counts are wrong": bad(func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.MaxReplicaCount = new(int32(10)), new(int32(5))
	}),
	"shouldn't validate the so creation when the fallback is wrong":                                             bad(fallback(unchangedObject, Fallback{FailureThreshold: -1, Replicas: -3})),
	"shouldn't validate the so creation when the fallback is configured and only cpu/memory triggers are used.": bad(fallback(triggers(resourceTrigger("cpu"), resourceTrigger("memory")), sixAfterThree)),
	"should validate the so creation when the fallback is configured, and at least one trigger (besides cpu/memory) is configured.": fine(
		fallback(triggers(resourceTrigger("cpu"), workloadTrigger("a")), sixAfterThree)),
	"should validate the so creation when the fallback is configured, and so uses ScalingModifiers.": fine(
		fallback(formula("a + b", "2", resourceTrigger("cpu"), workloadTrigger("a"), workloadTrigger("b")), sixAfterThree)),
	"should validate the so creation when there is another unmanaged hpa and so has transfer-hpa-ownership activated and the name is specified": fine(func(m *ScaledObjectModel) {
		m.TransferHPAOwnership = new(true)
		withHPA(HPAConfig{Name: new("hpa")})(m)
	}),
	"shouldn't validate the so creation when there is another unmanaged hpa and so has transfer-hpa-ownership activated but no name specified": bad(func(m *ScaledObjectModel) {
		m.TransferHPAOwnership = new(true)
	}),

	"should validate the so creation with cpu and memory when deployment has requests":                                                         requests,
	"shouldn't validate the creation with cpu and memory when deployment is missing":                                                           requests,
	"should validate the creation with cpu and memory when deployment is missing and dry-run is true":                                          fine(cpuMemory),
	"shouldn't validate the so creation with cpu and memory when deployment hasn't got memory request":                                         requests,
	"shouldn't validate the SO creation with CPU and memory when deployment doesn't have CPU and memory":                                       requests,
	"should validate the SO creation with CPU and memory when deployment doesn't have CPU and memory, but LimitRange has the limits specified": requests,
	"shouldn't validate the so creation with cpu and memory when deployment hasn't got cpu request":                                            requests,
	"should validate the so creation with cpu and memory when statefulset has requests":                                                        requests,
	"shouldn't validate the so creation with cpu and memory when statefulset hasn't got memory request":                                        requests,
	"shouldn't validate the so creation with cpu and memory when statefulset hasn't got cpu request":                                           requests,
	"should validate the so creation with cpu and memory when deployment has pod-level requests":                                               requests,
	"shouldn't validate the so creation with cpu when the trigger sets containerName and only pod-level requests are declared":                 requests,
	"should validate the so creation with cpu when the trigger sets containerName and that container declares requests":                        requests,
	"shouldn't validate the so creation with cpu and memory when deployment has pod-level cpu request only":                                    requests,
	"should validate the so creation with cpu and memory when deployment has container requests and empty pod-level resources":                 requests,
	"should validate the so creation with cpu and memory when statefulset has pod-level requests":                                              requests,
	"should not validate ScaledObject creation when deployment only provides cpu resource limits":                                              requests,
	"should not validate ScaledObject creation when deployment only provides memory resource limits":                                           requests,
	"should validate the so creation without cpu and memory when custom resources":                                                             fine(customKind),
	"should validate so creation when all requirements are met for scaling to zero with cpu scaler":                                            fine(toZero(0, workloadTrigger("w"))),
	"shouldn't validate so creation with cpu scaler requirements not being met for scaling to 0":                                               bad(toZero(0)),
	"should validate so creation when min replicas is > 0 with only cpu scaler given":                                                          fine(toZero(1)),

	"shouldn't validate the so creation when the name exceeds the label value limit":                                                    bad(named(strings.Repeat("a", 64), "short-hpa")),
	"should validate the so creation when the name is at the label value limit and a custom HPA name is set":                            fine(named(strings.Repeat("a", 63), "short-hpa")),
	"shouldn't validate the so creation when no custom HPA name is set and the generated HPA name would exceed the label value limit":   bad(named(strings.Repeat("a", 55), "")),
	"should validate the so creation when no custom HPA name is set and the generated HPA name fits within the label value limit":       fine(named(strings.Repeat("a", 54), "")),
	"shouldn't validate the so update when removing the custom HPA name would make the generated HPA name exceed the label value limit": bad(named(strings.Repeat("a", 60), "")),
	"shouldn't create so when stabilizationWindowSeconds exceeds 3600":                                                                  bad(withHPA(HPAConfig{Behavior: &HPABehavior{ScaleDown: &HPAScalingRules{StabilizationWindowSeconds: new(int32(3700))}}})),
	"should validate empty triggers in ScaledObject":                                                                                    bad(triggers([]Trigger{}...)),

	"should validate the so creation with ScalingModifiers.Formula":                                                  fine(formula("workload_trig + cron_trig", "2", cronTrigger("cron_trig"), workloadTrigger("workload_trig"))),
	"shouldnt validate the so creation with scalingModifiers.Formula but no target":                                  bad(formula("workload_trig + cron_trig", "", cronTrigger("cron_trig"), workloadTrigger("workload_trig"))),
	"shouldnt validate the so creation with ScalingModifiers when triggers dont have names":                          bad(formula("workload_trig + cron_trig", "2", unnamed(cronTrigger("")), unnamed(workloadTrigger("")))),
	"should validate the so creation with ScalingModifiers when formula triggers do have names but not all triggers": fine(formula("workload_trig + 1", "2", unnamed(cronTrigger("")), workloadTrigger("workload_trig"))),
	"should validate the so creation with ScalingModifiers when formula casts to float already":                      fine(formula("float(workload_trig + 1)", "2", workloadTrigger("workload_trig"))),
	"should validate the so creation with ScalingModifiers.Formula - casting float from ternary operator":            fine(formula("float(workload_trig < 5 ? cron_trig + workload_trig : 5)", "2", cronTrigger("cron_trig"), workloadTrigger("workload_trig"))),
	"should validate the so creation with ScalingModifiers.Formula - ternary operator without casting float":         fine(formula("workload_trig < 5 ? cron_trig + workload_trig : 5", "2", cronTrigger("cron_trig"), workloadTrigger("workload_trig"))),
	"should validate the so creation with ScalingModifiers.Formula - count operator":                                 fine(formula("count([one,two],{#>1}) > 1 ? 5 : 0", "2", cronTrigger("one"), workloadTrigger("two"))),
	"should validate the so creation with ScalingModifiers.Formula - complex ternary":                                fine(formula("float(one < 2 ? one+two >= 2 ? 5 : 10 : 0)", "2", cronTrigger("one"), workloadTrigger("two"))),
	"should validate the so creation with ScalingModifiers.Formula - double float cast":                              fine(formula("float(float(two < 5 ? one + two : 5))", "2", cronTrigger("one"), workloadTrigger("two"))),
	"should validate the so creation with scalingModifiers fallback behavior":                                        fine(fallback(formula("one ?? two ?? 5", "2", cronTrigger("one"), workloadTrigger("two")), Fallback{FailureThreshold: 3, Replicas: 5, Behavior: new(fallbackScalingModifiers)})),
	"shouldn't validate the so creation with scalingModifiers fallback without formula":                              bad(fallback(unchangedObject, Fallback{FailureThreshold: 3, Replicas: 5, Behavior: new(fallbackScalingModifiers)})),

	// The warnings themselves are in scaledObjectCases.
	"should emit warning when PollingInterval is set with minReplicaCount > 0 and idleReplicaCount not set": fine(timing(1, nil, thirty, nil)),
	"should NOT emit warning when PollingInterval is set with minReplicaCount > 0 and idleReplicaCount > 0": fine(timing(5, oneReplica, thirty, nil)),
	"should NOT emit warning when PollingInterval is set with idleReplicaCount = 0":                         fine(timing(1, noReplica, thirty, nil)),
	"should NOT emit warning when PollingInterval is set with useCachedMetrics enabled": fine(timing(1, nil, thirty, nil, func(m *ScaledObjectModel) {
		m.Triggers = []Trigger{workloadTrigger("w")}
		m.Triggers[0].UseCachedMetrics = new(Flag(true))
	})),
	"should NOT emit warning when PollingInterval is set with scalingModifiers":                            fine(timing(1, nil, thirty, nil, formula("cron_trig", "2"))),
	"should NOT emit warning when PollingInterval is not set":                                              fine(timing(1, nil, nil, nil)),
	"should emit warning when CooldownPeriod is set with minReplicaCount > 0 and idleReplicaCount not set": fine(timing(1, nil, nil, sixty)),
	"should NOT emit warning when CooldownPeriod is set with minReplicaCount > 0 and idleReplicaCount > 0": fine(timing(5, oneReplica, nil, sixty)),
	"should NOT emit warning when CooldownPeriod is set with idleReplicaCount = 0":                         fine(timing(1, noReplica, nil, sixty)),
	"should NOT emit warning when CooldownPeriod is not set":                                               fine(timing(1, nil, nil, nil)),
	"should emit both warnings when both PollingInterval and CooldownPeriod are misconfigured":             fine(timing(1, nil, thirty, sixty)),
	"should emit no warnings when both are properly configured with idleReplicaCount = 0":                  fine(timing(1, noReplica, thirty, sixty)),
}

// couch is the trigger of KEDA's cases of fallbacks, which name the type alone.
func couch(metricType string) Trigger {
	trigger := workloadTrigger("x")
	if metricType != "" {
		trigger.MetricType = &metricType
	}

	return trigger
}

var fallbackCases = map[string]kedaCase{
	"No fallback configured":                                  fine(triggers(couch(""))),
	"Explicit AverageValue metricType - valid":                fine(fallback(triggers(couch("AverageValue")), sixAfterThree)),
	"Implicit AverageValue metricType (empty string) - valid": fine(fallback(triggers(couch("")), sixAfterThree)),
	"Value metricType - valid":                                fine(fallback(triggers(couch("Value")), sixAfterThree)),
	"Multiple triggers with one valid AverageValue - valid":   fine(fallback(triggers(unnamed(couch("Value")), couch("AverageValue")), sixAfterThree)),
	"CPU trigger - invalid":                                   bad(fallback(triggers(resourceTrigger("cpu")), sixAfterThree)),
	"Memory trigger - invalid":                                bad(fallback(triggers(resourceTrigger("memory")), sixAfterThree)),
	"Multiple triggers with one CPU and one valid - valid":    fine(fallback(triggers(resourceTrigger("cpu"), couch("AverageValue")), sixAfterThree)),
	"Negative FailureThreshold - invalid":                     bad(fallback(unchangedObject, Fallback{FailureThreshold: -1, Replicas: 6})),
	"Negative Replicas - invalid":                             bad(fallback(unchangedObject, Fallback{FailureThreshold: 3, Replicas: -1})),
	"Using ScalingModifiers with AverageValue MetricType - valid": fine(fallback(withModifiers(ScalingModifiers{
		Formula: "x * 2", Target: "2", MetricType: new("AverageValue"),
	}, couch("")), sixAfterThree)),
	"Using ScalingModifiers with Value MetricType - valid": fine(fallback(withModifiers(ScalingModifiers{
		Formula: "x * 2", Target: "2", MetricType: new("Value"),
	}, couch("")), sixAfterThree)),
}

func bounds(minimum, maximum int32, idle *int32) func(*ScaledObjectModel) {
	return func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.MaxReplicaCount, m.IdleReplicaCount = &minimum, &maximum, idle
	}
}

var replicaBoundsCases = map[string]kedaCase{
	"Valid: min 1, max 5, no idle": fine(bounds(1, 5, nil)),
	"Valid: min 1, max 5, idle 0":  fine(bounds(1, 5, noReplica)),
	"Invalid: min 2 > max 1":       bad(bounds(2, 1, nil)),
	"Invalid: idle 1 == min 1":     bad(bounds(1, 5, oneReplica)),
	"Invalid: idle 2 > min 1":      bad(bounds(1, 5, new(int32(2)))),
}

func cached(trigger Trigger) Trigger {
	trigger.UseCachedMetrics = new(Flag(true))

	return trigger
}

var triggerCases = map[string]kedaCase{
	"valid triggers":          fine(triggers(cronTrigger("trigger1"), workloadTrigger("trigger2"))),
	"duplicate trigger names": bad(triggers(cronTrigger("trigger1"), workloadTrigger("trigger1"))),
	"unsupported useCachedMetrics property for cpu scaler":    bad(triggers(cached(resourceTrigger("cpu")))),
	"unsupported useCachedMetrics property for memory scaler": bad(triggers(cached(resourceTrigger("memory")))),
	"unsupported useCachedMetrics property for cron scaler":   bad(triggers(cached(cronTrigger("trigger3")))),
	"supported useCachedMetrics property for kafka scaler":    fine(triggers(cached(workloadTrigger("trigger4")))),
	"empty triggers array should be blocked":                  bad(triggers([]Trigger{}...)),
}
