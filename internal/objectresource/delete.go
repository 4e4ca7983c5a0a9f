package objectresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Delete deletes the object and waits until it is gone. Another object of the
// same name is left alone.
func (o *object[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	model, _, diags := Decode[M](ctx, o.schema(), req.State.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := o.cluster()
	if err != nil {
		resp.Diagnostics.Append(SettingsError(err))
		return
	}
	timeout, diags := P(&model).common().Timeouts.Delete(ctx, o.deleteTimeout())
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	desired, err := o.Form.Object(model)
	if err != nil {
		resp.Diagnostics.Append(conversionError(err))
		return
	}
	ref := kube.RefOf(desired)
	options := kube.DeleteOptions{UID: types.UID(P(&model).common().UID.ValueString())}
	if o.Propagation != nil {
		options.Propagation = o.Propagation(ref)
	}
	if o.Orphaned != nil {
		options.Orphaned = o.Orphaned(client)
	}
	warnings, err := client.Delete(ctx, ref, options)
	for _, warning := range warnings {
		resp.Diagnostics.AddWarning("A finalizer was removed by force", warning)
	}
	if err != nil {
		resp.Diagnostics.Append(o.failed(err, ref)...)
	}
}
