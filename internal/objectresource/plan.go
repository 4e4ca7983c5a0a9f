package objectresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// ValidateConfig finds the mistakes that do not depend on how the provider is
// configured. Warnings wait for the plan, which would repeat them. So does all
// else once the provider is configured: Terraform then validates what it is about
// to plan, and the plan finds more.
func (o *object[M, P]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if o.settings != nil {
		return
	}
	resp.Diagnostics.Append(o.check(ctx, req.Config.Raw, settings.TriggerValidationUnknown).Errors()...)
}

// ModifyPlan finds mistakes and contacts nothing.
func (o *object[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	validation := settings.TriggerValidationUnknown
	if o.settings != nil {
		validation = o.settings.TriggerValidation
	}
	resp.Diagnostics.Append(o.check(ctx, req.Plan.Raw, validation)...)
	if resp.Diagnostics.HasError() || req.State.Raw.IsNull() {
		return
	}
	pending, diags := isPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if pending {
		resp.Diagnostics.Append(reopen(ctx, o.schema(), &resp.Plan)...)
		return
	}
	if unchanged(o.schema(), req.Plan.Raw, req.State.Raw) {
		resp.Plan.Raw = req.State.Raw
	}
}

// check decodes the configuration and applies the kind's rules.
func (o *object[M, P]) check(ctx context.Context, raw tftypes.Value, validation settings.TriggerValidation) diag.Diagnostics {
	model, unknown, diags := Decode[M](ctx, o.schema(), raw)
	if diags.HasError() || o.Check == nil {
		return diags
	}
	request := CheckRequest[M]{Model: model, Unknown: unknown, TriggerValidation: validation}
	for _, found := range o.Check(ctx, request) {
		diags.Append(found.Diagnostic())
	}
	return diags
}

// reopen makes a plan without changes an update: what the cluster says about
// the object is to be known only after the apply has waited.
func reopen(ctx context.Context, own schema.Schema, plan *tfsdk.Plan) diag.Diagnostics {
	var diags diag.Diagnostics
	for name, attribute := range own.Attributes {
		if !isObserved(name, attribute) {
			continue
		}
		kind := attribute.GetType()
		unknown, err := kind.ValueFromTerraform(ctx, tftypes.NewValue(kind.TerraformType(ctx), tftypes.UnknownValue))
		if err != nil {
			diags.Append(conversionError(err))
			continue
		}
		diags.Append(plan.SetAttribute(ctx, path.Root(name), unknown)...)
	}
	return diags
}

// isObserved reports an attribute that changes with the object.
func isObserved(name string, attribute schema.Attribute) bool {
	return attribute.IsComputed() && !attribute.IsOptional() && name != "uid"
}

// unchanged reports a plan that changes nothing but makes what is observed
// unknown, as the framework does as soon as one text differs from another, even
// if a plan modifier finds later that both mean the same.
func unchanged(own schema.Schema, plan, state tftypes.Value) bool {
	var planned, current map[string]tftypes.Value
	if plan.As(&planned) != nil || state.As(&current) != nil {
		return false
	}
	for name, attribute := range own.Attributes {
		if !isObserved(name, attribute) && !planned[name].Equal(current[name]) {
			return false
		}
	}
	return true
}
