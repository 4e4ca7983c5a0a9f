package kube

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestOwned(t *testing.T) {
	t.Parallel()
	live := `{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": {"name": "web", "labels": {"ours": "1", "theirs": "2"}, "managedFields": [
			{"manager": "hpa", "operation": "Apply", "subresource": "scale", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
			{"manager": "us", "operation": "Update", "fieldsV1": {"f:spec": {"f:paused": {}}}},
			{"manager": "us", "operation": "Apply", "fieldsV1": {
				"f:metadata": {"f:labels": {"f:ours": {}}, "f:annotations": {".": {}}},
				"f:spec": {
					"f:selector": {},
					"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {
						".": {}, "f:name": {}, "f:image": {},
						"f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}},
						"f:args": {}
					}}, "f:finalizers": {"v:\"a\"": {}}}}
				}
			}},
			{"manager": "keda", "operation": "Apply", "subresource": "status", "fieldsV1": {"f:status": {}}}
		], "annotations": {"theirs": "x"}},
		"spec": {
			"replicas": 3, "paused": false,
			"selector": {"matchLabels": {"app": "web"}},
			"template": {"spec": {
				"finalizers": ["a", "b"],
				"containers": [
					{"name": "sidecar", "image": "s"},
					{"name": "web", "image": "w", "imagePullPolicy": "Always", "args": ["x", "y"],
					 "ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 90, "protocol": "TCP"}]}
				]
			}}
		},
		"status": {"replicas": 3}
	}`
	for manager, want := range map[string]string{
		"us": `{
			"metadata": {"labels": {"ours": "1"}, "annotations": {}},
			"spec": {
				"selector": {"matchLabels": {"app": "web"}},
				"template": {"spec": {"finalizers": ["a"], "containers": [
					{"name": "web", "image": "w", "args": ["x", "y"], "ports": [{"containerPort": 80}]}
				]}}
			}
		}`,
		"hpa":    `null`,
		"nobody": `null`,
	} {
		var object, wanted map[string]any
		if json.Unmarshal([]byte(live), &object) != nil || json.Unmarshal([]byte(want), &wanted) != nil {
			t.Fatal("the test's own JSON is wrong")
		}
		if got := Owned(object, manager); !reflect.DeepEqual(got, wanted) {
			t.Errorf("%s: got  %v\nwant %v", manager, got, wanted)
		}
	}
}

// TestOwnedBare is an object that a configuration names and sets nothing of.
func TestOwnedBare(t *testing.T) {
	t.Parallel()
	live := func(fields map[string]any) map[string]any {
		return map[string]any{
			"metadata": map[string]any{
				"annotations": map[string]any{bareAnnotation: "us", "set": "too"},
				"managedFields": []any{map[string]any{"manager": "us", "operation": "Apply", "fieldsV1": map[string]any{
					"f:metadata": map[string]any{"f:annotations": fields},
				}}},
			},
		}
	}
	if got := Owned(live(map[string]any{"f:" + bareAnnotation: map[string]any{}}), "us"); !reflect.DeepEqual(got, map[string]any{"metadata": map[string]any{}}) {
		t.Errorf("got %v, want nothing but metadata", got)
	}
	set := Owned(live(map[string]any{"f:" + bareAnnotation: map[string]any{}, "f:set": map[string]any{}}), "us")
	want := map[string]any{"metadata": map[string]any{"annotations": map[string]any{bareAnnotation: "us", "set": "too"}}}
	if !reflect.DeepEqual(set, want) {
		t.Errorf("got %v, want %v", set, want)
	}
}
