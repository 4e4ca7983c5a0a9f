package operator

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/keda/install"
)

// Read shows what became of the release. One that is gone leaves the state.
func (o *operator) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()

	var current model

	resp.Diagnostics.Append(req.State.Get(ctx, &current)...)

	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(setIdentity(ctx, current.key(), resp.Identity)...)

	releases, installer, err := o.clients()
	if isUnknown(err) {
		resp.Diagnostics.Append(notRefreshed(err))

		return
	}

	if err != nil {
		resp.Diagnostics.Append(settingsError(err))

		return
	}

	live, err := look(ctx, releases, installer, current.key())
	if err != nil {
		resp.Diagnostics.Append(failed(current.key(), err))

		return
	}

	if live == nil {
		resp.State.RemoveResource(ctx)

		return
	}

	resp.Diagnostics.Append(current.refresh(ctx, live)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, current)...)
}

// look reads a release, and whether all of it is there. It is nil if there is
// nothing of it.
func look(ctx context.Context, releases *helm.Client, installer *install.Installer, key helm.Key) (*helm.Release, error) {
	live, err := releases.Get(ctx, key)
	if _, none := errors.AsType[*helm.NoReleaseError](err); none {
		left, err := installer.Remains(ctx, key)
		if err != nil || !left {
			return nil, err
		}

		return &helm.Release{Key: key, Status: incomplete}, nil
	}

	if err != nil || live.Status != helm.Deployed {
		return live, err
	}

	missing, err := installer.Missing(ctx, live)
	if err != nil {
		return nil, err
	}

	if len(missing) > 0 {
		live.Status = incomplete
	}

	return live, nil
}

// refresh puts the drift of what the model sets into it, and leaves a model
// without drift alone.
func (m *model) refresh(ctx context.Context, live *helm.Release) diag.Diagnostics {
	m.observe(live)

	if live.Revision == 0 {
		// Of the release itself nothing is left to compare with.
		return nil
	}

	if !isPath(m.Chart.ValueString()) {
		m.Chart = types.StringValue(live.ChartName)
	}

	if !helm.Satisfies(live.ChartVersion, m.Version.ValueString()) {
		m.Version = types.StringValue(live.ChartVersion)
	}

	wanted, diags := m.effectiveValues(ctx)
	if diags.HasError() || helm.SameValues(wanted, live.Values) {
		return diags
	}

	return m.absorb(ctx, live.Values, false)
}
