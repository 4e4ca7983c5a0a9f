package objectresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Update changes the object in place, and no other one of its name.
func (o *object[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	model, _, diags := Decode[M](ctx, o.schema(), req.Plan.Raw)
	resp.Diagnostics.Append(diags...)
	former, _, diags := Decode[M](ctx, o.schema(), req.State.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := o.cluster()
	if err != nil {
		resp.Diagnostics.Append(SettingsError(err))
		return
	}
	timeout, diags := P(&model).common().Timeouts.Update(ctx, DefaultUpdateTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	desired, err := o.Form.Object(model)
	if err != nil {
		resp.Diagnostics.Append(conversionError(err))
		return
	}
	was, err := o.Form.Object(former)
	if err != nil {
		resp.Diagnostics.Append(conversionError(err))
		return
	}
	ref := kube.RefOf(desired)
	if !sameObject(kube.RefOf(was), ref) {
		resp.Diagnostics.Append(moved(kube.RefOf(was), ref))
		return
	}
	applied, err := client.Apply(ctx, desired, o.applyOptions(P(&former).common().UID.ValueString()))
	if err != nil {
		resp.Diagnostics.Append(o.failed(err, ref)...)
		return
	}
	resp.Diagnostics.Append(Remarks(ref, applied)...)
	live, err := o.await(ctx, client, applied.Object, model)
	resp.Diagnostics.Append(setPending(ctx, resp.Private, err != nil)...)
	if err != nil {
		resp.Diagnostics.Append(notReady(err, afterUpdate))
	}
	o.observe(live, &model)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	resp.Diagnostics.Append(o.setIdentity(ctx, ref, resp.Identity)...)
}

// sameObject reports whether two references are to one object: a kind is the
// same in all its versions.
func sameObject(a, b kube.Ref) bool {
	return a.GroupKind() == b.GroupKind() && a.Namespace == b.Namespace && a.Name == b.Name
}
