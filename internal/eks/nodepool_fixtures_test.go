package eks

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// nodePool is a valid pool with changes.
func nodePool(changes ...func(*NodePoolModel)) NodePoolModel {
	m := NodePoolModel{
		Name:             "gpu",
		InstanceFamilies: []string{"g6", "g6e"},
		NodeClass: NodeClass{
			Role:              new("AmazonEKSAutoNodeRole"),
			SubnetTags:        map[string]string{"karpenter.sh/discovery": "c"},
			SecurityGroupTags: map[string]string{"aws:eks:cluster-name": "c"},
		},
	}
	for _, change := range changes {
		change(&m)
	}
	return m
}

// nodePoolSchemaOf is the whole schema of the resource.
func nodePoolSchemaOf(t testing.TB) schema.Schema {
	t.Helper()
	var resp resource.SchemaResponse
	NewAutoGPUNodePool().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	return resp.Schema
}

// rawNodePool is a model as Terraform sends it.
func rawNodePool(t testing.TB, m NodePoolModel) tftypes.Value {
	t.Helper()
	own := nodePoolSchemaOf(t)
	kind, isTimeouts := own.Attributes["timeouts"].GetType().(timeouts.Type)
	if !isTimeouts {
		t.Fatal("timeouts are of another type than expected")
	}
	m.Common = objectresource.Common{
		UID: types.StringNull(), Timeouts: timeouts.Value{Object: types.ObjectNull(kind.AttrTypes)},
	}
	state := tfsdk.State{Schema: own, Raw: tftypes.NewValue(own.Type().TerraformType(t.Context()), nil)}
	if diags := state.Set(t.Context(), m); diags.HasError() {
		t.Fatal(diags)
	}
	return state.Raw
}
