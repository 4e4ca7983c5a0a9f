package operator

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
)

// ImportState takes a release over, whoever made it. What it is given in values
// becomes attributes where there are any. Where its chart came from is not in the
// release: the next apply notes it, and changes nothing for it.
func (o *operator) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()

	key, diags := importKey(ctx, req)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	releases, _, err := o.clients()
	if err != nil {
		resp.Diagnostics.Append(settingsError(err))

		return
	}

	live, err := releases.Get(ctx, key)
	if err != nil {
		resp.Diagnostics.Append(failed(key, err))

		return
	}

	imported := importedModel(ctx, live)
	resp.Diagnostics.Append(imported.absorb(ctx, live.Values, true)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, imported)...)
	resp.Diagnostics.Append(setIdentity(ctx, key, resp.Identity)...)
}

// importKey reads NAMESPACE/NAME, or the identity.
func importKey(ctx context.Context, req resource.ImportStateRequest) (helm.Key, diag.Diagnostics) {
	if req.ID == "" && req.Identity != nil {
		return identified(ctx, req.Identity)
	}

	namespace, name, found := strings.Cut(req.ID, "/")
	if !found || namespace == "" || name == "" || strings.Contains(name, "/") {
		return helm.Key{}, diag.Diagnostics{diag.NewErrorDiagnostic("Not the id of a Helm release",
			"\""+req.ID+"\" is not the id of a Helm release: it has the form NAMESPACE/NAME, such as keda/keda.")}
	}

	return helm.Key{Namespace: namespace, Name: name}, nil
}

func identified(ctx context.Context, identity *tfsdk.ResourceIdentity) (helm.Key, diag.Diagnostics) {
	var namespace, name types.String

	diags := identity.GetAttribute(ctx, path.Root("namespace"), &namespace)
	diags.Append(identity.GetAttribute(ctx, path.Root("name"), &name)...)

	return helm.Key{Namespace: namespace.ValueString(), Name: name.ValueString()}, diags
}

// importedModel is a model in which no attribute that stands for a value is set.
func importedModel(ctx context.Context, live *helm.Release) *model {
	imported := &model{
		Name:            types.StringValue(live.Name),
		Namespace:       types.StringValue(live.Namespace),
		CreateNamespace: types.BoolValue(true),
		Chart:           types.StringValue(live.ChartName),
		Version:         types.StringValue(live.ChartVersion),
		WatchNamespaces: types.SetNull(types.StringType),
		NodeSelector:    types.MapNull(types.StringType),
		Replicas:        types.ObjectNull(nestedType("replicas").AttributeTypes()),
		Tolerations:     types.ListNull(nestedType("tolerations")),
		Values:          types.ListNull(types.StringType),
	}
	imported.observe(live)

	if kind, isTimeouts := timeoutsAttribute(ctx).GetType().(timeouts.Type); isTimeouts {
		imported.Timeouts = timeouts.Value{Object: types.ObjectNull(kind.AttrTypes)}
	}

	return imported
}
