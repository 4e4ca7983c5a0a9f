package manifest

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.StringTypable                    = textType{}
	_ basetypes.StringValuableWithSemanticEquals = textValue{}
)

// textType is the type of a manifest: a text of which only the meaning counts.
type textType struct{ basetypes.StringType }

func (t textType) Equal(other attr.Type) bool {
	_, same := other.(textType)
	return same
}

func (t textType) String() string { return "manifest" }

func (t textType) ValueType(context.Context) attr.Value { return textValue{} }

func (t textType) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return textValue{StringValue: value}, nil
}

func (t textType) ValueFromTerraform(ctx context.Context, value tftypes.Value) (attr.Value, error) {
	text, err := t.StringType.ValueFromTerraform(ctx, value)
	if err != nil {
		return nil, fmt.Errorf("reading a manifest: %w", err)
	}
	known, isText := text.(basetypes.StringValue)
	if !isText {
		return nil, fmt.Errorf("reading a manifest: got %T", text)
	}
	return textValue{StringValue: known}, nil
}

// textValue is a manifest.
type textValue struct{ basetypes.StringValue }

func textOf(text string) textValue { return textValue{basetypes.NewStringValue(text)} }

func (v textValue) Type(context.Context) attr.Type { return textType{} }

func (v textValue) Equal(other attr.Value) bool {
	text, same := other.(textValue)
	return same && v.StringValue.Equal(text.StringValue)
}

// StringSemanticEquals reports whether both are the same object, however they
// are written.
func (v textValue) StringSemanticEquals(_ context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	text, same := other.(textValue)
	return same && sameMeaning(v.ValueString(), text.ValueString()), nil
}

func sameMeaning(a, b string) bool {
	one, err := parse(a)
	if err != nil {
		return false
	}
	two, err := parse(b)
	return err == nil && reflect.DeepEqual(one.Object, two.Object)
}

// planText is the plan modifier of a manifest: a text of the same meaning is no
// change, and another object is a replacement.
type planText struct{}

func (planText) Description(context.Context) string {
	return "A change of group, kind, namespace or name makes another object."
}

func (p planText) MarkdownDescription(ctx context.Context) string { return p.Description(ctx) }

func (planText) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsUnknown() || req.PlanValue.IsNull() {
		return
	}
	was, err := parse(req.StateValue.ValueString())
	if err != nil {
		return
	}
	// A planned text that cannot be read is reported by the checks.
	planned, err := parse(req.PlanValue.ValueString())
	if err != nil {
		return
	}
	if reflect.DeepEqual(was.Object, planned.Object) {
		resp.PlanValue = req.StateValue
	}
	resp.RequiresReplace = was.GroupVersionKind().GroupKind() != planned.GroupVersionKind().GroupKind() ||
		was.GetNamespace() != planned.GetNamespace() || was.GetName() != planned.GetName()
}
