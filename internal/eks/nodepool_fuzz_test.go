package eks

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// fuzzedUnknowns are what a fuzzed configuration may not know yet.
var fuzzedUnknowns = []objectresource.UnknownPaths{
	nil,
	{path.Root("name")},
	{path.Root("requirements")},
	{path.Root("node_class")},
	{path.Root("limits"), path.Root("architectures")},
	{path.Root("node_class").AtName("group"), path.Root("taints")},
}

// FuzzNodePoolRules gives configurations of any content to the rules, and to the
// conversions: none may panic, and every problem is at an attribute.
func FuzzNodePoolRules(f *testing.F) {
	for i, test := range allPoolCases() {
		m := test.model()
		encoded, err := json.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encoded, uint8(i))
	}
	own := nodePoolSchemaOf(f)
	f.Fuzz(func(t *testing.T, config []byte, unknown uint8) {
		var m NodePoolModel
		if json.Unmarshal(config, &m) != nil {
			return
		}
		request := objectresource.CheckRequest[NodePoolModel]{Model: m, Unknown: fuzzedUnknowns[int(unknown)%len(fuzzedUnknowns)]}
		for _, found := range checkNodePool(t.Context(), request) {
			if _, diags := own.TypeAtPath(t.Context(), found.Path); diags.HasError() || len(found.Path.Steps()) == 0 {
				t.Errorf("%s: %s is no attribute: %v", found.Summary, found.Path, diags)
			}
		}
		m.outputs()
		if _, err := m.object(); err != nil {
			t.Error(err)
		}
		if _, err := m.nodeClass(); err != nil {
			t.Error(err)
		}
	})
}

// FuzzAbsorb reads NodePools and NodeClasses of any content.
func FuzzAbsorb(f *testing.F) {
	full := fullPool()
	pool, err := full.object()
	if err != nil {
		f.Fatal(err)
	}
	class, err := full.nodeClass()
	if err != nil {
		f.Fatal(err)
	}
	for _, object := range []*unstructured.Unstructured{pool, class} {
		encoded, err := json.Marshal(object.Object)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encoded)
	}
	f.Add([]byte(`{"spec": {"limits": {"cpu": 1e3, "nvidia.com/gpu": null}, "template": {"spec": {"requirements": [{"key": "eks.amazonaws.com/instance-gpu-memory", "operator": "Gt", "values": ["x"]}]}}}}`))
	f.Fuzz(func(_ *testing.T, found []byte) {
		var object map[string]any
		if json.Unmarshal(found, &object) != nil {
			return
		}
		for _, m := range []NodePoolModel{{}, nodePool(), fullPool()} {
			if m.absorb(&unstructured.Unstructured{Object: object}) == nil {
				m.outputs()
			}
			// An object that is no NodeClass is an error, and no panic.
			_ = m.absorbNodeClass(&unstructured.Unstructured{Object: object})
		}
	})
}
