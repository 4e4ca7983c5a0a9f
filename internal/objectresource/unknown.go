package objectresource

import (
	"context"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// UnknownPaths lists values that Terraform does not know yet.
type UnknownPaths []path.Path

// At reports whether the value at a path is not fully known: it, part of it or
// what it is part of is unknown.
func (u UnknownPaths) At(wanted path.Path) bool {
	for _, unknown := range u {
		if isWithin(unknown, wanted) || isWithin(wanted, unknown) {
			return true
		}
	}
	return false
}

// isWithin reports whether inner is outer, or part of it.
func isWithin(inner, outer path.Path) bool {
	innerSteps, outerSteps := inner.Steps(), outer.Steps()
	if len(innerSteps) < len(outerSteps) {
		return false
	}
	return innerSteps[:len(outerSteps)].Equal(outerSteps)
}

// settle replaces unknown values, so that native Go types can hold the rest,
// and lists where they were: by null where the schema allows it, else by the
// zero value.
func settle(ctx context.Context, at schema.Schema, raw tftypes.Value) (tftypes.Value, UnknownPaths, error) {
	var unknown UnknownPaths
	settled, err := tftypes.Transform(raw, func(where *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if value.IsKnown() {
			return value, nil
		}
		unknown = append(unknown, attributePath(where))
		return blank(ctx, at, where, value.Type()), nil
	})
	return settled, unknown, err
}

// blank returns the value that stands in for an unknown one.
func blank(ctx context.Context, at schema.Schema, where *tftypes.AttributePath, kind tftypes.Type) tftypes.Value {
	attribute, err := at.AttributeAtTerraformPath(ctx, where)
	// An error means an element, which has no attribute of its own and must not
	// be null.
	if err == nil && !attribute.IsRequired() {
		return tftypes.NewValue(kind, nil)
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		fields := make(map[string]tftypes.Value, len(kind.AttributeTypes))
		for name, nested := range kind.AttributeTypes {
			fields[name] = blank(ctx, at, where.WithAttributeName(name), nested)
		}
		return tftypes.NewValue(kind, fields)
	case tftypes.List, tftypes.Set:
		return tftypes.NewValue(kind, []tftypes.Value{})
	case tftypes.Map:
		return tftypes.NewValue(kind, map[string]tftypes.Value{})
	}
	switch {
	case kind.Is(tftypes.String):
		return tftypes.NewValue(kind, "")
	case kind.Is(tftypes.Bool):
		return tftypes.NewValue(kind, false)
	case kind.Is(tftypes.Number):
		return tftypes.NewValue(kind, new(big.Float))
	}
	return tftypes.NewValue(kind, nil)
}

// attributePath translates a path. It ends at a set, whose elements have no
// name that a person could follow.
func attributePath(where *tftypes.AttributePath) path.Path {
	translated := path.Empty()
	for _, step := range where.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			translated = translated.AtName(string(step))
		case tftypes.ElementKeyInt:
			translated = translated.AtListIndex(int(step))
		case tftypes.ElementKeyString:
			translated = translated.AtMapKey(string(step))
		default:
			return translated
		}
	}
	return translated
}
