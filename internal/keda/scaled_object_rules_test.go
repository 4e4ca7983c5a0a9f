package keda

import (
	"strings"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

type soCase = ruleCase[ScaledObjectModel]

func scaledObjectProblems(model ScaledObjectModel) []objectresource.Problem {
	return checkScaledObject(contractContext, objectresource.CheckRequest[ScaledObjectModel]{
		Model: model, TriggerValidation: settings.TriggerValidationError,
	})
}

func withModifiers(modifiers ScalingModifiers, triggers ...Trigger) func(*ScaledObjectModel) {
	return func(m *ScaledObjectModel) {
		m.Advanced = &ScaledObjectAdvanced{ScalingModifiers: &modifiers}
		if len(triggers) > 0 {
			m.Triggers = triggers
		}
	}
}

func withHPA(config HPAConfig) func(*ScaledObjectModel) {
	return func(m *ScaledObjectModel) {
		m.Advanced = &ScaledObjectAdvanced{HorizontalPodAutoscalerConfig: &config}
	}
}

func withTolerance(tolerance string) func(*ScaledObjectModel) {
	return withHPA(HPAConfig{Behavior: &HPABehavior{ScaleDown: &HPAScalingRules{Tolerance: (*Quantity)(&tolerance)}}})
}

var scaledObjectCases = []soCase{
	{name: "valid", change: func(*ScaledObjectModel) {}},

	{name: "name of 54 characters", change: func(m *ScaledObjectModel) { m.Name = strings.Repeat("a", 54) }},
	{name: "name of 55 characters", at: "name", change: func(m *ScaledObjectModel) { m.Name = strings.Repeat("a", 55) }},
	{name: "name of 63 characters, own HPA name", change: func(m *ScaledObjectModel) {
		m.Name = strings.Repeat("a", 63)
		withHPA(HPAConfig{Name: new("short")})(m)
	}},
	{name: "name of 64 characters, own HPA name", at: "name", change: func(m *ScaledObjectModel) {
		m.Name = strings.Repeat("a", 64)
		withHPA(HPAConfig{Name: new("short")})(m)
	}},
	{name: "HPA name of 64 characters", at: "advanced.horizontal_pod_autoscaler_config.name", change: withHPA(HPAConfig{Name: new(strings.Repeat("a", 64))})},
	{name: "HPA name in capitals", at: "advanced.horizontal_pod_autoscaler_config.name", change: withHPA(HPAConfig{Name: new("Web")})},

	{name: "StatefulSet", change: func(m *ScaledObjectModel) { m.ScaleTargetRef.Kind = new("StatefulSet") }},
	{name: "misspelt kind", at: "scale_target_ref.kind", change: func(m *ScaledObjectModel) { m.ScaleTargetRef.Kind = new("Deploymnet") }},
	{name: "kind without its API version", at: "scale_target_ref.kind", change: func(m *ScaledObjectModel) { m.ScaleTargetRef.Kind = new("Rollout") }},
	{name: "kind with its API version", change: func(m *ScaledObjectModel) {
		m.ScaleTargetRef.Kind, m.ScaleTargetRef.APIVersion = new("Rollout"), new("argoproj.io/v1alpha1")
	}},

	{name: "minimum is maximum", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.MaxReplicaCount = new(int32(5)), new(int32(5))
	}},
	{name: "minimum above maximum", at: "min_replica_count", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.MaxReplicaCount = new(int32(6)), new(int32(5))
	}},
	{name: "minimum above the default maximum", at: "min_replica_count", change: func(m *ScaledObjectModel) { m.MinReplicaCount = new(int32(101)) }},
	{name: "idle below minimum", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.IdleReplicaCount = new(int32(2)), new(int32(1))
	}},
	{name: "idle 0, minimum 0", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.IdleReplicaCount = new(int32(0)), new(int32(0))
	}},
	{name: "idle is minimum", at: "idle_replica_count", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.IdleReplicaCount = new(int32(2)), new(int32(2))
	}},
	{name: "idle without minimum", at: "idle_replica_count", change: func(m *ScaledObjectModel) { m.IdleReplicaCount = new(int32(0)) }},

	{name: "cooldown with minimum 0", change: func(m *ScaledObjectModel) { m.CooldownPeriod = new(int32(60)) }},
	{name: "cooldown with minimum 1", at: "cooldown_period", warning: true, change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.CooldownPeriod = new(int32(1)), new(int32(60))
	}},
	{name: "cooldown with idle", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.IdleReplicaCount, m.CooldownPeriod = new(int32(1)), new(int32(0)), new(int32(60))
	}},
	{name: "interval with minimum 1", at: "polling_interval", warning: true, change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.PollingInterval = new(int32(1)), new(int32(60))
	}},
	{name: "interval with cached metrics", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.PollingInterval = new(int32(1)), new(int32(60))
		m.Triggers = []Trigger{workloadTrigger("w")}
		m.Triggers[0].UseCachedMetrics = new(Flag(true))
	}},
	{name: "interval with a formula", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.PollingInterval = new(int32(1)), new(int32(60))
		withModifiers(ScalingModifiers{Formula: "cron_trig", Target: "1"})(m)
	}},

	{name: "CPU alone to zero", at: "min_replica_count", change: func(m *ScaledObjectModel) { m.Triggers = []Trigger{resourceTrigger("cpu")} }},
	{name: "CPU and memory to zero", at: "min_replica_count", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount = new(int32(0))
		m.Triggers = []Trigger{resourceTrigger("cpu"), resourceTrigger("memory")}
	}},
	{name: "CPU alone to one", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.Triggers = new(int32(1)), []Trigger{resourceTrigger("cpu")}
	}},
	{name: "CPU and another to zero", change: func(m *ScaledObjectModel) { m.Triggers = append(m.Triggers, resourceTrigger("cpu")) }},
	{name: "CPU alone to zero, custom kind", change: func(m *ScaledObjectModel) {
		m.ScaleTargetRef.Kind, m.ScaleTargetRef.APIVersion = new("Rollout"), new("argoproj.io/v1alpha1")
		m.Triggers = []Trigger{resourceTrigger("cpu")}
	}},

	{name: "fallback", change: func(m *ScaledObjectModel) { m.Fallback = &Fallback{FailureThreshold: 3, Replicas: 6} }},
	{name: "fallback of CPU", at: "fallback", change: func(m *ScaledObjectModel) {
		m.MinReplicaCount, m.Triggers = new(int32(1)), []Trigger{resourceTrigger("cpu")}
		m.Fallback = &Fallback{FailureThreshold: 3, Replicas: 6}
	}},
	{name: "fallback to zero", at: "fallback.replicas", warning: true, change: func(m *ScaledObjectModel) { m.Fallback = &Fallback{FailureThreshold: 3} }},
	{name: "fallback to the present", change: func(m *ScaledObjectModel) {
		m.Fallback = &Fallback{FailureThreshold: 3, Behavior: new("currentReplicas")}
	}},
	{name: "fallback by no formula", at: "fallback.behavior", change: func(m *ScaledObjectModel) {
		m.Fallback = &Fallback{FailureThreshold: 3, Replicas: 6, Behavior: new(fallbackScalingModifiers)}
	}},
	{name: "fallback by formula", change: func(m *ScaledObjectModel) {
		withModifiers(ScalingModifiers{Formula: "cron_trig ?? 5", Target: "2"})(m)
		m.Fallback = &Fallback{FailureThreshold: 3, Replicas: 6, Behavior: new(fallbackScalingModifiers)}
	}},
	{name: "fallback with a broken target", at: "advanced.scaling_modifiers.target", change: func(m *ScaledObjectModel) {
		withModifiers(ScalingModifiers{Formula: "cron_trig", Target: "2.5"})(m)
		m.Fallback = &Fallback{FailureThreshold: 3, Replicas: 6}
	}},

	{name: "tolerance", change: withTolerance("0.05")},
	{name: "tolerance in words", at: "advanced.horizontal_pod_autoscaler_config.behavior.scale_down.tolerance", change: withTolerance("5%")},
	{name: "negative tolerance", at: "advanced.horizontal_pod_autoscaler_config.behavior.scale_down.tolerance", change: withTolerance("-0.1")},

	{name: "formula", change: withModifiers(ScalingModifiers{Formula: "cron_trig > 1 ? cron_trig : 0", Target: "2", ActivationTarget: new("0.5")})},
	{name: "formula of an unknown trigger", at: "advanced.scaling_modifiers.formula", change: withModifiers(ScalingModifiers{Formula: "queue", Target: "2"})},
	{name: "formula of CPU", at: "advanced.scaling_modifiers.formula", change: func(m *ScaledObjectModel) {
		cpu := resourceTrigger("cpu")
		cpu.Name = new(Text("cpu_trig"))
		withModifiers(ScalingModifiers{Formula: "cpu_trig + cron_trig", Target: "2"}, cpu, cronTrigger("cron_trig"))(m)
	}},
	{name: "formula of a hyphenated name", at: "advanced.scaling_modifiers.formula", change: withModifiers(ScalingModifiers{Formula: "my-queue + 1", Target: "2"}, workloadTrigger("my-queue"))},
	{name: "formula with a syntax error", at: "advanced.scaling_modifiers.formula", change: withModifiers(ScalingModifiers{Formula: "cron_trig +", Target: "2"})},
	{name: "formula of no number", at: "advanced.scaling_modifiers.formula", change: withModifiers(ScalingModifiers{Formula: `"many"`, Target: "2"})},
	{name: "target in words", at: "advanced.scaling_modifiers.target", change: withModifiers(ScalingModifiers{Formula: "cron_trig", Target: "two"})},
	{name: "target 0", at: "advanced.scaling_modifiers.target", change: withModifiers(ScalingModifiers{Formula: "cron_trig", Target: "0"})},
	{name: "target that is no number", at: "advanced.scaling_modifiers.target", change: withModifiers(ScalingModifiers{Formula: "cron_trig", Target: "NaN"})},
	{name: "activation target in words", at: "advanced.scaling_modifiers.activation_target", change: withModifiers(ScalingModifiers{
		Formula: "cron_trig", Target: "2", ActivationTarget: new("one"),
	})},

	{name: "paused", change: func(m *ScaledObjectModel) { m.Paused, m.PausedReplicas = new(true), new(int32(2)) }},
	{name: "paused all the same", at: "paused", change: func(m *ScaledObjectModel) { m.Paused, m.PausedReplicas = new(false), new(int32(2)) }},
	{name: "take over a named HPA", change: func(m *ScaledObjectModel) {
		m.TransferHPAOwnership = new(true)
		withHPA(HPAConfig{Name: new("web")})(m)
	}},
	{name: "take over no HPA", at: "transfer_hpa_ownership", change: func(m *ScaledObjectModel) { m.TransferHPAOwnership = new(true) }},
	{name: "own annotation", change: func(m *ScaledObjectModel) { m.Annotations = map[string]string{"example.com/team": "a"} }},
	{name: "annotation that KEDA does not read", at: `annotations["autoscaling.keda.sh/pause"]`, warning: true, change: func(m *ScaledObjectModel) {
		m.Annotations = map[string]string{"autoscaling.keda.sh/pause": "true"}
	}},
	{name: "annotation of an attribute", at: `annotations["autoscaling.keda.sh/paused"]`, change: func(m *ScaledObjectModel) {
		m.Annotations = map[string]string{annotationPaused: "yes"}
	}},

	{name: "two names", change: func(m *ScaledObjectModel) { m.Triggers = append(m.Triggers, workloadTrigger("other")) }},
	{name: "one name twice", at: "triggers[1].name", change: func(m *ScaledObjectModel) { m.Triggers = append(m.Triggers, workloadTrigger("cron_trig")) }},
	{name: "cached cron", at: "triggers[0].use_cached_metrics", change: func(m *ScaledObjectModel) { m.Triggers[0].UseCachedMetrics = new(Flag(true)) }},
	{name: "cron of a percentage", at: "triggers[0].metric_type", change: func(m *ScaledObjectModel) { m.Triggers[0].MetricType = new("Utilization") }},
	{name: "CPU without metric type", at: "triggers[1].metric_type", change: func(m *ScaledObjectModel) {
		m.Triggers = append(m.Triggers, Trigger{EventSource: EventSource{Type: "cpu", Metadata: map[string]string{"value": "10"}}})
	}},
	{name: "CPU with a bad quantity", at: `triggers[1].metadata["value"]`, change: func(m *ScaledObjectModel) {
		cpu := resourceTrigger("cpu")
		cpu.MetricType, cpu.Metadata["value"] = new("AverageValue"), "100 m"
		m.Triggers = append(m.Triggers, cpu)
	}},
	{name: "unknown scaler", at: "triggers[0].type", change: func(m *ScaledObjectModel) { m.Triggers[0].Type = "corn" }},
	{name: "misspelt key", at: `triggers[0].metadata["timezoen"]`, change: func(m *ScaledObjectModel) { m.Triggers[0].Metadata["timezoen"] = "UTC" }},
	{name: "missing key", at: "triggers[0].metadata", change: func(m *ScaledObjectModel) { delete(m.Triggers[0].Metadata, "timezone") }},
	{name: "cron that ends when it starts", at: `triggers[0].metadata["end"]`, change: func(m *ScaledObjectModel) { m.Triggers[0].Metadata["end"] = "0 * * * *" }},
}

func TestScaledObjectRules(t *testing.T) {
	t.Parallel()
	checkRules(t, scaledObjectCases, scaledObject, scaledObjectProblems)
}

func TestScaledObjectRulesWait(t *testing.T) {
	t.Parallel()

	valid := func(changes ...func(*ScaledObjectModel)) ScaledObjectModel {
		model := scaledObject(changes...)
		model.Common = common(t, NewScaledObject)

		return model
	}

	checkWaiting(t, scaledObjectCases, valid, NewScaledObject)
}
