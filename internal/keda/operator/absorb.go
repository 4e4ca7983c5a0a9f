package operator

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
)

// absorb sets the attributes that stand for values from those of a release. An
// attribute that a model does not set stays so, and its value goes to the texts,
// unless all is set: an import does not know what the configuration sets.
func (m *model) absorb(ctx context.Context, live map[string]any, all bool) diag.Diagnostics {
	rest := runtime.DeepCopyJSON(live)

	var diags diag.Diagnostics

	if all || !m.RoleARN.IsNull() {
		m.RoleARN = takeRole(rest)
	}

	if all || !m.WatchNamespaces.IsNull() {
		m.WatchNamespaces = takeNamespaces(rest)
	}

	if all || !m.NodeSelector.IsNull() {
		m.NodeSelector = takeLabels(rest)
	}

	if all || !m.Replicas.IsNull() {
		found, more := takeReplicas(ctx, rest)
		m.Replicas = found
		diags.Append(more...)
	}

	if all || !m.Tolerations.IsNull() {
		found, more := takeTolerations(ctx, rest)
		m.Tolerations = found
		diags.Append(more...)
	}

	diags.Append(m.absorbTexts(ctx, rest)...)

	return diags
}

// absorbTexts keeps the texts as they are written if they say the same.
func (m *model) absorbTexts(ctx context.Context, rest map[string]any) diag.Diagnostics {
	untyped := model{Values: m.Values}

	if written, diags := untyped.effectiveValues(ctx); !diags.HasError() && helm.SameValues(written, rest) {
		return nil
	}

	if len(rest) == 0 {
		m.Values = types.ListNull(types.StringType)

		return nil
	}

	text, err := yaml.Marshal(rest)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("The values of the release cannot be shown", sentence(err))}
	}

	list, diags := types.ListValueFrom(ctx, types.StringType, []string{string(text)})
	m.Values = list

	return diags
}

// take removes a value, and what is empty without it.
func (s setting) take(values map[string]any) {
	s.takeAt(values, s.path)
}

func (s setting) takeAt(values map[string]any, path []string) {
	if len(path) == 1 {
		delete(values, path[0])

		return
	}

	if nested, isMap := values[path[0]].(map[string]any); isMap {
		s.takeAt(nested, path[1:])

		if len(nested) == 0 {
			delete(values, path[0])
		}
	}
}

func takeRole(values map[string]any) types.String {
	enabled, _ := irsaEnabled.in(values)
	found, _ := irsaRole.in(values)

	role, isText := found.(string)
	if enabled != true || !isText || role == "" {
		return types.StringNull()
	}

	irsaEnabled.take(values)
	irsaRole.take(values)

	return types.StringValue(role)
}

func takeNamespaces(values map[string]any) types.Set {
	found, _ := watchNamespace.in(values)

	text, isText := found.(string)
	if !isText || text == "" {
		return types.SetNull(types.StringType)
	}

	watchNamespace.take(values)

	var names []attr.Value
	for name := range strings.SplitSeq(text, ",") {
		names = append(names, types.StringValue(name))
	}

	return types.SetValueMust(types.StringType, names)
}

func takeLabels(values map[string]any) types.Map {
	found, _ := nodeSelector.in(values)

	labels, isMap := found.(map[string]any)
	if !isMap || len(labels) == 0 {
		return types.MapNull(types.StringType)
	}

	taken := map[string]attr.Value{}

	for key, value := range labels {
		text, isText := value.(string)
		if !isText {
			return types.MapNull(types.StringType)
		}

		taken[key] = types.StringValue(text)
	}

	nodeSelector.take(values)

	return types.MapValueMust(types.StringType, taken)
}

func takeReplicas(ctx context.Context, values map[string]any) (types.Object, diag.Diagnostics) {
	of := nestedType("replicas").AttributeTypes()
	taken := replicas{Operator: takeCount(operatorReplicas, values), MetricsServer: takeCount(metricsServerReplicas, values), Webhooks: takeCount(webhooksReplicas, values)}

	if taken.Operator.IsNull() && taken.MetricsServer.IsNull() && taken.Webhooks.IsNull() {
		return types.ObjectNull(of), nil
	}

	return types.ObjectValueFrom(ctx, of, taken)
}

func takeCount(from setting, values map[string]any) types.Int64 {
	found, _ := from.in(values)

	count, isNumber := found.(float64)
	if !isNumber || count != float64(int64(count)) {
		return types.Int64Null()
	}

	from.take(values)

	return types.Int64Value(int64(count))
}

func takeTolerations(ctx context.Context, values map[string]any) (types.List, diag.Diagnostics) {
	element := nestedType("tolerations")
	found, _ := tolerations.in(values)
	list, _ := found.([]any)

	var taken []toleration

	for _, entry := range list {
		fields, _ := entry.(map[string]any)
		one := toleration{
			Key: textOf(fields["key"]), Operator: textOf(fields["operator"]), Value: textOf(fields["value"]), Effect: textOf(fields["effect"]),
			TolerationSeconds: takeCount(setting{path: []string{"tolerationSeconds"}}, maps.Clone(fields)),
		}

		// What the attribute has no place for has to stay where it is.
		if fields == nil || !helm.SameValues(one.fields(), fields) {
			return types.ListNull(element), nil
		}

		taken = append(taken, one)
	}

	if len(taken) == 0 {
		return types.ListNull(element), nil
	}

	tolerations.take(values)

	return types.ListValueFrom(ctx, element, taken)
}

func textOf(value any) types.String {
	if text, isText := value.(string); isText {
		return types.StringValue(text)
	}

	return types.StringNull()
}

// nestedType is the type of a nested attribute, or of its elements.
func nestedType(name string) attr.TypeWithAttributeTypes {
	var of attr.Type

	switch nested := placementAttributes()[name].(type) {
	case schema.SingleNestedAttribute:
		of = nested.GetType()
	case schema.ListNestedAttribute:
		of = nested.NestedObject.Type()
	}

	return of.(attr.TypeWithAttributeTypes) //nolint:forcetypeassert // it is a nested attribute's
}
