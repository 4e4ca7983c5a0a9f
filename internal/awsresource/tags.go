package awsresource

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// The attributes that every resource with tags has.
const (
	tagsName    = "tags"
	tagsAllName = "tags_all"
)

// TagsAttributes are tags and tags_all, as in hashicorp/aws.
func TagsAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		tagsName: schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Tags of what the resource makes in AWS, over the provider's `aws.default_tags`. Tags that others set are left alone. " +
				fmt.Sprintf("At most %d with the default tags, keys of 1 to 128 characters that do not begin with `aws:`, values of at most 256. Default: none.", aws.MaxTags),
			Validators: []validator.Map{tagsRule{}},
		},
		tagsAllName: schema.MapAttribute{
			Computed:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Tags as they are in AWS: `tags` and the provider's `aws.default_tags`.",
		},
	}
}

// PlanTags plans tags_all from tags and the provider's default tags. It leaves it
// unknown while they are. Call it from ModifyPlan, unless the plan is to destroy.
func PlanTags(ctx context.Context, configured *settings.Settings, plan *resource.ModifyPlanResponse) {
	var own types.Map
	plan.Diagnostics.Append(plan.Plan.GetAttribute(ctx, path.Root(tagsName), &own)...)
	if plan.Diagnostics.HasError() {
		return
	}
	all := types.MapUnknown(types.StringType)
	if configured != nil && !configured.IsUnknown("aws") && isKnown(own) {
		tags := map[string]string{}
		plan.Diagnostics.Append(own.ElementsAs(ctx, &tags, false)...)
		merged := configured.AWS.Tags(tags)
		if len(merged) > aws.MaxTags {
			plan.Diagnostics.AddAttributeError(path.Root(tagsName), "Too many tags",
				fmt.Sprintf("With the provider's aws.default_tags there are %d tags. AWS allows 50 on an object, one of which is this provider's own (%s): remove %d.",
					len(merged), aws.OwnerTag, len(merged)-aws.MaxTags))
			return
		}
		known, diags := types.MapValueFrom(ctx, types.StringType, merged)
		plan.Diagnostics.Append(diags...)
		all = known
	}
	if configured != nil && !configured.IsUnknown("field_manager") {
		if err := aws.CheckOwner(configured.FieldManager); err != nil {
			plan.Diagnostics.AddError("The field manager cannot mark AWS objects", Sentence(err))
		}
	}
	plan.Diagnostics.Append(plan.Plan.SetAttribute(ctx, path.Root(tagsAllName), all)...)
}

// isKnown reports a map that is known with all its values.
func isKnown(value types.Map) bool {
	if value.IsUnknown() {
		return false
	}
	for _, element := range value.Elements() {
		if element.IsUnknown() {
			return false
		}
	}
	return true
}

// LiveTags is what a refresh shows as tags or tags_all: of the tags that it
// showed before, those that the object still has, with their values. Tags of
// others are no drift.
func LiveTags(before, live map[string]string) map[string]string {
	if before == nil {
		return nil
	}
	shown := map[string]string{}
	for key := range before {
		if value, found := live[key]; found {
			shown[key] = value
		}
	}
	return shown
}

// ImportedTags is what an import shows as tags and as tags_all: all but the
// provider's own mark, and in tags not what default_tags sets already.
func ImportedTags(configured *settings.Settings, live map[string]string) (tags, all map[string]string) {
	all = aws.ConfigurableTags(live)
	tags = maps.Clone(all)
	maps.DeleteFunc(tags, func(key, value string) bool {
		common, found := configured.AWS.DefaultTags[key]
		return found && common == value
	})
	if len(tags) == 0 {
		tags = nil
	}
	return tags, all
}

// tagsRule applies AWS' limits, each as soon as the tag that it concerns is
// known.
type tagsRule struct{}

func (tagsRule) Description(context.Context) string {
	return "keys of 1 to 128 characters that do not begin with aws:, values of at most 256"
}

func (r tagsRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (tagsRule) ValidateMap(ctx context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	values := map[string]types.String{}
	resp.Diagnostics.Append(req.ConfigValue.ElementsAs(ctx, &values, false)...)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		at := req.Path.AtMapKey(key)
		value := values[key]
		switch {
		case value.IsUnknown():
			// The key counts all the same.
			value = types.StringValue("")
		case value.IsNull():
			resp.Diagnostics.Append(invalidTag(at, fmt.Errorf("the value of the tag %q is null: give a value, which may be empty, or leave the tag out", key)))
			continue
		}
		if err := aws.CheckTag(key, value.ValueString()); err != nil {
			resp.Diagnostics.Append(invalidTag(at, err))
		}
	}
}

func invalidTag(at path.Path, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Not a tag that AWS accepts", Sentence(err))
}
