package objectresource

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func fullWidget() fields {
	return fields{
		"name": "n", "namespace": "ns",
		"labels": fields{"l": "1"}, "annotations": fields{"a": "1"}, "paused": true,
		"target_ref": fields{"name": "t", "kind": "K"}, "max_count": 0,
		"parts":   []any{fields{"type": "a", "metadata": fields{}}, fields{"type": "b", "metadata": fields{"x": "1"}}},
		"options": fields{},
	}
}

func TestTypedObject(t *testing.T) {
	t.Parallel()
	model, _, diags := Decode[widgetModel](t.Context(), widgetResource().schema(), widget(t, fullWidget()))
	if diags.HasError() {
		t.Fatal(diags)
	}
	got, err := widgetResource().Form.Object(model)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"apiVersion": "example.com/v1", "kind": "Widget",
		"metadata": map[string]any{
			"name": "n", "namespace": "ns",
			"labels":      map[string]any{"l": "1"},
			"annotations": map[string]any{"a": "1", pausedAnnotation: "true"},
		},
		"spec": map[string]any{
			"targetRef": map[string]any{"name": "t", "kind": "K"},
			"maxCount":  int64(0),
			"parts": []any{
				map[string]any{"type": "a", "metadata": map[string]any{}},
				map[string]any{"type": "b", "metadata": map[string]any{"x": "1"}},
			},
		},
	}
	if !reflect.DeepEqual(got.Object, want) {
		t.Errorf("got  %v\nwant %v", got.Object, want)
	}
	// The model is the caller's: an annotation of an attribute must not leak into it.
	if _, leaked := model.Annotations[pausedAnnotation]; leaked {
		t.Error("the model's annotations were changed")
	}
}

// TestCompare shows what a refresh makes of an object that changed.
func TestCompare(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(live *unstructured.Unstructured)
		want   func(fields)
	}{
		"nothing": {
			change: func(*unstructured.Unstructured) {},
			want:   func(fields) {},
		},
		"what others added": {
			change: func(live *unstructured.Unstructured) {
				set(live, "theirs", "metadata", "labels", "added")
				set(live, "theirs", "metadata", "annotations", "added")
				set(live, int64(3), "spec", "minCount")
				set(live, map[string]any{"x": "y"}, "status")
			},
			want: func(fields) {},
		},
		"a number": {
			change: func(live *unstructured.Unstructured) { set(live, int64(7), "spec", "maxCount") },
			want:   func(f fields) { f["max_count"] = 7 },
		},
		"an element more": {
			change: func(live *unstructured.Unstructured) {
				set(live, []any{map[string]any{"type": "c", "metadata": map[string]any{}}}, "spec", "parts")
			},
			want: func(f fields) { f["parts"] = []any{fields{"type": "c", "metadata": fields{}}} },
		},
		"a label": {
			change: func(live *unstructured.Unstructured) { set(live, "2", "metadata", "labels", "l") },
			want:   func(f fields) { f["labels"] = fields{"l": "2"} },
		},
		"an annotation that an attribute stands for": {
			change: func(live *unstructured.Unstructured) {
				unstructured.RemoveNestedField(live.Object, "metadata", "annotations", pausedAnnotation)
			},
			want: func(f fields) { f["paused"] = nil },
		},
		"all labels": {
			change: func(live *unstructured.Unstructured) { live.SetLabels(nil) },
			want:   func(f fields) { f["labels"] = nil },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource := widgetResource()
			before := widget(t, fullWidget())
			model, _, _ := Decode[widgetModel](t.Context(), resource.schema(), before)
			prior, err := resource.Form.Object(model)
			if err != nil {
				t.Fatal(err)
			}
			live := prior.DeepCopy()
			test.change(live)
			if err := resource.compare(live, prior, &model); err != nil {
				t.Fatal(err)
			}
			state := tfsdk.State{Schema: resource.schema()}
			if diags := state.Set(t.Context(), model); diags.HasError() {
				t.Fatal(diags)
			}
			got, err := keepEmpty(state.Raw, before)
			if err != nil {
				t.Fatal(err)
			}
			changed := fullWidget()
			test.want(changed)
			if want := widget(t, changed); !got.Equal(want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func set(live *unstructured.Unstructured, value any, at ...string) {
	if err := unstructured.SetNestedField(live.Object, value, at...); err != nil {
		panic(err)
	}
}

// TestAbsorbIntoEmpty is an import.
func TestAbsorbIntoEmpty(t *testing.T) {
	t.Parallel()
	resource := widgetResource()
	model, _, _ := Decode[widgetModel](t.Context(), resource.schema(), widget(t, fullWidget()))
	object, err := resource.Form.Object(model)
	if err != nil {
		t.Fatal(err)
	}
	imported := resource.empty()
	if err := resource.Form.Absorb(object, &imported); err != nil {
		t.Fatal(err)
	}
	state := tfsdk.State{Schema: resource.schema()}
	if diags := state.Set(t.Context(), imported); diags.HasError() {
		t.Fatal(diags)
	}
	want := fullWidget()
	want["options"] = nil
	if !state.Raw.Equal(widget(t, want)) {
		t.Errorf("got  %s\nwant %s", state.Raw, widget(t, want))
	}
}
