package eks

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
)

// Create makes the role, then what belongs to it. The state has the role as soon
// as it exists, so that what fails later leaves nothing behind unseen.
func (r *roleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	model, _, diags := decodeRole(ctx, req.Plan.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := model.Timeouts.Create(ctx, roleTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	work, diags := r.begin(ctx, &model)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	what := "Making " + aws.RoleName(model.Name)
	var found bool
	err := work.checkAccount(ctx)
	if err == nil {
		found, err = work.resolve(ctx)
	}
	if err != nil {
		resp.Diagnostics.Append(awsresource.Failed(what, err, model.Name))
		return
	}
	spec := model.spec(model.TagsAll)
	role, adopted, err := work.roles.Create(ctx, spec)
	if err != nil {
		resp.Diagnostics.Append(awsresource.Failed(what, err, model.Name))
		return
	}
	model.ARN, model.UniqueID = types.StringValue(role.ARN), types.StringValue(role.ID)
	model.AssumeRolePolicy = types.StringValue(spec.Trust)
	model.Associations, model.Made = map[string]string{}, map[string]string{}
	former := aws.Former{}
	if adopted {
		resp.Diagnostics.Append(awsresource.Adopted(aws.RoleName(model.Name)))
		former = role.Everything()
	}
	resp.Diagnostics.Append(setFound(ctx, resp.Private, found)...)
	resp.Diagnostics.Append(setRoleIdentity(ctx, model.Name, resp.Identity)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	resp.Diagnostics.Append(work.complete(ctx, role, former, spec, &roleModel{})...)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// Update changes the role in place, and no other one of its name.
func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	model, _, diags := decodeRole(ctx, req.Plan.Raw)
	resp.Diagnostics.Append(diags...)
	former, _, diags := decodeRole(ctx, req.State.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := model.Timeouts.Update(ctx, roleTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	work, diags := r.begin(ctx, &model)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	what := "Changing " + aws.RoleName(model.Name)
	wasFound, diags := isFound(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	keepsFound := wasFound && model.OIDCProviderARN.Equal(former.OIDCProviderARN)
	var found bool
	err := work.checkAccount(ctx)
	if err == nil {
		found, err = work.resolve(ctx)
	}
	var live *aws.Role
	if err == nil {
		live, err = work.roles.Find(ctx, model.Name)
	}
	if err != nil {
		resp.Diagnostics.Append(awsresource.Failed(what, err, model.Name))
		return
	}
	if live.ID != former.UniqueID.ValueString() {
		resp.Diagnostics.AddError("The role was deleted and made again by someone else",
			fmt.Sprintf("%s has the ID %s, and the one that was planned for had %s. Nothing was changed. Plan again.", aws.RoleName(model.Name), live.ID, former.UniqueID.ValueString()))
		return
	}
	spec := model.spec(model.TagsAll)
	model.ARN, model.UniqueID = types.StringValue(live.ARN), types.StringValue(live.ID)
	if model.AssumeRolePolicy.ValueString() == "" {
		model.AssumeRolePolicy = types.StringValue(spec.Trust)
	}
	failed := work.complete(ctx, live, former.former(), spec, &former)
	resp.Diagnostics.Append(failed...)
	if failed.HasError() {
		// The state stays as it was: the next refresh finds out how far this came.
		return
	}
	resp.Diagnostics.Append(setFound(ctx, resp.Private, found || keepsFound)...)
	resp.Diagnostics.Append(setRoleIdentity(ctx, model.Name, resp.Identity)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// complete brings the rest to the model: first what the role may do, then who
// gets it. The former model is empty for a role that was just made.
func (w *roleWork) complete(ctx context.Context, live *aws.Role, formerly aws.Former, spec aws.RoleSpec, former *roleModel) diag.Diagnostics {
	var diags diag.Diagnostics
	if err := w.roles.Change(ctx, live, formerly, spec); err != nil {
		diags.Append(awsresource.Failed("Completing "+aws.RoleName(spec.Name), err, spec.Name))
		return diags
	}
	diags.Append(w.associate(ctx, former)...)
	if diags.HasError() {
		return diags
	}
	diags.Append(w.makeServiceAccounts(ctx, former)...)
	return diags
}
