package kube

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// Condition is one of an object's status.conditions.
type Condition struct {
	Type, Status, Reason, Message string
}

// Conditions reads an object's status.conditions. It has none while its
// controller has written none, which some write as null.
func Conditions(live *unstructured.Unstructured) []Condition {
	status, _ := live.Object["status"].(map[string]any)
	entries, _ := status["conditions"].([]any)
	conditions := make([]Condition, 0, len(entries))
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		text := func(key string) string { value, _ := fields[key].(string); return value }
		conditions = append(conditions, Condition{
			Type: text("type"), Status: text("status"), Reason: text("reason"), Message: text("message"),
		})
	}
	return conditions
}
