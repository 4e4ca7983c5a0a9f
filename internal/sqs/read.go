package sqs

import (
	"context"
	"errors"
	"fmt"

	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Read shows what became of what the binding made. A binding of which nothing is
// left leaves the state; one of which something is left stays, so that the next
// apply makes the rest again and a destroy leaves nothing behind.
func (r *queueBinding) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	var model bindingModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, model)...)
	access, err := reach(ctx, r.settings)
	seen := &reading{access: access, binding: read(ctx, &model)}
	if err == nil {
		reported, diags := req.Private.GetKey(ctx, redriveAllowKey)
		resp.Diagnostics.Append(diags...)
		seen.reportsRedriveAllow = len(reported) > 0
		err = seen.everything(ctx)
	}
	if _, ok := errors.AsType[*settings.UnknownError](err); ok {
		resp.Diagnostics.Append(notRefreshed(err))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(failed(model.Name, err))
		return
	}
	if !seen.found {
		resp.State.RemoveResource(ctx)
		return
	}
	if seen.reportsRedriveAllow {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, redriveAllowKey, []byte("true"))...)
	}
	model.Drift = seen.words()
	model.Trigger = seen.trigger(types.StringNull())
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// redriveAllowKey marks, in the private state, that SQS has reported the
// dead-letter queue's redrive-allow policy.
const redriveAllowKey = "redrive-allow-reported"

// notRefreshed says that an object could not be read yet.
func notRefreshed(err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Objects are not read while their account or cluster is not known",
		"Terraform goes on with what it knew last. "+sentence(err)+".")
}

// reading compares a binding with what is there.
type reading struct {
	*access
	binding

	// found says that something is there.
	found bool
	drift []string
	// reportsRedriveAllow says that SQS has once shown the redrive-allow policy.
	reportsRedriveAllow bool
	// queueRef and deadLetterRef are nil for queues that are not there.
	queueRef, deadLetterRef *aws.QueueRef
}

func (r *reading) words() types.List {
	values := make([]attr.Value, 0, len(r.drift))
	for _, words := range r.drift {
		values = append(values, types.StringValue(words))
	}
	return types.ListValueMust(types.StringType, values)
}

func (r *reading) note(format string, args ...any) {
	r.drift = append(r.drift, fmt.Sprintf(format, args...))
}

func (r *reading) everything(ctx context.Context) error {
	look := r.madeQueues
	if r.bound() {
		look = r.existingQueue
	}
	for _, step := range []func(context.Context) error{look, r.grantsAndRoles, r.clusterObjects} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) madeQueues(ctx context.Context) error {
	// Before the queue's own attributes are taken over: of these, the dead-letter
	// queue has to have what was applied.
	wantedDead := r.deadLetterQueue(r.QueueARN.ValueString())
	key := r.KMSKeyARN.ValueString()
	queue, err := r.find(ctx, r.Name.ValueString())
	if err != nil {
		return err
	}
	if queue != nil {
		r.absorb(queue)
		r.queueRef = &aws.QueueRef{ARN: queue.ARN, Key: key}
		wanted := r.queue(siblingARN(queue.ARN, r.DeadLetterQueueName.ValueString()))
		r.drift = append(r.drift, wanted.Differences(queue, r.settings.FieldManager, true)...)
	}
	deadLetter, err := r.find(ctx, r.DeadLetterQueueName.ValueString())
	if err != nil || deadLetter == nil {
		return err
	}
	r.deadLetterRef = &aws.QueueRef{ARN: deadLetter.ARN, Key: key}
	r.reportsRedriveAllow = r.reportsRedriveAllow || deadLetter.Reports(sqstypes.QueueAttributeNameRedriveAllowPolicy)
	wantedDead.Retention = deadLetter.Seconds(sqstypes.QueueAttributeNameMessageRetentionPeriod)
	r.DeadLetterRetentionSeconds = types.Int64Value(wantedDead.Retention)
	r.DeadLetterQueueURL, r.DeadLetterQueueARN = types.StringValue(deadLetter.URL), types.StringValue(deadLetter.ARN)
	r.drift = append(r.drift, wantedDead.Differences(deadLetter, r.settings.FieldManager, r.reportsRedriveAllow)...)
	return nil
}

// find reads a queue that was made; nil says that it is gone.
func (r *reading) find(ctx context.Context, name string) (*aws.LiveQueue, error) {
	live, err := r.queues.Find(ctx, name)
	if err != nil && aws.IsGone(err) {
		r.note("SQS queue %q is gone", name)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r.found = true
	return live, nil
}

// absorb takes over what attributes show of the queue.
func (r *reading) absorb(live *aws.LiveQueue) {
	r.QueueURL, r.QueueARN = types.StringValue(live.URL), types.StringValue(live.ARN)
	r.VisibilityTimeoutSeconds = types.Int64Value(live.Seconds(sqstypes.QueueAttributeNameVisibilityTimeout))
	r.ReceiveWaitSeconds = types.Int64Value(live.Seconds(sqstypes.QueueAttributeNameReceiveMessageWaitTimeSeconds))
	r.MessageRetentionSeconds = types.Int64Value(live.Seconds(sqstypes.QueueAttributeNameMessageRetentionPeriod))
	if redrive := live.Redrive(); redrive != nil {
		r.MaxReceiveCount = types.Int64Value(redrive.MaxReceiveCount)
	}
	if isFIFO(live.Name) {
		r.ContentBasedDeduplication = types.BoolValue(live.Attributes[string(sqstypes.QueueAttributeNameContentBasedDeduplication)] == "true")
	}
	r.KMSKeyARN, r.KMSDataKeyReuseSeconds = types.StringNull(), types.Int64Null()
	if key := live.KeyARN(); key != "" {
		r.KMSKeyARN = types.StringValue(key)
		r.KMSDataKeyReuseSeconds = types.Int64Value(live.Seconds(sqstypes.QueueAttributeNameKmsDataKeyReusePeriodSeconds))
	}
	r.Tags, r.TagsAll = present(r.Tags, live.Tags), present(r.TagsAll, live.Tags)
}

// present are the live values of tags that a configuration set.
func present(set types.Map, live map[string]string) types.Map {
	if set.IsNull() {
		return set
	}
	values := map[string]attr.Value{}
	for key := range set.Elements() {
		if value, found := live[key]; found {
			values[key] = types.StringValue(value)
		}
	}
	return types.MapValueMust(types.StringType, values)
}

func (r *reading) existingQueue(ctx context.Context) error {
	live, err := r.existing(ctx, r.ExistingQueueARN.ValueString())
	if err != nil && aws.IsGone(err) {
		r.note("SQS queue %q, which this binding did not make, is gone", nameOfQueue(r.ExistingQueueARN.ValueString()))
		return nil
	}
	if err != nil {
		return err
	}
	r.found = true
	queue, deadLetter, err := r.boundRefs(ctx, live)
	if err != nil {
		return err
	}
	r.queueRef = &queue
	r.QueueURL = types.StringValue(live.URL)
	r.DeadLetterQueueURL, r.DeadLetterQueueARN = outputsOf(deadLetter)
	if deadLetter != nil {
		ref := deadLetter.Ref()
		r.deadLetterRef = &ref
	}
	if err := r.fits(live); err != nil {
		r.note("%v", err)
	}
	return nil
}

// outputsOf are the URL and the ARN of a dead-letter queue of somebody else.
func outputsOf(deadLetter *aws.LiveQueue) (url, arn types.String) {
	switch {
	case deadLetter == nil:
		return types.StringNull(), types.StringNull()
	case deadLetter.URL == "":
		return types.StringNull(), types.StringValue(deadLetter.ARN)
	}
	return types.StringValue(deadLetter.URL), types.StringValue(deadLetter.ARN)
}
