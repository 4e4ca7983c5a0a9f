package objectresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Create makes the object, and refuses one that exists.
func (o *object[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	model, _, diags := Decode[M](ctx, o.schema(), req.Plan.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := o.cluster()
	if err != nil {
		resp.Diagnostics.Append(SettingsError(err))
		return
	}
	timeout, diags := P(&model).common().Timeouts.Create(ctx, DefaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	desired, err := o.Form.Object(model)
	if err != nil {
		resp.Diagnostics.Append(conversionError(err))
		return
	}
	ref := kube.RefOf(desired)
	applied, err := client.Create(ctx, desired, o.applyOptions(""))
	if err != nil {
		resp.Diagnostics.Append(o.failed(err, ref)...)
		return
	}
	resp.Diagnostics.Append(Remarks(ref, applied)...)
	// From here on the object exists, whatever happens to the wait.
	o.observe(applied.Object, &model)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	resp.Diagnostics.Append(o.setIdentity(ctx, ref, resp.Identity)...)
	live, err := o.await(ctx, client, applied.Object, model)
	resp.Diagnostics.Append(setPending(ctx, resp.Private, err != nil)...)
	if err != nil {
		resp.Diagnostics.Append(notReady(err, afterCreate))
	}
	if live != applied.Object {
		o.observe(live, &model)
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}

// Remarks is what a successful apply has to say.
func Remarks(ref kube.Ref, applied *kube.Applied) diag.Diagnostics {
	var diags diag.Diagnostics
	if applied.Adopted {
		diags.Append(adopted(ref))
	}
	for _, warning := range applied.Warnings {
		diags.Append(said(ref, warning))
	}
	return diags
}
