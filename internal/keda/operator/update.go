package operator

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/keda/install"
)

// Update changes the release. One that is as planned already is only waited for,
// without its chart being fetched.
func (o *operator) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var planned, config model

	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	if resp.Diagnostics.HasError() {
		return
	}

	releases, installer, err := o.clients()
	if err != nil {
		resp.Diagnostics.Append(settingsError(err))

		return
	}

	timeout, diags := planned.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	release, diags := asPlanned(ctx, releases, installer, &planned)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	if release == nil {
		release, diags = apply(ctx, installer, &planned, config.RepositoryPassword)
		resp.Diagnostics.Append(diags...)
	}

	if release == nil {
		return
	}

	planned.settle(release)
	resp.Diagnostics.Append(resp.State.Set(ctx, planned)...)
	resp.Diagnostics.Append(setIdentity(ctx, planned.key(), resp.Identity)...)
}

// asPlanned returns the release if it is as planned, once it is ready. A chart
// at a path may have changed under the same version, so it never is.
func asPlanned(ctx context.Context, releases *helm.Client, installer *install.Installer, planned *model) (*helm.Release, diag.Diagnostics) {
	wanted, diags := planned.effectiveValues(ctx)
	if diags.HasError() || isPath(planned.Chart.ValueString()) {
		return nil, diags
	}

	live, err := look(ctx, releases, installer, planned.key())
	if err != nil {
		diags.Append(failed(planned.key(), err))

		return nil, diags
	}

	same := live != nil && live.Status == helm.Deployed && live.ChartName == planned.Chart.ValueString() &&
		helm.Satisfies(live.ChartVersion, planned.Version.ValueString()) && helm.SameValues(live.Values, wanted)
	if !same {
		return nil, diags
	}

	if err := releases.WaitReady(ctx, live); err != nil {
		diags.Append(failed(planned.key(), err))

		return nil, diags
	}

	return live, diags
}
