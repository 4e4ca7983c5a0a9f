package operator

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
)

// ModifyPlan finds mistakes and contacts nothing: neither the cluster nor the
// chart's repository.
func (o *operator) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}

	resp.Diagnostics.Append(checkConfig(ctx, req.Config)...)

	var config, planned, current model

	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)

	exists := !req.State.Raw.IsNull()
	if exists {
		resp.Diagnostics.Append(req.State.Get(ctx, &current)...)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	if config.Version.IsNull() {
		planned.Version = versionOf(planned.Chart, current)
	}

	planned.planStatus(current, exists)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, planned)...)
}

// versionOf is the version of the chart where the configuration names none. Of a
// path it is the one that is there, so that a plan shows what changes.
func versionOf(chart types.String, current model) types.String {
	switch {
	case chart.IsUnknown():
		return types.StringUnknown()
	case !isPath(chart.ValueString()):
		return types.StringValue(defaultVersion)
	}

	if version, err := helm.VersionAt(chart.ValueString()); err == nil {
		return types.StringValue(version)
	}

	if chart.Equal(current.Chart) {
		return current.Version
	}

	return types.StringUnknown()
}

// planStatus plans the attributes that the cluster sets: they stay as they are
// if nothing is to be done.
func (m *model) planStatus(current model, exists bool) {
	if exists && current.Status.ValueString() == helm.Deployed && slices.EqualFunc(m.configurable(), current.configurable(), attr.Value.Equal) {
		m.ChartVersion, m.AppVersion, m.Revision, m.Status = current.ChartVersion, current.AppVersion, current.Revision, current.Status

		return
	}

	m.ChartVersion, m.AppVersion, m.Status = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.Revision = types.Int64Unknown()
}

// configurable are the values that a configuration can set. The password is in
// no plan.
func (m *model) configurable() []attr.Value {
	return []attr.Value{
		m.Name, m.Namespace, m.CreateNamespace,
		m.Repository, m.RepositoryUsername, m.Chart, m.Version,
		m.RoleARN, m.WatchNamespaces, m.Replicas, m.NodeSelector, m.Tolerations, m.Values,
		m.Timeouts,
	}
}
