package objectresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// QuickPlanner is a resource that knows the outcome of the plans that are by far
// the most: of an object that is new, and of one that does not change. For these
// the framework does nothing but walk the schema again for every value, which is
// two thirds of all that a plan of many objects takes. That it would come to the
// same is what [Descriptor.Schema] asks of a schema, and what tests compare.
type QuickPlanner interface {
	resource.Resource
	// QuickPlan returns the plan, or nil where the framework has to make it:
	// for any other change, and wherever there is something to report.
	QuickPlan(ctx context.Context, configured *settings.Settings, request *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse
}

// QuickPlan implements [QuickPlanner].
func (o *object[M, P]) QuickPlan(ctx context.Context, configured *settings.Settings, request *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	// Private state is kept for an object that is not ready yet.
	if configured == nil || len(request.PriorPrivate) > 0 || request.PriorState == nil || request.ProposedNewState == nil {
		return nil
	}
	planned, isQuick := o.quickly(request)
	if !isQuick || len(o.check(ctx, planned, configured.TriggerValidation)) > 0 {
		return nil
	}
	state, err := tfprotov6.NewDynamicValue(o.kind(), planned)
	if err != nil {
		return nil
	}
	identity := request.PriorIdentity
	if identity == nil {
		if identity = o.noIdentity(ctx); identity == nil {
			return nil
		}
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: &state, PlannedIdentity: identity}
}

// quickly returns what is planned for an object that is new or stays as it is.
func (o *object[M, P]) quickly(request *tfprotov6.PlanResourceChangeRequest) (planned tftypes.Value, isQuick bool) {
	prior, err := request.PriorState.Unmarshal(o.kind())
	if err != nil {
		return tftypes.Value{}, false
	}
	proposed, err := request.ProposedNewState.Unmarshal(o.kind())
	if err != nil || proposed.IsNull() {
		return tftypes.Value{}, false
	}
	if !prior.IsNull() {
		return proposed, proposed.Equal(prior)
	}
	var attributes map[string]tftypes.Value
	if proposed.As(&attributes) != nil {
		return tftypes.Value{}, false
	}
	for name, attribute := range o.schema().Attributes {
		if attribute.IsComputed() && attributes[name].IsNull() {
			attributes[name] = tftypes.NewValue(attributes[name].Type(), tftypes.UnknownValue)
		}
	}
	return tftypes.NewValue(o.kind(), attributes), true
}

// noIdentity is the identity of an object that has none yet.
func (o *object[M, P]) noIdentity(ctx context.Context) *tfprotov6.ResourceIdentityData {
	var identity resource.IdentitySchemaResponse
	o.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &identity)
	kind := identity.IdentitySchema.Type().TerraformType(ctx)
	none, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	if err != nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &none}
}
