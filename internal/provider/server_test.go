package provider

import (
	"maps"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// list is a list of a test's configuration.
type list = []any

var cronTrigger = object{
	"type":     "cron",
	"metadata": object{"timezone": "UTC", "start": "0 * * * *", "end": "1 * * * *", "desiredReplicas": "1"},
}

// planned are configurations that are correct, by resource.
var planned = map[string][]object{
	"keda_scaled_object": {
		{"name": "web", "namespace": "default", "scale_target_ref": object{"name": "web"}, "triggers": list{cronTrigger}},
		{
			"name": unknown{}, "namespace": "default", "labels": object{"team": unknown{}}, "annotations": unknown{},
			"scale_target_ref": object{"name": unknown{}}, "triggers": unknown{}, "timeouts": object{"create": "5m"},
		},
		{
			"name": "web", "namespace": "default", "labels": object{}, "hpa_excluded_labels": list{"secret"}, "paused": false,
			"scale_target_ref": object{"name": "web", "kind": "Deployment"},
			"triggers":         list{cronTrigger, object{"type": unknown{}, "metadata": object{"a": unknown{}}}},
			"advanced": object{"horizontal_pod_autoscaler_config": object{"behavior": object{"scale_up": object{
				"tolerance": "0.05", "policies": list{object{"type": "Pods", "value": int64(4), "period_seconds": int64(15)}},
			}}}},
		},
	},
	"keda_scaled_job": {{
		"name": "worker", "namespace": "default", "triggers": list{cronTrigger},
		"job_target_ref": object{"template": "spec: {restartPolicy: Never, containers: [{name: a, image: b}]}"},
	}, {
		"name": "worker", "namespace": "default", "triggers": list{cronTrigger}, "job_target_ref": object{"template": unknown{}},
	}},
	"keda_trigger_authentication":         {{"name": "aws", "namespace": "default", "pod_identity": object{"provider": "aws"}}},
	"keda_cluster_trigger_authentication": {{"name": "aws", "pod_identity": object{"provider": "aws"}}},
	"k8s_manifest": {
		{"manifest": "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}, data: {a: b}}"},
		{"manifest": unknown{}, "wait_for": object{"fields": object{"status.phase": "*"}}},
	},
}

// TestQuickPlan compares quick plans with those of the framework.
func TestQuickPlan(t *testing.T) {
	t.Parallel()

	quick := configuredServer(t)
	for name, configs := range planned {
		kind := resourceType(t, quick, name)

		for _, content := range configs {
			config := valueOf(t, kind, content)

			created := comparePlans(t, quick, name, config, tftypes.NewValue(kind, nil), config)
			if created.IsNull() {
				t.Fatalf("%s: nothing is planned for %s", name, config)
			}

			if !config.IsFullyKnown() {
				continue
			}

			state := observed(t, created)
			if again := comparePlans(t, quick, name, config, state, state); !again.Equal(state) {
				t.Errorf("%s: a plan without changes has %s, want %s", name, again, state)
			}
		}
	}
}

// TestPlanOfTheFramework shows plans that are not made quickly.
func TestPlanOfTheFramework(t *testing.T) {
	t.Parallel()

	const name = "keda_scaled_object"

	quick := configuredServer(t)
	planner, kind := quick.planners[name], resourceType(t, quick, name)
	with := func(changes object) tftypes.Value {
		content := object{"name": "web", "namespace": "default", "scale_target_ref": object{"name": "web"}, "triggers": list{cronTrigger}}
		maps.Copy(content, changes)

		return valueOf(t, kind, content)
	}
	none, state := tftypes.NewValue(kind, nil), with(object{"uid": "u"})
	pending := planRequest(t, name, state, state, state)
	pending.PriorPrivate = []byte(`{"pending": "dHJ1ZQ=="}`)

	for what, request := range map[string]*tfprotov6.PlanResourceChangeRequest{
		"a change":       planRequest(t, name, state, state, with(object{"uid": "u", "max_replica_count": int64(4)})),
		"a deletion":     planRequest(t, name, none, state, none),
		"a mistake":      planRequest(t, name, none, none, with(object{"min_replica_count": int64(1000)})),
		"a warning":      planRequest(t, name, none, none, with(object{"min_replica_count": int64(1), "cooldown_period": int64(5)})),
		"a pending wait": pending,
	} {
		if got := planner.QuickPlan(t.Context(), quick.provider.configured.Load(), request); got != nil {
			t.Errorf("%s is planned quickly", what)
		}
	}

	if got := planner.QuickPlan(t.Context(), nil, planRequest(t, name, state, state, state)); got != nil {
		t.Error("a plan is made although the provider is not configured")
	}
}

// configuredServer is the provider's server with a cluster that does not exist.
func configuredServer(t *testing.T) *server {
	t.Helper()

	config := configValue(t, object{"kubernetes": object{"host": "https://127.0.0.1:1"}})
	made := newServer(newTestProvider(nil))

	configured, err := made.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: encode(t, config)})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured)
	}

	return made
}

// resourceType is the type of a resource's values.
func resourceType(t *testing.T, from *server, name string) tftypes.Type {
	t.Helper()

	schemas, err := from.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	return schemas.ResourceSchemas[name].ValueType()
}

func encode(t *testing.T, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()

	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}

	return &encoded
}

func planRequest(t *testing.T, name string, config, prior, proposed tftypes.Value) *tfprotov6.PlanResourceChangeRequest {
	t.Helper()

	return &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, Config: encode(t, config), PriorState: encode(t, prior), ProposedNewState: encode(t, proposed),
	}
}

// comparePlans returns what is planned, quickly and by the framework alike.
func comparePlans(t *testing.T, quick *server, name string, config, prior, proposed tftypes.Value) tftypes.Value {
	t.Helper()

	request := planRequest(t, name, config, prior, proposed)

	want, err := quick.ProviderServer.PlanResourceChange(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}

	got := quick.planners[name].QuickPlan(t.Context(), quick.provider.configured.Load(), request)
	if got == nil {
		t.Fatalf("%s: no quick plan of %s; the framework's has %+v", name, proposed, want.Diagnostics)
	}

	gotState, wantState := decode(t, got.PlannedState, config.Type()), decode(t, want.PlannedState, config.Type())
	if !gotState.Equal(wantState) {
		t.Errorf("%s: planned is %s, by the framework %s", name, gotState, wantState)
	}

	got.PlannedState, want.PlannedState = nil, nil
	if !reflect.DeepEqual(simplified(got), simplified(want)) {
		t.Errorf("%s: the rest of the plan is %+v, by the framework %+v", name, got, want)
	}

	return gotState
}

// simplified makes what is empty comparable.
func simplified(plan *tfprotov6.PlanResourceChangeResponse) tfprotov6.PlanResourceChangeResponse {
	simple := *plan
	if len(simple.RequiresReplace) == 0 {
		simple.RequiresReplace = nil
	}

	if len(simple.Diagnostics) == 0 {
		simple.Diagnostics = nil
	}

	return simple
}

func decode(t *testing.T, value *tfprotov6.DynamicValue, kind tftypes.Type) tftypes.Value {
	t.Helper()

	decoded, err := value.Unmarshal(kind)
	if err != nil {
		t.Fatal(err)
	}

	return decoded
}

// observed is a state that a plan comes to, with what the cluster says.
func observed(t *testing.T, planned tftypes.Value) tftypes.Value {
	t.Helper()

	known, err := tftypes.Transform(planned, func(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		switch kind := value.Type(); {
		case value.IsKnown():
			return value, nil
		case kind.Is(tftypes.String):
			return tftypes.NewValue(kind, "{}"), nil
		default:
			return tftypes.NewValue(kind, nil), nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}

	return known
}
