package operator

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
)

// objectOptions let a nested attribute be looked at while parts are not known.
var objectOptions = basetypes.ObjectAsOptions{UnhandledUnknownAsEmpty: true, UnhandledNullAsEmpty: true}

func (f *findings) checkValues(ctx context.Context, written *model) {
	if written.Values.IsNull() || written.Values.IsUnknown() {
		return
	}

	var texts []types.String

	f.diags.Append(written.Values.ElementsAs(ctx, &texts, false)...)

	typed := setByAttributes(ctx, written)
	merged, complete := map[string]any{}, true

	for i, text := range texts {
		where := at("values").AtListIndex(i)

		switch {
		case text.IsUnknown():
			complete = false

			continue
		case text.IsNull():
			f.fail(where, "A text that is null", "An element of values is null: leave it out.")

			continue
		}

		parsed, err := helm.ParseValues(text.ValueString())
		if err != nil {
			f.fail(where, "Not values of a chart", "The text is not the YAML or JSON of a mapping: %v.", err)

			continue
		}

		f.checkSetTwice(where, parsed, typed)
		merged = helm.MergeValues(merged, parsed)
	}

	if complete {
		f.checkMeaning(written, merged)
	}
}

// setByAttributes are the values that the configuration sets by an attribute.
func setByAttributes(ctx context.Context, written *model) []setting {
	var (
		set    []setting
		counts replicas
	)

	if !written.Replicas.IsNull() && !written.Replicas.IsUnknown() {
		_ = written.Replicas.As(ctx, &counts, objectOptions)
	}

	for _, one := range []struct {
		setting
		isNull bool
	}{
		{irsaEnabled, written.RoleARN.IsNull()},
		{irsaRole, written.RoleARN.IsNull()},
		{watchNamespace, written.WatchNamespaces.IsNull()},
		{operatorReplicas, counts.Operator.IsNull()},
		{metricsServerReplicas, counts.MetricsServer.IsNull()},
		{webhooksReplicas, counts.Webhooks.IsNull()},
		{nodeSelector, written.NodeSelector.IsNull()},
		{tolerations, written.Tolerations.IsNull()},
	} {
		if !one.isNull {
			set = append(set, one.setting)
		}
	}

	return set
}

func (f *findings) checkSetTwice(where path.Path, parsed map[string]any, typed []setting) {
	for _, one := range typed {
		if _, found := one.in(parsed); found {
			f.fail(where, "A value that is set twice", "The text sets %s, which %s sets too: leave one of them out.", one, one.attribute)
		}
	}
}

// roleAnnotation is by which EKS finds the role of a service account.
const roleAnnotation = "eks.amazonaws.com/role-arn"

var (
	accountCreate      = setting{path: []string{"serviceAccount", "operator", "create"}}
	accountAnnotations = setting{path: []string{"serviceAccount", "operator", "annotations"}}
	metricsEnabled     = setting{path: []string{"metricsServer", "enabled"}}
)

// checkMeaning finds values that cannot work with the attributes, or hardly as
// meant.
func (f *findings) checkMeaning(written *model, values map[string]any) {
	annotations, _ := accountAnnotations.in(values)
	byAnnotation, _ := annotations.(map[string]any)

	if create, found := accountCreate.in(values); found && create == false && !written.RoleARN.IsNull() {
		f.fail(at("role_arn"), "A role that nobody gets", "The values set %s to false, so the chart makes no service account to write role_arn to. "+
			"Leave role_arn out and annotate the service account where it is made, or let the chart make it.", accountCreate)
	}

	if _, found := byAnnotation[roleAnnotation]; found && !written.RoleARN.IsNull() {
		f.fail(at("role_arn"), "Two roles", "The values set %s too, by the annotation %s in %s: leave one of them out.", "the operator's role", roleAnnotation, accountAnnotations)
	}

	if enabled, found := metricsEnabled.in(values); found && enabled == false {
		f.warn(at("values"), "KEDA without its metrics server", "%s is false. Without another server of KEDA's external metrics, workloads are scaled from zero to one and no further.", metricsEnabled)
	}
}
