package operator

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
)

// setting is a value of the chart that an attribute stands for.
type setting struct {
	// attribute is the attribute's name, dotted where it is nested.
	attribute string
	// path leads to the value.
	path []string
}

// The settings, by the chart's notation.
var (
	irsaEnabled           = setting{"role_arn", []string{"podIdentity", "aws", "irsa", "enabled"}}
	irsaRole              = setting{"role_arn", []string{"podIdentity", "aws", "irsa", "roleArn"}}
	watchNamespace        = setting{"watch_namespaces", []string{"watchNamespace"}}
	operatorReplicas      = setting{"replicas.operator", []string{"operator", "replicaCount"}}
	metricsServerReplicas = setting{"replicas.metrics_server", []string{"metricsServer", "replicaCount"}}
	webhooksReplicas      = setting{"replicas.webhooks", []string{"webhooks", "replicaCount"}}
	nodeSelector          = setting{"node_selector", []string{"nodeSelector"}}
	tolerations           = setting{"tolerations", []string{"tolerations"}}
)

// typedValues are the values that the model's attributes stand for.
func (m *model) typedValues(ctx context.Context) (map[string]any, diag.Diagnostics) {
	var diags diag.Diagnostics

	values := map[string]any{}

	if !m.RoleARN.IsNull() {
		irsaEnabled.put(values, true)
		irsaRole.put(values, m.RoleARN.ValueString())
	}

	if !m.WatchNamespaces.IsNull() {
		var names []string

		diags.Append(m.WatchNamespaces.ElementsAs(ctx, &names, false)...)
		slices.Sort(names)
		watchNamespace.put(values, strings.Join(names, ","))
	}

	if !m.NodeSelector.IsNull() {
		labels := map[string]string{}
		diags.Append(m.NodeSelector.ElementsAs(ctx, &labels, false)...)
		nodeSelector.put(values, anyMap(labels))
	}

	diags.Append(m.putReplicas(ctx, values)...)
	diags.Append(m.putTolerations(ctx, values)...)

	return values, diags
}

func (m *model) putReplicas(ctx context.Context, values map[string]any) diag.Diagnostics {
	if m.Replicas.IsNull() {
		return nil
	}

	var counts replicas

	diags := m.Replicas.As(ctx, &counts, basetypes.ObjectAsOptions{})

	for to, count := range map[*setting]types.Int64{
		&operatorReplicas: counts.Operator, &metricsServerReplicas: counts.MetricsServer, &webhooksReplicas: counts.Webhooks,
	} {
		if !count.IsNull() {
			to.put(values, float64(count.ValueInt64()))
		}
	}

	return diags
}

func (m *model) putTolerations(ctx context.Context, values map[string]any) diag.Diagnostics {
	if m.Tolerations.IsNull() {
		return nil
	}

	var all []toleration

	diags := m.Tolerations.ElementsAs(ctx, &all, false)
	list := make([]any, 0, len(all))

	for _, one := range all {
		list = append(list, one.fields())
	}

	tolerations.put(values, list)

	return diags
}

// fields are the toleration in Kubernetes' notation.
func (t toleration) fields() map[string]any {
	fields := map[string]any{}

	for name, value := range map[string]types.String{"key": t.Key, "operator": t.Operator, "value": t.Value, "effect": t.Effect} {
		if !value.IsNull() {
			fields[name] = value.ValueString()
		}
	}

	if !t.TolerationSeconds.IsNull() {
		fields["tolerationSeconds"] = float64(t.TolerationSeconds.ValueInt64())
	}

	return fields
}

// effectiveValues are all values that the chart is given.
func (m *model) effectiveValues(ctx context.Context) (map[string]any, diag.Diagnostics) {
	typed, diags := m.typedValues(ctx)

	var texts []string

	diags.Append(m.Values.ElementsAs(ctx, &texts, false)...)

	values := map[string]any{}

	for _, text := range texts {
		parsed, err := helm.ParseValues(text)
		if err != nil {
			diags.AddAttributeError(at("values"), "The values cannot be read", sentence(err))

			continue
		}

		values = helm.MergeValues(values, parsed)
	}

	return helm.MergeValues(values, typed), diags
}

// put sets the value, and makes what it is in.
func (s setting) put(values map[string]any, value any) {
	last := len(s.path) - 1

	for _, name := range s.path[:last] {
		nested, isMap := values[name].(map[string]any)
		if !isMap {
			nested = map[string]any{}
			values[name] = nested
		}

		values = nested
	}

	values[s.path[last]] = value
}

// in returns the value, if it is set.
func (s setting) in(values map[string]any) (any, bool) {
	last := len(s.path) - 1

	for _, name := range s.path[:last] {
		nested, isMap := values[name].(map[string]any)
		if !isMap {
			return nil, false
		}

		values = nested
	}

	value, found := values[s.path[last]]

	return value, found
}

// String is the chart's notation.
func (s setting) String() string { return strings.Join(s.path, ".") }

func anyMap(texts map[string]string) map[string]any {
	all := make(map[string]any, len(texts))
	for key, value := range texts {
		all[key] = value
	}

	return all
}
