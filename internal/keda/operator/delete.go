package operator

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Delete uninstalls KEDA and waits until it is gone.
func (o *operator) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var current model

	resp.Diagnostics.Append(req.State.Get(ctx, &current)...)

	if resp.Diagnostics.HasError() {
		return
	}

	_, installer, err := o.clients()
	if err != nil {
		resp.Diagnostics.Append(settingsError(err))

		return
	}

	timeout, diags := current.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	warnings, err := installer.Uninstall(ctx, current.key())
	warn(&resp.Diagnostics, "Something was left, or removed by force", warnings)

	if err != nil {
		resp.Diagnostics.Append(failed(current.key(), err))
	}
}
