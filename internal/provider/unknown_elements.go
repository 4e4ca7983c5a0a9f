package provider

import (
	"bytes"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ValidateResourceConfig implements tfprotov6.ProviderServer. The framework
// takes the attributes of an object that is not known yet for missing if the
// object is an element of a list, as in `triggers = [a_resource.a.trigger]`
// (hashicorp/terraform-plugin-framework issue 186). It gets an object whose
// attributes are not known instead, which says the same.
func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	if config := s.withElementsOpened(ctx, req.TypeName, req.Config); config != nil {
		opened := *req
		opened.Config = config
		req = &opened
	}

	return s.ProviderServer.ValidateResourceConfig(ctx, req)
}

// withElementsOpened is the configuration with unknown elements as objects of
// unknown attributes. It is nil if there are none, or if the configuration
// cannot be read, of which the framework tells better.
func (s *server) withElementsOpened(ctx context.Context, typeName string, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	if !mayHaveUnknown(config) {
		return nil
	}

	kind := s.typeOf(ctx, typeName)
	if kind == nil {
		return nil
	}

	value, err := config.Unmarshal(kind)
	if err != nil {
		return nil
	}

	changed := false

	opened, err := tftypes.Transform(value, func(at *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		object, isObject := value.Type().(tftypes.Object)
		if value.IsKnown() || !isObject || !isElement(at) {
			return value, nil
		}

		changed = true

		return ofUnknown(object), nil
	})
	if err != nil || !changed {
		return nil
	}

	encoded, err := tfprotov6.NewDynamicValue(kind, opened)
	if err != nil {
		return nil
	}

	return &encoded
}

// mayHaveUnknown finds the first byte of MessagePack's extensions, which is how
// unknown values are written. Text may have it too.
func mayHaveUnknown(config *tfprotov6.DynamicValue) bool {
	const fixext1, ext8 = 0xd4, 0xc7

	return config != nil && (bytes.IndexByte(config.MsgPack, fixext1) >= 0 || bytes.IndexByte(config.MsgPack, ext8) >= 0)
}

// typeOf returns the type of a resource's configuration, or nil.
func (s *server) typeOf(ctx context.Context, name string) tftypes.Type {
	for _, newResource := range s.provider.Resources(ctx) {
		var metadata resource.MetadataResponse

		served := newResource()
		served.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: typeName}, &metadata)

		if metadata.TypeName == name {
			var schema resource.SchemaResponse

			served.Schema(ctx, resource.SchemaRequest{}, &schema)

			return schema.Schema.Type().TerraformType(ctx)
		}
	}

	return nil
}

// isElement reports whether a value is an element and no attribute.
func isElement(at *tftypes.AttributePath) bool {
	_, isAttribute := at.LastStep().(tftypes.AttributeName)

	return len(at.Steps()) > 0 && !isAttribute
}

func ofUnknown(kind tftypes.Object) tftypes.Value {
	values := make(map[string]tftypes.Value, len(kind.AttributeTypes))
	for name, attribute := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, tftypes.UnknownValue)
	}

	return tftypes.NewValue(kind, values)
}
