package readiness

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// state is how an object stands.
type state int

const (
	pending state = iota // KEDA has not said yet
	failing              // KEDA says that something is wrong
	good
)

// verdict is what an object's status tells.
type verdict struct {
	state state
	// reason is KEDA's own word for what fails.
	reason string
	// account is what is waited for, or KEDA's account of what fails.
	account string
	// paused: KEDA has nothing to scale, and so nothing to read.
	paused bool
}

func waits(format string, args ...any) verdict {
	return verdict{state: pending, account: fmt.Sprintf(format, args...)}
}

// Conditions of both kinds, and the annotations that pause.
const (
	conditionReady  = "Ready"
	conditionActive = "Active"
	conditionPaused = "Paused"

	annotationPaused         = "autoscaling.keda.sh/paused"
	annotationPausedReplicas = "autoscaling.keda.sh/paused-replicas"
)

// judgeScaledObject reads a ScaledObject's status.
func judgeScaledObject(live *unstructured.Unstructured) verdict {
	_, pausedAtReplicas := live.GetAnnotations()[annotationPausedReplicas]
	paused := pausedAtReplicas || isTrue(live.GetAnnotations(), annotationPaused)
	v := judge(live, paused)
	if v.state != good || paused {
		return v
	}
	if want, got := hpaName(live), text(live, "status", "hpaName"); got != want {
		return waits("KEDA's HPA is %q and not %q yet", got, want)
	}
	if metric := failingMetric(live); metric != "" {
		return verdict{state: failing, reason: "Failing", account: fmt.Sprintf("KEDA could not read the metric %s", metric)}
	}
	return v
}

// judgeScaledJob reads a ScaledJob's status.
func judgeScaledJob(live *unstructured.Unstructured) verdict {
	return judge(live, isTrue(live.GetAnnotations(), annotationPaused))
}

// judge applies what both kinds have in common.
func judge(live *unstructured.Unstructured, paused bool) verdict {
	conditions := map[string]kube.Condition{}
	for _, condition := range kube.Conditions(live) {
		conditions[condition.Type] = condition
	}
	ready, active := conditions[conditionReady], conditions[conditionActive]
	if isPaused := conditions[conditionPaused].Status == "True"; paused && !isPaused {
		return waits("KEDA has not paused it yet")
	}
	switch {
	// Both are Unknown, and without a reason, until KEDA has looked at the object.
	case ready.Status == "" || ready.Status == "Unknown" && ready.Reason == "":
		return waits("KEDA has not looked at it yet")
	case ready.Status != "True":
		return verdict{state: failing, reason: ready.Reason, account: fmt.Sprintf("KEDA says %s: %s", ready.Reason, ready.Message)}
	case paused:
		return verdict{state: good, paused: true}
	}
	if want, got := triggerTypes(live), text(live, "status", "triggersTypes"); got != want {
		return waits("KEDA has looked at triggers of type %q and not yet at %q", got, want)
	}
	if active.Status != "True" && active.Status != "False" {
		return waits("KEDA has not read its metrics yet")
	}
	return verdict{state: good}
}

// hpaName is the name of the HPA that KEDA makes (getHPAName in
// controllers/keda/hpa.go).
func hpaName(live *unstructured.Unstructured) string {
	if name := text(live, "spec", "advanced", "horizontalPodAutoscalerConfig", "name"); name != "" {
		return name
	}
	return "keda-hpa-" + live.GetName()
}

// triggerTypes is what KEDA writes into status.triggersTypes
// (CombinedTriggersAndAuthenticationsTypes in scaletriggers_types.go).
func triggerTypes(live *unstructured.Unstructured) string {
	var types []string
	for _, trigger := range objects(live, "spec", "triggers") {
		if kind, _ := trigger["type"].(string); !slices.Contains(types, kind) {
			types = append(types, kind)
		}
	}
	return strings.Join(types, ",")
}

// failingMetric names a metric whose last read failed, or nothing. KEDA keeps
// count of it only where there is a fallback, and then stays Ready.
func failingMetric(live *unstructured.Unstructured) string {
	health, _, _ := unstructured.NestedMap(live.Object, "status", "health")
	var names []string
	for name, entry := range health {
		if entry, _ := entry.(map[string]any); entry["status"] == "Failing" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// isTrue reads an annotation as KEDA does: what is no boolean counts as true.
func isTrue(annotations map[string]string, name string) bool {
	value, set := annotations[name]
	if !set {
		return false
	}
	parsed, err := strconv.ParseBool(value)
	return parsed || err != nil
}

func text(live *unstructured.Unstructured, path ...string) string {
	value, _, _ := unstructured.NestedString(live.Object, path...)
	return value
}

// integer reads a whole number; unset is what the caller says.
func integer(live *unstructured.Unstructured, unset int64, path ...string) int64 {
	if value, found, err := unstructured.NestedInt64(live.Object, path...); found && err == nil {
		return value
	}
	return unset
}

func objects(live *unstructured.Unstructured, path ...string) []map[string]any {
	list, _, _ := unstructured.NestedSlice(live.Object, path...)
	var found []map[string]any
	for _, item := range list {
		if item, isObject := item.(map[string]any); isObject {
			found = append(found, item)
		}
	}
	return found
}
