package keda

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestObserveScaledObject(t *testing.T) {
	t.Parallel()

	var model ScaledObjectModel

	observeScaledObject(&unstructured.Unstructured{Object: map[string]any{"status": map[string]any{
		"hpaName": "keda-hpa-web", "externalMetricNames": []any{"s0-cron"},
		"conditions": []any{
			map[string]any{"type": "Ready", "status": "True", "reason": "ScaledObjectReady", "message": "fine"},
			map[string]any{"type": "Active", "status": "Unknown"},
		},
	}}}, &model)

	if valueOr(model.HPAName, "") != "keda-hpa-web" || len(model.ExternalMetricNames) != 1 || len(model.Conditions) != 2 {
		t.Errorf("observed %+v", model.ScalingStatus)
	}

	if !valueOr(model.Ready, false) || valueOr(model.Active, true) {
		t.Errorf("ready is %v and active %v", model.Ready, model.Active)
	}

	// Nothing of an earlier observation stays.
	observeScaledObject(&unstructured.Unstructured{Object: map[string]any{}}, &model)

	if model.Ready != nil || model.Active != nil || model.HPAName != nil || model.Conditions != nil {
		t.Errorf("observed %+v of an object without status", model)
	}
}
