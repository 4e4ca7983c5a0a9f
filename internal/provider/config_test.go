package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is an object or map of a test's configuration; what it leaves out is
// null.
type object = map[string]any

// unknown stands for a value that Terraform does not know yet.
type unknown struct{}

// newTestProvider returns a provider that sees the given environment only.
func newTestProvider(environment map[string]string) *kedaProvider {
	return &kedaProvider{version: "test", getenv: func(name string) string { return environment[name] }}
}

func providerSchema(t *testing.T) provider.SchemaResponse {
	t.Helper()

	var resp provider.SchemaResponse

	newTestProvider(nil).Schema(t.Context(), provider.SchemaRequest{}, &resp)

	return resp
}

// configValue returns the configuration as Terraform sends it.
func configValue(t *testing.T, config object) tftypes.Value {
	t.Helper()

	return valueOf(t, providerSchema(t).Schema.Type().TerraformType(t.Context()), config)
}

// valueOf returns the Go value as a value of the type.
func valueOf(t *testing.T, as tftypes.Type, value any) tftypes.Value {
	t.Helper()

	switch value.(type) {
	case nil:
		return tftypes.NewValue(as, nil)
	case unknown:
		return tftypes.NewValue(as, tftypes.UnknownValue)
	}

	switch as := as.(type) {
	case tftypes.Object:
		attributes := make(map[string]tftypes.Value, len(as.AttributeTypes))
		for name, attributeType := range as.AttributeTypes {
			attributes[name] = valueOf(t, attributeType, value.(object)[name])
		}

		for name := range value.(object) {
			if _, ok := as.AttributeTypes[name]; !ok {
				t.Fatalf("the test's configuration sets %q, which the schema has not", name)
			}
		}

		return tftypes.NewValue(as, attributes)
	case tftypes.Map:
		elements := make(map[string]tftypes.Value)
		for key, element := range value.(object) {
			elements[key] = valueOf(t, as.ElementType, element)
		}

		return tftypes.NewValue(as, elements)
	case tftypes.List:
		var elements []tftypes.Value
		for _, element := range value.([]any) {
			elements = append(elements, valueOf(t, as.ElementType, element))
		}

		return tftypes.NewValue(as, elements)
	}

	return tftypes.NewValue(as, value)
}

// place writes a path as the framework's errors do, such as a.b["key"][0].
func place(at *tftypes.AttributePath) string {
	var text strings.Builder

	for _, step := range at.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if text.Len() > 0 {
				text.WriteString(".")
			}

			text.WriteString(string(step))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&text, "[%q]", string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&text, "[%d]", step)
		}
	}

	return text.String()
}
