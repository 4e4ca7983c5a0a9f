package objectresource

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubeschema "k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// widgetModel is a kind with every shape that a spec has.
type widgetModel struct {
	Namespaced
	widgetSpec

	Paused *bool `tfsdk:"paused" json:"-"`
	Ready  *bool `tfsdk:"ready"  json:"-"`
}

type widgetSpec struct {
	TargetRef *targetRef        `tfsdk:"target_ref" json:"targetRef,omitempty"`
	MaxCount  *int32            `tfsdk:"max_count"  json:"maxCount,omitempty"`
	Parts     []part            `tfsdk:"parts"      json:"parts,omitempty"`
	Options   map[string]string `tfsdk:"options"    json:"options,omitempty"`
}

type targetRef struct {
	Name string  `tfsdk:"name" json:"name"`
	Kind *string `tfsdk:"kind" json:"kind,omitempty"`
}

type part struct {
	Type     string            `tfsdk:"type"     json:"type"`
	Metadata map[string]string `tfsdk:"metadata" json:"metadata"`
}

const pausedAnnotation = "example.com/paused"

var widgetKind = kube.Kind{
	GroupVersionKind: kubeschema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Widget"},
	Resource:         "widgets", Namespaced: true,
}

func widgetDescriptor() Descriptor[widgetModel] {
	return Descriptor[widgetModel]{
		TypeName: "example_widget",
		Schema:   widgetSchema,
		Form: Typed[widgetModel](widgetKind, Annotations[widgetModel]{
			Write: func(m widgetModel) map[string]string {
				if m.Paused != nil && *m.Paused {
					return map[string]string{pausedAnnotation: "true"}
				}
				return nil
			},
			Read: func(annotations map[string]string, m *widgetModel) {
				m.Paused = nil
				if annotations[pausedAnnotation] == "true" {
					m.Paused = new(true)
				}
				delete(annotations, pausedAnnotation)
			},
		}),
		Status: func(_ *unstructured.Unstructured, m *widgetModel) { m.Ready = new(true) },
	}
}

func widgetSchema(context.Context) schema.Schema {
	return schema.Schema{Attributes: map[string]schema.Attribute{
		"target_ref": schema.SingleNestedAttribute{Required: true, Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{Required: true},
			"kind": schema.StringAttribute{Optional: true},
		}},
		"max_count": schema.Int32Attribute{Optional: true},
		"parts": schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"type":     schema.StringAttribute{Required: true},
			"metadata": schema.MapAttribute{Required: true, ElementType: types.StringType},
		}}},
		"options": schema.MapAttribute{Optional: true, ElementType: types.StringType},
		"paused":  schema.BoolAttribute{Optional: true},
		"ready":   schema.BoolAttribute{Computed: true},
	}}
}

func widgetResource() *object[widgetModel, *widgetModel] { return withForm(widgetDescriptor().Form) }

// withForm is the resource with another form.
func withForm(form Form[widgetModel]) *object[widgetModel, *widgetModel] {
	descriptor := widgetDescriptor()
	descriptor.Form = form
	return New(descriptor)().(*object[widgetModel, *widgetModel])
}

// unknown stands for a value that Terraform does not know yet.
type unknown struct{}

// fields is an object or a map as a test writes it; what is left out is null.
type fields map[string]any

// widget is a value of the resource's type.
func widget(t *testing.T, values fields) tftypes.Value {
	t.Helper()
	return valueOf(t, widgetResource().schema().Type().TerraformType(t.Context()), values)
}

func valueOf(t *testing.T, kind tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch value := value.(type) {
	case unknown:
		return tftypes.NewValue(kind, tftypes.UnknownValue)
	case nil:
		return tftypes.NewValue(kind, nil)
	case fields:
		nested := map[string]tftypes.Value{}
		if object, isObject := kind.(tftypes.Object); isObject {
			for name, fieldKind := range object.AttributeTypes {
				nested[name] = valueOf(t, fieldKind, value[name])
			}
			return tftypes.NewValue(kind, nested)
		}
		for name, element := range value {
			nested[name] = valueOf(t, kind.(tftypes.Map).ElementType, element)
		}
		return tftypes.NewValue(kind, nested)
	case []any:
		nested := []tftypes.Value{}
		for _, element := range value {
			nested = append(nested, valueOf(t, kind.(tftypes.List).ElementType, element))
		}
		return tftypes.NewValue(kind, nested)
	}
	return tftypes.NewValue(kind, value)
}
