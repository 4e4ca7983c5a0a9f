package objectresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Decode reads a configuration, plan or state of a schema into a model of native
// Go types, and lists what in it is unknown: that is nil in the model, or the
// zero value where its Go type has no nil.
func Decode[M any](ctx context.Context, own schema.Schema, raw tftypes.Value) (M, UnknownPaths, diag.Diagnostics) {
	var model M
	settled, unknown, err := settle(ctx, own, raw)
	if err != nil {
		return model, nil, diag.Diagnostics{conversionError(err)}
	}
	diags := tfsdk.Plan{Schema: own, Raw: settled}.Get(ctx, &model)
	return model, unknown, diags
}

// empty is a model in which nothing is set.
func (o *object[M, P]) empty() M {
	var model M
	if kind, isTimeouts := o.schema().Attributes["timeouts"].GetType().(timeouts.Type); isTimeouts {
		P(&model).common().Timeouts = timeouts.Value{Object: types.ObjectNull(kind.AttrTypes)}
	}
	return model
}

// keepEmpty gives what is null in the state, and was set but empty before, its
// former value: the object cannot tell one from the other.
func keepEmpty(state, before tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(state, func(where *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if !value.IsNull() || len(where.Steps()) == 0 {
			return value, nil
		}
		found, _, err := tftypes.WalkAttributePath(before, where)
		if former, isValue := found.(tftypes.Value); err == nil && isValue && isEmpty(former) {
			return former, nil
		}
		return value, nil
	})
}

// isEmpty reports a value that is set and has nothing in it.
func isEmpty(value tftypes.Value) bool {
	if value.IsNull() || !value.IsKnown() {
		return false
	}
	switch value.Type().(type) {
	case tftypes.List, tftypes.Set:
		var elements []tftypes.Value
		return value.As(&elements) == nil && len(elements) == 0
	case tftypes.Map, tftypes.Object:
		var elements map[string]tftypes.Value
		if value.As(&elements) != nil {
			return false
		}
		for _, element := range elements {
			if !element.IsNull() && !isEmpty(element) {
				return false
			}
		}
		return value.Type().Is(tftypes.Object{}) || len(elements) == 0
	}
	return false
}

func uidOf(live *unstructured.Unstructured) types.String {
	return types.StringValue(string(live.GetUID()))
}

// pendingKey marks, in the private state, an object that did not become ready:
// an apply has to wait for it again even if the configuration stays as it is.
const pendingKey = "pending"

// privateState is the framework's, whose type has no name outside of it.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func setPending(ctx context.Context, private privateState, pending bool) diag.Diagnostics {
	var value []byte
	if pending {
		value = []byte("true")
	}
	return private.SetKey(ctx, pendingKey, value)
}

func isPending(ctx context.Context, private privateState) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, pendingKey)
	return len(value) > 0, diags
}
