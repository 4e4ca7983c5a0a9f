// Package sqs is the resource sqs_inference_queue_binding: an SQS queue for
// inferences, who may do what with it, and how KEDA scales by it.
package sqs

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Terraform's protocol calls these.
var (
	_ resource.ResourceWithConfigure      = (*queueBinding)(nil)
	_ resource.ResourceWithIdentity       = (*queueBinding)(nil)
	_ resource.ResourceWithImportState    = (*queueBinding)(nil)
	_ resource.ResourceWithModifyPlan     = (*queueBinding)(nil)
	_ resource.ResourceWithValidateConfig = (*queueBinding)(nil)
)

// NewBinding makes the resource sqs_inference_queue_binding.
func NewBinding() resource.Resource { return &queueBinding{} }

// How long operations may take where the configuration does not say. An update
// may wait for SQS' slowest attribute, a deletion for two queues and a namespace.
const (
	defaultCreateTimeout = 10 * time.Minute
	defaultUpdateTimeout = 20 * time.Minute
	defaultDeleteTimeout = 10 * time.Minute
	// readTimeout bounds a read, which waits for nothing but answers.
	readTimeout = 2 * time.Minute
)

type queueBinding struct {
	// settings are nil until the provider is configured, which it never is for
	// `terraform validate`.
	settings *settings.Settings
}

func (*queueBinding) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "sqs_inference_queue_binding"
}

func (*queueBinding) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = bindingSchema(ctx)
}

func (r *queueBinding) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	configured, err := settings.From(req.ProviderData)
	if err != nil {
		resp.Diagnostics.AddError("The provider is not configured as expected", err.Error())
		return
	}
	r.settings = configured
}

// IdentitySchema is the name, and the queue where it is somebody else's.
func (*queueBinding) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name":               identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the binding, which is that of a queue that it made."},
		"existing_queue_arn": identityschema.StringAttribute{OptionalForImport: true, Description: "ARN of the queue, if the binding did not make it."},
	}}
}

// setIdentity fills in an identity that is not set.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, model bindingModel) diag.Diagnostics {
	if identity == nil || !identity.Raw.IsFullyNull() {
		return nil
	}
	diags := identity.SetAttribute(ctx, path.Root("name"), model.Name)
	diags.Append(identity.SetAttribute(ctx, path.Root("existing_queue_arn"), model.ExistingQueueARN)...)
	return diags
}

// ValidateConfig finds the mistakes that do not depend on how the provider is
// configured. Warnings wait for the plan, which would repeat them.
func (r *queueBinding) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config bindingModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	planned := complete(ctx, config, nil, surroundingsOf(nil))
	resp.Diagnostics.Append(check(read(ctx, &planned), read(ctx, &config)).Errors()...)
}

// ModifyPlan finds mistakes and fills in everything that follows from the
// configuration. It contacts nothing.
func (r *queueBinding) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config bindingModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	var before *bindingModel
	if !req.State.Raw.IsNull() {
		before = &bindingModel{}
		resp.Diagnostics.Append(req.State.Get(ctx, before)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	planned := complete(ctx, config, before, surroundingsOf(r.settings))
	resp.Diagnostics.Append(check(read(ctx, &planned), read(ctx, &config))...)
	resp.Diagnostics.Append(r.checkRegion(config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if before != nil && known(planned.DeadLetterQueueName, before.DeadLetterQueueName) && !planned.DeadLetterQueueName.Equal(before.DeadLetterQueueName) {
		resp.RequiresReplace.Append(path.Root("dead_letter_queue_name"))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, planned)...)
}

// checkRegion compares an existing queue's Region with the provider's.
func (r *queueBinding) checkRegion(config bindingModel) diag.Diagnostics {
	var f findings
	queue, provider := regionOf(config.ExistingQueueARN.ValueString()), surroundingsOf(r.settings).region.ValueString()
	if queue != "" && provider != "" && queue != provider {
		f.fail(path.Root("existing_queue_arn"), "A queue of another Region", "The queue is in %s, and the provider's aws.region is %s. Use a provider whose aws.region is the queue's.", queue, provider)
	}
	return f.Diagnostics
}
