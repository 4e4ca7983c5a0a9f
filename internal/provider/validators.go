package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ validator.String = stringRule{}
	_ validator.Map    = tagsRule{}
)

// stringRule applies a rule of this package to a string attribute once its
// value is known. The rule's error is the diagnostic: it holds what is wrong,
// why and what to do, and never the value of a sensitive attribute.
type stringRule struct {
	requirement string
	check       func(string) error
}

func (r stringRule) Description(context.Context) string {
	return r.requirement
}

func (r stringRule) MarkdownDescription(context.Context) string {
	return r.requirement
}

func (r stringRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	if err := r.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.Append(invalidValue(req.Path, err))
	}
}

// rules returns the validators of a string attribute.
func rules(requirement string, check func(string) error) []validator.String {
	return []validator.String{stringRule{requirement: requirement, check: check}}
}

// tagsRule applies AWS' limits on tags to a map of strings, each as soon as the
// tag that it concerns is known.
type tagsRule struct{}

func (tagsRule) Description(context.Context) string {
	return "at most 50 tags; keys of 1 to 128 characters that do not begin with aws:, values of up to 256"
}

func (r tagsRule) MarkdownDescription(ctx context.Context) string {
	return r.Description(ctx)
}

func (tagsRule) ValidateMap(ctx context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	tags := req.ConfigValue.Elements()
	if err := checkTagCount(len(tags)); err != nil {
		resp.Diagnostics.Append(invalidValue(req.Path, err))
	}

	values := make(map[string]types.String, len(tags))
	resp.Diagnostics.Append(req.ConfigValue.ElementsAs(ctx, &values, false)...)

	for _, key := range slices.Sorted(maps.Keys(values)) {
		value := values[key]

		err := checkTagKey(key)

		switch {
		case err != nil || value.IsUnknown():
		case value.IsNull():
			err = fmt.Errorf("the value of the tag %q is null: give a value, which may be empty, or leave the tag out", key)
		default:
			err = checkTagValue(key, value.ValueString())
		}

		if err != nil {
			resp.Diagnostics.Append(invalidValue(req.Path.AtMapKey(key), err))
		}
	}
}

// invalidValue is the diagnostic about one attribute's value. It names the
// attribute, because Terraform shows the first line of the provider's block
// whatever the attribute is.
func invalidValue(at path.Path, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Invalid value", fmt.Sprintf("%s: %s.", at, err))
}
