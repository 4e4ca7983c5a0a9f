package keda

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// defaultMaxReplicaCount is KEDA's for ScaledObjects and ScaledJobs.
const defaultMaxReplicaCount = 100

// scaledObjectRules are the rules that hold whatever the triggers' metadata is.
// Each names its source in KEDA.
var scaledObjectRules = []func(*findings, *ScaledObjectModel){
	checkScaledObjectName,
	checkScaleTarget,
	checkReplicaBounds,
	checkIrrelevantTiming,
	checkScaleToZero,
	checkFallback,
	checkHPABehavior,
	checkScalingModifiers,
	checkScaledObjectAnnotations,
}

// checkScaledObjectName is verifyName of KEDA's webhook, and the API server's
// rule for the name of the HPA that KEDA makes.
func checkScaledObjectName(f *findings, m *ScaledObjectModel) {
	name, hpaName := at("name"), at("advanced.horizontal_pod_autoscaler_config.name")
	if !f.known(name, hpaName) {
		return
	}

	if custom := m.hpaName(); custom != "" {
		if problems := validation.IsDNS1123Subdomain(custom); len(problems) > 0 {
			f.fail(hpaName, "Invalid name of an HPA", "%q cannot be the name of an HPA: %s.", custom, strings.Join(problems, "; "))
		} else if len(custom) > hpaNameMaxLength {
			f.fail(hpaName, "Name of the HPA too long", "%q has %d characters, and KEDA's webhook allows %d.", custom, len(custom), hpaNameMaxLength)
		}

		if len(m.Name) > hpaNameMaxLength {
			f.fail(name, "Name too long", "%q has %d characters, and KEDA's webhook allows %d: the name becomes the value of a label.", m.Name, len(m.Name), hpaNameMaxLength)
		}

		return
	}

	// What is no name at all is reported by the attribute's own validator.
	if _, err := HPAName(m.Name); err != nil && len(validation.IsDNS1123Subdomain(m.Name)) == 0 {
		f.fail(name, "Name too long for the HPA", "%s.", err)
	}
}

func (m *ScaledObjectModel) hpaName() string {
	if m.Advanced == nil || m.Advanced.HorizontalPodAutoscalerConfig == nil {
		return ""
	}

	return valueOr(m.Advanced.HorizontalPodAutoscalerConfig.Name, "")
}

// appsKinds are the kinds of apps/v1 that have the subresource /scale.
var appsKinds = []string{"Deployment", "StatefulSet", "ReplicaSet"}

// checkScaleTarget finds a kind that KEDA would look for in vain: kind and
// apiVersion default to Deployment and apps/v1 one by one (ParseGVKR,
// apis/keda/v1alpha1/gvkr.go).
func checkScaleTarget(f *findings, m *ScaledObjectModel) {
	kind := at("scale_target_ref.kind")
	if m.ScaleTargetRef == nil || !f.known(kind, at("scale_target_ref.api_version")) {
		return
	}

	if m.targetAPIVersion() == "apps/v1" && !slices.Contains(appsKinds, m.targetKind()) {
		f.fail(kind, "Unknown kind of workload",
			"In apps/v1 only %s can be scaled, and %q is none of them. Correct the kind, or set api_version to that of the kind.",
			strings.Join(appsKinds, ", "), m.targetKind())
	}
}

func (m *ScaledObjectModel) targetAPIVersion() string {
	if m.ScaleTargetRef == nil || valueOr(m.ScaleTargetRef.APIVersion, "") == "" {
		return "apps/v1"
	}

	return *m.ScaleTargetRef.APIVersion
}

func (m *ScaledObjectModel) targetKind() string {
	if m.ScaleTargetRef == nil || valueOr(m.ScaleTargetRef.Kind, "") == "" {
		return "Deployment"
	}

	return *m.ScaleTargetRef.Kind
}

// checkReplicaBounds is CheckReplicaCountBoundsAreValid
// (apis/keda/v1alpha1/scaledobject_types.go) and the CRD's own rule.
func checkReplicaBounds(f *findings, m *ScaledObjectModel) {
	if !f.known(at("min_replica_count"), at("max_replica_count")) {
		return
	}

	most := valueOr(m.MaxReplicaCount, defaultMaxReplicaCount)
	if least := valueOr(m.MinReplicaCount, 0); least > most {
		f.fail(at("min_replica_count"), "Minimum above the maximum",
			"min_replica_count is %d and max_replica_count is %d%s. Lower the one or raise the other.", least, most, byDefault(m.MaxReplicaCount == nil))
	}

	if m.IdleReplicaCount == nil || !f.known(at("idle_replica_count")) {
		return
	}

	if m.MinReplicaCount == nil {
		f.fail(at("idle_replica_count"), "Idle replicas without a minimum",
			"idle_replica_count is %d, and KEDA takes it only with a min_replica_count above it. Set min_replica_count.", *m.IdleReplicaCount)
	} else if least := max(*m.MinReplicaCount, 1); *m.IdleReplicaCount >= least {
		f.fail(at("idle_replica_count"), "Idle replicas not below the minimum",
			"idle_replica_count is %d and must be less than %d, which is min_replica_count but at least 1.", *m.IdleReplicaCount, least)
	}
}

func byDefault(isDefault bool) string {
	if isDefault {
		return " by default"
	}

	return ""
}

// checkIrrelevantTiming gives the warnings of verifyScaledObjects in KEDA's
// webhook.
func checkIrrelevantTiming(f *findings, m *ScaledObjectModel) {
	if !f.known(at("min_replica_count"), at("idle_replica_count")) || valueOr(m.MinReplicaCount, 0) == 0 || m.IdleReplicaCount != nil {
		return
	}

	if m.CooldownPeriod != nil && f.known(at("cooldown_period")) {
		f.warn(at("cooldown_period"), "cooldown_period has no effect",
			"KEDA waits for it before it scales to zero or to idle_replica_count, and min_replica_count is %d. "+
				"For scaling down to other counts set advanced.horizontal_pod_autoscaler_config.behavior.scale_down.", *m.MinReplicaCount)
	}

	if m.PollingInterval == nil || m.modifiers() != nil || !f.known(at("polling_interval"), at("advanced")) || !f.triggersKnown(len(m.Triggers), "use_cached_metrics") {
		return
	}

	cached := func(trigger Trigger) bool { return bool(valueOr(trigger.UseCachedMetrics, false)) }
	if !slices.ContainsFunc(m.Triggers, cached) {
		f.warn(at("polling_interval"), "polling_interval has no effect on scaling",
			"With min_replica_count %d the HPA asks for the metrics on its own, every 15 seconds. "+
				"The interval counts only with a minimum of 0, with idle_replica_count or with use_cached_metrics.", *m.MinReplicaCount)
	}
}

// checkScaleToZero is the end of verifyCPUMemoryScalers in KEDA's webhook.
func checkScaleToZero(f *findings, m *ScaledObjectModel) {
	if !f.known(at("min_replica_count"), at("scale_target_ref")) || !f.triggersKnown(len(m.Triggers), "type") || valueOr(m.MinReplicaCount, 0) != 0 {
		return
	}

	checked := m.targetAPIVersion() == "apps/v1" && slices.Contains([]string{"Deployment", "StatefulSet"}, m.targetKind())
	if checked && len(m.Triggers) > 0 && !slices.ContainsFunc(m.Triggers, isExternal) {
		f.fail(at("min_replica_count"), "CPU and memory cannot scale to zero",
			"All triggers are cpu or memory, which are measured on running pods, so KEDA refuses the minimum 0%s. Set min_replica_count to 1 or more, or add another trigger.",
			byDefault(m.MinReplicaCount == nil))
	}
}

// isExternal reports whether KEDA itself reads the trigger's metric.
func isExternal(trigger Trigger) bool {
	return !slices.Contains(resourceTriggers, trigger.Type)
}

// checkFallback is CheckFallbackValid (apis/keda/v1alpha1/scaledobject_types.go)
// with what pkg/fallback and pkg/scaling/executor make of it at run time.
func checkFallback(f *findings, m *ScaledObjectModel) {
	if m.Fallback == nil || !f.known(at("fallback"), at("advanced.scaling_modifiers")) || !f.triggersKnown(len(m.Triggers), "type") {
		return
	}

	modifiers := m.modifiers()
	if modifiers == nil && len(m.Triggers) > 0 && !slices.ContainsFunc(m.Triggers, isExternal) {
		f.fail(at("fallback"), "Fallback without a trigger for it",
			"All triggers are cpu or memory, whose metrics KEDA does not read, so it cannot notice a failure and refuses the fallback. Remove it, or add another trigger.")
	}

	if modifiers == nil && valueOr(m.Fallback.Behavior, "") == fallbackScalingModifiers {
		f.fail(at("fallback.behavior"), "Fallback without a formula",
			"The behavior scalingModifiers leaves the decision to advanced.scaling_modifiers.formula, which is not set.")
	}

	if modifiers != nil && !isPositiveInteger(modifiers.Target) {
		f.fail(at("advanced.scaling_modifiers.target"), "Target that switches the fallback off",
			"With a formula, KEDA applies the fallback only if the formula's target is a whole number above 0, and the target is %q.", modifiers.Target)
	}

	if m.Fallback.Replicas == 0 && slices.Contains([]string{"", "static"}, valueOr(m.Fallback.Behavior, "")) {
		f.warn(at("fallback.replicas"), "A failure scales to zero",
			"With 0 replicas as the fallback, KEDA takes a metric that it cannot read for no activity, and scales down. Set 1 or more, or no fallback at all: the workload then stays as it is.")
	}
}

// checkHPABehavior applies the API server's rule for tolerance
// (autoscaling/v2), which counts when KEDA makes the HPA.
func checkHPABehavior(f *findings, m *ScaledObjectModel) {
	if m.Advanced == nil || m.Advanced.HorizontalPodAutoscalerConfig == nil || m.Advanced.HorizontalPodAutoscalerConfig.Behavior == nil {
		return
	}

	behavior := m.Advanced.HorizontalPodAutoscalerConfig.Behavior
	checkTolerance(f, at("advanced.horizontal_pod_autoscaler_config.behavior.scale_up.tolerance"), behavior.ScaleUp)
	checkTolerance(f, at("advanced.horizontal_pod_autoscaler_config.behavior.scale_down.tolerance"), behavior.ScaleDown)
}

func checkTolerance(f *findings, tolerance path.Path, rules *HPAScalingRules) {
	if rules == nil || rules.Tolerance == nil || !f.known(tolerance) {
		return
	}

	if quantity, err := resource.ParseQuantity(string(*rules.Tolerance)); err != nil || quantity.Sign() < 0 {
		f.fail(tolerance, "Invalid tolerance", "%q is not a Kubernetes quantity of 0 or more, such as 0.05 or 50m for 5 percent.", *rules.Tolerance)
	}
}
