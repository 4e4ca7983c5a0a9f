package sqs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Update takes away what is not wanted any more, then brings everything to what
// is wanted, and makes again what is gone.
func (r *queueBinding) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, before bindingModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &before)...)
	timeout, diags := config.Timeouts.Update(ctx, defaultUpdateTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	model := complete(ctx, config, &before, surroundingsOf(r.settings))
	work, diags := r.writing(ctx, &model)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	former := read(ctx, &before)
	removed := &removal{access: work.access, binding: former, keep: &work.binding}
	// Until it is gone, the state has to know of it.
	err := removed.grantsAndObjects(ctx)
	resp.Diagnostics.Append(remarks(removed.remarks)...)
	if err != nil {
		resp.Diagnostics.Append(failed(model.Name, err))
		return
	}
	work.before = &former
	err = work.put(ctx)
	after := work.finished()
	if err != nil {
		resp.Diagnostics.Append(failed(model.Name, err))
		// What was made is recorded, and that it is not all, so that the next apply
		// goes on.
		after.Drift = types.ListValueMust(types.StringType, []attr.Value{types.StringValue("The last apply did not finish.")})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, after)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, after)...)
}

func remarks(texts []string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, text := range texts {
		diags.AddWarning("Not everything went as usual", text)
	}
	return diags
}
