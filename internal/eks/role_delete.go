package eks

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
)

// Delete deletes what points at the role, then the role. It can be repeated after
// any interruption.
func (r *roleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	model, _, diags := decodeRole(ctx, req.State.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := model.Timeouts.Delete(ctx, roleTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	work, diags := r.begin(ctx, &model)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if len(model.Made) > 0 {
		client, err := r.settings.Cluster()
		if err != nil {
			resp.Diagnostics.Append(awsresource.SettingsError(err))
			return
		}
		resp.Diagnostics.Append(deleteServiceAccounts(ctx, client, model.Made)...)
	}
	for _, key := range sortedKeys(model.Associations) {
		if err := work.dissociate(ctx, &model, key); err != nil {
			resp.Diagnostics.Append(awsresource.Failed("Removing a Pod Identity association", err, ""))
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	removed, err := work.roles.Delete(ctx, model.UniqueID.ValueString(), model.spec(nil))
	if len(removed) > 0 {
		resp.Diagnostics.Append(alsoRemoved(model.Name, removed))
	}
	if err != nil {
		resp.Diagnostics.Append(awsresource.Failed("Deleting "+aws.RoleName(model.Name), err, model.Name))
	}
}
