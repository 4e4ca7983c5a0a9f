package operator

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"sigs.k8s.io/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
)

// modelOf is a configuration as a model.
func modelOf(t *testing.T, attributes written) *model {
	t.Helper()

	config := configOf(t, attributes)

	var parsed model
	if diags := tfsdk.Plan(config).Get(t.Context(), &parsed); diags.HasError() {
		t.Fatal(diags)
	}

	return &parsed
}

// everything sets every attribute that stands for a value.
var everything = written{
	"role_arn":         "arn:aws:iam::123456789012:role/keda",
	"watch_namespaces": []any{"b", "a"},
	"replicas":         map[string]any{"operator": int64(2), "metrics_server": int64(1)},
	"node_selector":    map[string]any{"kubernetes.io/arch": "arm64"},
	"tolerations":      []any{map[string]any{"key": "a", "operator": "Exists", "effect": "NoExecute", "toleration_seconds": int64(60)}, map[string]any{"key": "b", "value": "c"}},
	"values":           []any{"logging: {operator: {level: info}}", "logging: {operator: {level: debug, format: json}}"},
}

const everythingAsYAML = `
podIdentity: {aws: {irsa: {enabled: true, roleArn: "arn:aws:iam::123456789012:role/keda"}}}
watchNamespace: a,b
operator: {replicaCount: 2}
metricsServer: {replicaCount: 1}
nodeSelector: {kubernetes.io/arch: arm64}
tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 60}, {key: b, value: c}]
logging: {operator: {level: debug, format: json}}
`

func valuesOf(t *testing.T, text string) map[string]any {
	t.Helper()

	parsed, err := helm.ParseValues(text)
	if err != nil {
		t.Fatal(err)
	}

	return parsed
}

func TestEffectiveValues(t *testing.T) {
	t.Parallel()

	got, diags := modelOf(t, everything).effectiveValues(t.Context())
	if diags.HasError() {
		t.Fatal(diags)
	}

	if want := valuesOf(t, everythingAsYAML); !helm.SameValues(got, want) {
		t.Errorf("values are %v, want %v", got, want)
	}
}

// What an import makes of the values of a release says the same again.
func TestAbsorbIsTheWayBack(t *testing.T) {
	t.Parallel()

	live := valuesOf(t, everythingAsYAML)

	absorbed := importedModel(t.Context(), &helm.Release{})
	if diags := absorbed.absorb(t.Context(), live, true); diags.HasError() {
		t.Fatal(diags)
	}

	wanted := modelOf(t, everything)
	for name, same := range map[string]bool{
		"role_arn":         absorbed.RoleARN.Equal(wanted.RoleARN),
		"watch_namespaces": absorbed.WatchNamespaces.Equal(wanted.WatchNamespaces),
		"replicas":         absorbed.Replicas.Equal(wanted.Replicas),
		"node_selector":    absorbed.NodeSelector.Equal(wanted.NodeSelector),
		"tolerations":      absorbed.Tolerations.Equal(wanted.Tolerations),
	} {
		if !same {
			t.Errorf("%s differs: %+v", name, absorbed)
		}
	}

	again, diags := absorbed.effectiveValues(t.Context())
	if diags.HasError() || !helm.SameValues(again, live) {
		t.Errorf("values are %v, want %v: %v", again, live, diags)
	}
}

func TestDriftIsShownWhereItIs(t *testing.T) {
	t.Parallel()

	drifted := modelOf(t, everything)

	live := valuesOf(t, everythingAsYAML)
	operatorReplicas.put(live, float64(5))

	if diags := drifted.refresh(t.Context(), &helm.Release{Revision: 2, Values: live}); diags.HasError() {
		t.Fatal(diags)
	}

	before := modelOf(t, everything)
	if drifted.Replicas.Equal(before.Replicas) {
		t.Error("the drift is not shown")
	}

	if !drifted.Values.Equal(before.Values) || !drifted.RoleARN.Equal(before.RoleARN) {
		t.Errorf("what did not drift is written anew: %v", drifted.Values)
	}
}

// What the model leaves to the texts stays there.
func TestDriftOfWhatNoAttributeSets(t *testing.T) {
	t.Parallel()

	drifted := modelOf(t, written{"values": []any{"a: 1"}})
	live := valuesOf(t, "{a: 1, nodeSelector: {b: c}}")

	if diags := drifted.refresh(t.Context(), &helm.Release{Revision: 2, Values: live}); diags.HasError() {
		t.Fatal(diags)
	}

	again, diags := drifted.effectiveValues(t.Context())
	if diags.HasError() || !helm.SameValues(again, live) || !drifted.NodeSelector.IsNull() {
		t.Errorf("values are %v and node_selector %v, want %v and null", again, drifted.NodeSelector, live)
	}
}

func FuzzAbsorb(f *testing.F) {
	f.Add(everythingAsYAML)
	f.Add("{nodeSelector: {a: 1}, tolerations: [x], watchNamespace: '', operator: {replicaCount: 1.5}}")
	f.Add("{podIdentity: {aws: {irsa: {enabled: 'true', roleArn: [a]}}}, tolerations: [{tolerationSeconds: 1.5}]}")
	f.Add("{podIdentity: [], operator: 3, metricsServer: {replicaCount: 1e300}}")
	f.Fuzz(func(t *testing.T, text string) {
		var live map[string]any
		if yaml.Unmarshal([]byte(text), &live) != nil {
			return
		}

		absorbed := importedModel(t.Context(), &helm.Release{})
		if diags := absorbed.absorb(t.Context(), live, true); diags.HasError() {
			t.Fatal(diags)
		}

		again, diags := absorbed.effectiveValues(t.Context())
		if diags.HasError() || !helm.SameValues(again, live) {
			t.Errorf("%q is read as %v (%v)", text, again, diags)
		}
	})
}
