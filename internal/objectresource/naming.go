package objectresource

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// namingAttributes are the attributes of [Namespaced], or of [ClusterWide],
// that stand for the object's metadata. The rules are the API server's own.
func namingAttributes(kind kube.Kind) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the object. Another name makes another object.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			Validators:          []validator.String{textRule{"a DNS subdomain name", validation.IsDNS1123Subdomain}},
		},
		"labels": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Labels of the object. Labels that others put on it are left alone. Default: none.",
			Validators:          []validator.Map{mapvalidator.NoNullValues(), mapRule{"labels", metavalidation.ValidateLabels}},
		},
		"annotations": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Annotations of the object. Annotations that others put on it are left alone. Default: none.",
			Validators:          []validator.Map{mapvalidator.NoNullValues(), mapRule{"annotations", apivalidation.ValidateAnnotations}},
		},
	}
	if kind.Namespaced {
		attributes["namespace"] = schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Namespace of the object. It has to exist. Another namespace makes another object.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			Validators:          []validator.String{textRule{"the name of a namespace", validation.IsDNS1123Label}},
		}
	}
	return attributes
}

// textRule is a rule of Kubernetes about a text.
type textRule struct {
	words string
	check func(string) []string
}

func (r textRule) Description(context.Context) string { return "must be " + r.words }

func (r textRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r textRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	for _, reason := range r.check(req.ConfigValue.ValueString()) {
		resp.Diagnostics.AddAttributeError(req.Path, "Not "+r.words, fmt.Sprintf("%s: %q is not %s: %s.", req.Path, req.ConfigValue.ValueString(), r.words, reason))
	}
}

// mapRule is a rule of Kubernetes about labels or annotations.
type mapRule struct {
	words string
	check func(map[string]string, *field.Path) field.ErrorList
}

func (r mapRule) Description(context.Context) string { return "must be valid " + r.words }

func (r mapRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r mapRule) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for key, value := range req.ConfigValue.Elements() {
		text, isText := value.(types.String)
		if !isText || text.IsNull() {
			continue
		}
		// An unknown value counts as empty, which is valid, so that its key is
		// checked all the same.
		for _, mistake := range r.check(map[string]string{key: text.ValueString()}, field.NewPath(r.words)) {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(key), "Not valid as one of the "+r.words, strings.TrimSuffix(mistake.Error(), ".")+".")
		}
	}
}
