package manifest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/jsonpath"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// requirement says what of the object is not yet as wanted, or nothing. An
// error means that it will never be.
type requirement func(live *unstructured.Unstructured) (missing string, err error)

// ready is what wait_for asks for, nil if it asks for nothing.
func ready(_ context.Context, request objectresource.ReadyRequest[model]) kube.Predicate {
	wait := request.Model.WaitFor
	if wait == nil {
		return nil
	}
	var requirements []requirement
	if wait.Rollout != nil && *wait.Rollout {
		requirements = append(requirements, rolledOut)
	}
	for _, wanted := range wait.Conditions {
		requirements = append(requirements, wanted.holds)
	}
	for _, field := range slices.Sorted(maps.Keys(wait.Fields)) {
		requirements = append(requirements, fieldIs(field, wait.Fields[field]))
	}
	return func(live *unstructured.Unstructured) (bool, string, error) {
		var progress []string
		for _, unfulfilled := range requirements {
			missing, err := unfulfilled(live)
			if err != nil {
				return false, "", err
			}
			if missing != "" {
				progress = append(progress, missing)
			}
		}
		return len(progress) == 0, strings.Join(progress, "; "), nil
	}
}

// rolledOut asks kstatus, which knows the kinds' own status fields. The code of
// kubectl would say the same in a provider of 82 MB instead of 53.
func rolledOut(live *unstructured.Unstructured) (string, error) {
	result, err := status.Compute(live)
	if err != nil {
		return "", fmt.Errorf("%s: %w", kube.RefOf(live), err)
	}
	switch result.Status {
	case status.CurrentStatus:
		return "", nil
	case status.FailedStatus:
		return "", fmt.Errorf("%s: %s", kube.RefOf(live), result.Message)
	default:
		return result.Message, nil
	}
}

func (c condition) holds(live *unstructured.Unstructured) (string, error) {
	if observed, found, _ := unstructured.NestedInt64(live.Object, "status", "observedGeneration"); found && observed < live.GetGeneration() {
		return "its controller has not yet seen the change", nil
	}
	wanted := string(metav1.ConditionTrue)
	if c.Status != nil {
		wanted = *c.Status
	}
	for _, found := range kube.Conditions(live) {
		switch {
		case found.Type != c.Type:
		case found.Status == wanted:
			return "", nil
		default:
			return fmt.Sprintf("condition %s is %s, not %s%s", c.Type, found.Status, wanted, because(found)), nil
		}
	}
	return fmt.Sprintf("condition %s is not there yet", c.Type), nil
}

func because(found kube.Condition) string {
	switch {
	case found.Reason == "" && found.Message == "":
		return ""
	case found.Message == "":
		return fmt.Sprintf(" (%s)", found.Reason)
	}
	return fmt.Sprintf(" (%s: %s)", found.Reason, found.Message)
}

// anyValue stands for every value that is not empty.
const anyValue = "*"

func fieldIs(field, wanted string) requirement {
	return func(live *unstructured.Unstructured) (string, error) {
		compiled, err := compileField(field)
		if err != nil {
			return "", fmt.Errorf("wait_for.fields: %q is not a path: %w", field, err)
		}
		found, isSet := valueAt(compiled, live)
		switch {
		case !isSet:
			return fmt.Sprintf("field %s is not set yet", field), nil
		case found == wanted, wanted == anyValue && found != "":
			return "", nil
		}
		return fmt.Sprintf("field %s is %q, not %q", field, found, wanted), nil
	}
}

// valueAt writes a field's value as text: a text as it is, anything else as JSON.
func valueAt(compiled *jsonpath.JSONPath, live *unstructured.Unstructured) (string, bool) {
	// An index beyond a list's end is an error, and means not yet.
	results, err := compiled.FindResults(live.Object)
	if err != nil || len(results) == 0 || len(results[0]) == 0 || !results[0][0].CanInterface() {
		return "", false
	}
	value := results[0][0].Interface()
	if text, isText := value.(string); isText {
		return text, true
	}
	encoded, err := json.Marshal(value)
	return string(encoded), err == nil && value != nil
}
