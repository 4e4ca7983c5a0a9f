package operator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/keda/install"
)

const (
	// defaultTimeout bounds an operation whose timeout is not configured: images
	// are pulled, and on EKS Auto Mode a node is made first.
	defaultTimeout = 10 * time.Minute
	// readTimeout bounds a read, which waits for nothing but the API server.
	readTimeout = 2 * time.Minute
)

// Create installs KEDA, and refuses a release that exists.
func (o *operator) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
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

	timeout, diags := planned.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	resp.Diagnostics.Append(checkNew(ctx, releases, planned.key())...)

	if resp.Diagnostics.HasError() {
		return
	}

	release, diags := apply(ctx, installer, &planned, config.RepositoryPassword)
	resp.Diagnostics.Append(diags...)

	if release == nil {
		release = remains(ctx, releases, installer, planned.key())
	}

	if release == nil {
		return
	}

	planned.settle(release)
	resp.Diagnostics.Append(resp.State.Set(ctx, planned)...)
	resp.Diagnostics.Append(setIdentity(ctx, planned.key(), resp.Identity)...)
}

// checkNew refuses a release that exists, unless an interrupted apply left it.
func checkNew(ctx context.Context, releases *helm.Client, key helm.Key) diag.Diagnostics {
	found, err := releases.Get(ctx, key)
	if _, none := errors.AsType[*helm.NoReleaseError](err); none {
		return nil
	}

	if err != nil {
		return diag.Diagnostics{failed(key, err)}
	}

	age := time.Since(found.FirstDeployed)

	switch {
	case !releases.Owns(found):
		return diag.Diagnostics{exists(key, "it does not bear the mark of this provider's field manager")}
	case age > aws.AdoptionWindow:
		return diag.Diagnostics{exists(key, fmt.Sprintf("it was made on %s, which is too long ago for an apply that was cut off", found.FirstDeployed.UTC().Format(time.DateTime+" MST")))}
	}

	return diag.Diagnostics{adopted(found)}
}

// apply fetches the chart and brings KEDA to what is planned.
func apply(ctx context.Context, installer *install.Installer, planned *model, password types.String) (*helm.Release, diag.Diagnostics) {
	values, diags := planned.effectiveValues(ctx)
	if diags.HasError() {
		return nil, diags
	}

	chart, err := helm.Fetch(ctx, planned.source(password))
	if err != nil {
		diags.Append(failed(planned.key(), err))

		return nil, diags
	}

	applied, err := installer.Apply(ctx, install.Wanted{
		Wanted:          helm.Wanted{Key: planned.key(), Chart: chart, Values: values},
		CreateNamespace: planned.CreateNamespace.ValueBool(),
	})
	if applied != nil {
		warn(&diags, "Something was found and put right", applied.Warnings)
	}

	if err != nil {
		diags.Append(failed(planned.key(), err))

		return nil, diags
	}

	return applied.Release, diags
}

// remainsTimeout bounds the look at what a failed create left behind, which
// happens when its own time may have run out.
const remainsTimeout = 15 * time.Second

// remains returns what a failed create left behind, or nil if that is nothing or
// not known.
func remains(ctx context.Context, releases *helm.Client, installer *install.Installer, key helm.Key) *helm.Release {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), remainsTimeout)
	defer cancel()

	found, err := releases.Get(ctx, key)
	if err == nil && releases.Owns(found) {
		return found
	}

	_, none := errors.AsType[*helm.NoReleaseError](err)
	if left, err := installer.Remains(ctx, key); none && err == nil && left {
		return &helm.Release{Key: key, Status: incomplete}
	}

	return nil
}

// incomplete is the status of a release of which something is missing.
const incomplete = "incomplete"

// settle gives the attributes that are not known yet their values.
func (m *model) settle(release *helm.Release) {
	m.observe(release)

	if m.Version.IsUnknown() {
		m.Version = types.StringValue(release.ChartVersion)
	}
}
