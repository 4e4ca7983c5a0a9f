package keda

import (
	"maps"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// documented adds to every description the field of the object that the
// attribute stands for, which the tags of the spec's type name.
func documented[Spec any](attributes map[string]schema.Attribute) map[string]schema.Attribute {
	return withFields(attributes, reflect.TypeFor[Spec](), "spec")
}

// withAnnotations adds to every description the annotation that the attribute
// stands for.
func withAnnotations(attributes map[string]schema.Attribute, names map[string]string) map[string]schema.Attribute {
	described := maps.Clone(attributes)
	for annotation, name := range names {
		described[name] = withSource(attributes[name], "the annotation `"+annotation+"`")
	}

	return described
}

func withFields(attributes map[string]schema.Attribute, spec reflect.Type, parent string) map[string]schema.Attribute {
	described := maps.Clone(attributes)

	for _, field := range reflect.VisibleFields(spec) {
		attribute, found := attributes[field.Tag.Get("tfsdk")]
		if !found {
			continue
		}

		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		described[field.Tag.Get("tfsdk")] = withField(attribute, field.Type, parent+"."+name)
	}

	return described
}

func withField(attribute schema.Attribute, value reflect.Type, field string) schema.Attribute {
	attribute = withSource(attribute, "`"+field+"`")

	if value.Kind() == reflect.Slice {
		field += "[]"
	}

	if value.Kind() == reflect.Slice || value.Kind() == reflect.Pointer {
		value = value.Elem()
	}

	switch attribute := attribute.(type) {
	case schema.ListNestedAttribute:
		attribute.NestedObject.Attributes = withFields(attribute.NestedObject.Attributes, value, field)

		return attribute
	case schema.SingleNestedAttribute:
		attribute.Attributes = withFields(attribute.Attributes, value, field)

		return attribute
	}

	return attribute
}

// withSource ends the description of an attribute with its source in KEDA.
func withSource(attribute schema.Attribute, source string) schema.Attribute {
	text := attribute.GetMarkdownDescription() + " KEDA: " + source + "."

	switch attribute := attribute.(type) {
	case schema.StringAttribute:
		attribute.MarkdownDescription = text

		return attribute
	case schema.BoolAttribute:
		attribute.MarkdownDescription = text

		return attribute
	case schema.Int32Attribute:
		attribute.MarkdownDescription = text

		return attribute
	case schema.Int64Attribute:
		attribute.MarkdownDescription = text

		return attribute
	case schema.ListAttribute:
		attribute.MarkdownDescription = text

		return attribute
	case schema.MapAttribute:
		attribute.MarkdownDescription = text

		return attribute
	case schema.ListNestedAttribute:
		attribute.MarkdownDescription = text

		return attribute
	case schema.SingleNestedAttribute:
		attribute.MarkdownDescription = text

		return attribute
	}

	return attribute
}

// merge joins sets of attributes that have no name in common.
func merge(sets ...map[string]schema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{}
	for _, set := range sets {
		maps.Copy(all, set)
	}

	return all
}
