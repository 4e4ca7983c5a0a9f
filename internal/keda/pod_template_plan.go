package keda

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// samePodTemplate is the plan modifier of a pod template: a text that means the
// same template as before is no change.
type samePodTemplate struct{}

// Description implements planmodifier.String.
func (samePodTemplate) Description(context.Context) string {
	return "Formatting and the order of keys do not count."
}

// MarkdownDescription implements planmodifier.String.
func (m samePodTemplate) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (samePodTemplate) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}

	// What is no template is reported by the rules.
	was, errWas := json.Marshal(PodTemplate(req.StateValue.ValueString()))
	planned, errPlanned := json.Marshal(PodTemplate(req.PlanValue.ValueString()))

	if errWas == nil && errPlanned == nil && bytes.Equal(was, planned) {
		resp.PlanValue = req.StateValue
	}
}
