package sqs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Create makes everything, and refuses what exists.
func (r *queueBinding) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config bindingModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := config.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	model := complete(ctx, config, nil, surroundingsOf(r.settings))
	work, diags := r.writing(ctx, &model)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	exists := false
	work.begun = func() { exists = true }
	err := work.put(ctx)
	if len(work.adopted) > 0 {
		resp.Diagnostics.Append(adoptedWarning(work.adopted))
	}
	if err != nil {
		resp.Diagnostics.Append(failed(model.Name, err))
	}
	if !exists {
		return
	}
	// Terraform marks it as tainted if there was an error: the next apply deletes
	// what exists and begins anew.
	resp.Diagnostics.Append(resp.State.Set(ctx, work.finished())...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, model)...)
}

// writing begins to make or change a binding. The rules are checked again, now
// that everything is known.
func (r *queueBinding) writing(ctx context.Context, model *bindingModel) (*writing, diag.Diagnostics) {
	b := read(ctx, model)
	if diags := check(b, b).Errors(); diags.HasError() {
		return nil, diags
	}
	access, err := reach(ctx, r.settings)
	if err != nil {
		return nil, diag.Diagnostics{failed(model.Name, err)}
	}
	return &writing{access: access, binding: b, begun: func() {}}, nil
}

// finished is the model with what is known now: nothing is unknown in a state.
func (b binding) finished() bindingModel {
	for _, value := range []*types.String{
		&b.QueueURL, &b.QueueARN, &b.DeadLetterQueueURL, &b.DeadLetterQueueARN, &b.ConsumerRoleARN, &b.ProducerRoleARN,
	} {
		if value.IsUnknown() {
			*value = types.StringNull()
		}
	}
	b.Trigger = b.trigger(types.StringNull())
	if region := b.triggerRegion(); region == "" {
		// The queue does not exist, so there is nothing to scale by.
		b.Trigger = types.ObjectNull(triggerTypes)
	}
	return *b.bindingModel
}
