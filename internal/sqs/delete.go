package sqs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Delete takes everything away that the binding made, the queues last.
func (r *queueBinding) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var before bindingModel
	resp.Diagnostics.Append(req.State.Get(ctx, &before)...)
	timeout, diags := before.Timeouts.Delete(ctx, defaultDeleteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	access, err := reach(ctx, r.settings)
	if err != nil {
		resp.Diagnostics.Append(failed(before.Name, err))
		return
	}
	removed := &removal{access: access, binding: read(ctx, &before)}
	err = removed.all(ctx)
	resp.Diagnostics.Append(remarks(removed.remarks)...)
	if err != nil {
		resp.Diagnostics.Append(failed(before.Name, err))
	}
}
