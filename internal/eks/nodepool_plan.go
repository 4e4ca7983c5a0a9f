package eks

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan plans the outputs, which others in the configuration may need at
// plan, and what becomes of the NodeClass. It contacts nothing.
func (r *autoGPUNodePool) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	r.objectResource.ModifyPlan(ctx, req, resp)
	if resp.Diagnostics.HasError() || resp.Plan.Raw.IsNull() {
		return
	}
	planned, unknown, diags := r.decode(ctx, resp.Plan.Raw)
	resp.Diagnostics.Append(diags...)
	p := planning{findings: &findings{unknown: unknown}, planned: &planned, set: func(name string, value any) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}}
	if !req.State.Raw.IsNull() {
		former, _, diags := r.decode(ctx, req.State.Raw)
		resp.Diagnostics.Append(diags...)
		p.former = &former
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("on_demand_prices"), &p.formerPrices)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	p.planOutputs()
	p.planNodeClass()
	if p.former == nil {
		return
	}
	resp.RequiresReplace.Append(p.replacing()...)
	if p.former.UID.IsNull() {
		p.set("uid", types.StringUnknown())
	}
	if !resp.Plan.Raw.Equal(req.State.Raw) {
		p.set("ready", types.BoolUnknown())
	}
}

// planning is a plan that is being made.
type planning struct {
	*findings

	// former is nil for a pool that does not exist.
	former, planned *NodePoolModel
	formerPrices    types.Object
	// set plans an attribute.
	set func(name string, value any)
}

// replacing lists the changes that only another pool can have.
func (p planning) replacing() path.Paths {
	var paths path.Paths
	former, planned := p.former, p.planned
	if p.known(at("replicas")) && (former.Replicas == nil) != (planned.Replicas == nil) {
		paths.Append(at("replicas"))
	}
	if p.known(nodeClassAt("group")) && former.NodeClass.group() != planned.NodeClass.group() {
		paths.Append(nodeClassAt("group"))
	}
	if p.known(nodeClassAt("kind")) && former.NodeClass.kind() != planned.NodeClass.kind() {
		paths.Append(nodeClassAt("kind"))
	}
	if !former.NodeClass.isMade() || !p.known(nodeClassAt("role"), nodeClassAt("instance_profile"), nodeClassAt("name")) {
		return paths
	}
	// The node class that was made could go only after all nodes have moved.
	if !planned.NodeClass.isMade() || former.referredNodeClass() != planned.referredNodeClass() {
		paths.Append(nodeClassAt("name"))
	}
	return paths
}

// planOutputs plans what follows from the configuration, as far as it is known.
func (p planning) planOutputs() {
	outputs := p.planned.outputs()
	if p.known(at("name")) {
		p.set("node_selector", outputs.NodeSelector)
	}
	if p.known(at("taints")) {
		p.set("tolerations", outputs.Tolerations)
	}
	for _, attribute := range append([]string{"limits", "node_class.group"}, selecting...) {
		if !p.known(at(attribute)) {
			return
		}
	}
	p.set("instance_types", outputs.InstanceTypes)
	if p.former != nil && reflect.DeepEqual(p.former.OnDemandPrices, outputs.OnDemandPrices) {
		// The state has prices as decimal numbers, which no binary ones equal.
		p.set("on_demand_prices", p.formerPrices)
	} else {
		p.set("on_demand_prices", outputs.OnDemandPrices)
	}
}

// planNodeClass plans the name and the UID of the node class. One that is gone is
// made again.
func (p planning) planNodeClass() {
	if p.known(at("name"), nodeClassAt("name")) {
		p.set("node_class_name", p.planned.referredNodeClass())
	}
	switch {
	case !p.known(nodeClassAt("role"), nodeClassAt("instance_profile")):
	case !p.planned.NodeClass.isMade():
		p.set(nodeClassUID, types.StringNull())
	case p.former == nil || p.former.NodeClassUID == nil:
		p.set(nodeClassUID, types.StringUnknown())
	default:
		p.set(nodeClassUID, *p.former.NodeClassUID)
	}
}
