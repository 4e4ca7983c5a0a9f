package manifest

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// form turns the manifest's text into the object, and back.
type form struct{}

func (form) Kind() *kube.Kind { return nil }

func (form) Attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"manifest": schema.StringAttribute{
			Required:   true,
			CustomType: textType{},
			MarkdownDescription: "The object as YAML or JSON, with `apiVersion`, `kind` and `metadata.name`, and `metadata.namespace` for a namespaced kind. " +
				"How it is written does not count: order, comments and quotes may change without a change to the object. " +
				"Another group, kind, namespace or name makes another object.",
			PlanModifiers: []planmodifier.String{planText{}},
		},
	}
}

func (form) Object(model model) (*unstructured.Unstructured, error) {
	object, err := parse(model.Manifest.ValueString())
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return object, nil
}

// Absorb writes the object as the manifest is written. A manifest that says the
// same stays as it is.
func (form) Absorb(object *unstructured.Unstructured, model *model) error {
	if holdsSecrets(object) {
		return fmt.Errorf("%s holds secret values, which the state would keep in clear text", kube.RefOf(object))
	}
	text, err := rewrite(model.Manifest.ValueString(), object)
	if err != nil {
		return fmt.Errorf("writing %s: %w", kube.RefOf(object), err)
	}
	if !sameMeaning(model.Manifest.ValueString(), text) {
		model.Manifest = textOf(text)
	}
	return nil
}

func (form) Attribute(string) path.Path { return path.Root("manifest") }

func observe(live *unstructured.Unstructured, model *model) {
	model.Status = nil
	status, found := live.Object["status"]
	if !found {
		return
	}
	if text, err := json.Marshal(status); err == nil {
		encoded := string(text)
		model.Status = &encoded
	}
}
