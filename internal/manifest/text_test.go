package manifest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestSameMeaning(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"a: 1\nb: [x]", `{"b": ["x"], "a": 1}`, true},
		{"a: 1 # comment", "a: 1", true},
		{"a: on", "a: true", true},
		{"a: '1'", "a: 1", false},
		{"a: 1", "a: 2", false},
		{"a: {}", "a: null", false},
		{"a: [", "a: [", false},
	} {
		if got := sameMeaning(test.a, test.b); got != test.want {
			t.Errorf("%q, %q: got %t", test.a, test.b, got)
		}
	}
}

func TestPlanText(t *testing.T) {
	t.Parallel()
	const state = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: b}, spec: {replicas: 1}}"
	tests := map[string]struct {
		state, plan types.String
		want        types.String
		wantReplace bool
	}{
		"a creation":        {types.StringNull(), types.StringValue(state), types.StringValue(state), false},
		"unknown":           {types.StringValue(state), types.StringUnknown(), types.StringUnknown(), false},
		"another writing":   {types.StringValue(state), types.StringValue(state + "\n# comment"), types.StringValue(state), false},
		"another version":   {types.StringValue(state), types.StringValue("{apiVersion: apps/v2, kind: Deployment, metadata: {name: a, namespace: b}}"), types.StringValue("{apiVersion: apps/v2, kind: Deployment, metadata: {name: a, namespace: b}}"), false},
		"another group":     {types.StringValue(state), types.StringValue("{apiVersion: v1, kind: Deployment, metadata: {name: a, namespace: b}}"), types.StringValue("{apiVersion: v1, kind: Deployment, metadata: {name: a, namespace: b}}"), true},
		"another kind":      {types.StringValue(state), types.StringValue("{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a, namespace: b}}"), types.StringValue("{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a, namespace: b}}"), true},
		"another name":      {types.StringValue(state), types.StringValue("{apiVersion: apps/v1, kind: Deployment, metadata: {name: c, namespace: b}}"), types.StringValue("{apiVersion: apps/v1, kind: Deployment, metadata: {name: c, namespace: b}}"), true},
		"another namespace": {types.StringValue(state), types.StringValue("{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: c}}"), types.StringValue("{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: c}}"), true},
		"no YAML":           {types.StringValue(state), types.StringValue("a: ["), types.StringValue("a: ["), false},
	}
	for name, test := range tests {
		resp := planmodifier.StringResponse{PlanValue: test.plan}
		planText{}.PlanModifyString(t.Context(), planmodifier.StringRequest{StateValue: test.state, PlanValue: test.plan}, &resp)
		if !resp.PlanValue.Equal(test.want) || resp.RequiresReplace != test.wantReplace {
			t.Errorf("%s: got %s, replace %t", name, resp.PlanValue, resp.RequiresReplace)
		}
	}
}

func TestAbsorb(t *testing.T) {
	t.Parallel()
	const yaml, json = "kind: A\nsize: 1\n", `{"kind":"A","size":1}`
	for _, test := range []struct{ name, former, live, want string }{
		{"nothing changed", "size: 1 # one\nkind: A", json, "size: 1 # one\nkind: A"},
		{"YAML stays YAML", "kind: A\nsize: 2", json, yaml},
		{"JSON stays JSON", `{"kind": "A", "size": 2}`, yaml, json},
		{"an import is JSON", "", yaml, json},
	} {
		live, err := parse(test.live)
		if err != nil {
			t.Fatal(err)
		}
		got := model{Manifest: textOf(test.former)}
		if err := (form{}).Absorb(live, &got); err != nil || got.Manifest.ValueString() != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.name, got.Manifest.ValueString(), err, test.want)
		}
	}
	secret, _ := parse("{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {password: aHVudGVyMg==}}")
	if err := (form{}).Absorb(secret, &model{}); err == nil {
		t.Error("a Secret was written into the state")
	}
}
