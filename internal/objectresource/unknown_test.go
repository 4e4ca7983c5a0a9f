package objectresource

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// TestDecodeUnknown shows that native Go types hold what is known, whatever is
// unknown, and that rules learn where.
func TestDecodeUnknown(t *testing.T) {
	t.Parallel()
	whole := fields{"name": "n", "namespace": "ns", "target_ref": fields{"name": "t"}}
	with := func(name string, value any) fields {
		all := maps.Clone(whole)
		all[name] = value
		return all
	}
	tests := map[string]struct {
		value       fields
		wantUnknown []string
		want        func(*widgetModel)
	}{
		"nothing": {value: whole, want: func(*widgetModel) {}},
		"an optional number": {
			value: with("max_count", unknown{}), wantUnknown: []string{"max_count"},
			want: func(*widgetModel) {},
		},
		"a required name": {
			value: with("name", unknown{}), wantUnknown: []string{"name"},
			want: func(m *widgetModel) { m.Name = "" },
		},
		"a required object": {
			value: with("target_ref", unknown{}), wantUnknown: []string{"target_ref"},
			want: func(m *widgetModel) { m.TargetRef = &targetRef{} },
		},
		"a field of an object": {
			value: with("target_ref", fields{"name": "t", "kind": unknown{}}), wantUnknown: []string{"target_ref.kind"},
			want: func(*widgetModel) {},
		},
		"a list": {
			value: with("parts", unknown{}), wantUnknown: []string{"parts"},
			want: func(*widgetModel) {},
		},
		"an element": {
			value: with("parts", []any{unknown{}, fields{"type": "a", "metadata": fields{"x": "1"}}}), wantUnknown: []string{"parts[0]"},
			want: func(m *widgetModel) {
				m.Parts = []part{{Metadata: map[string]string{}}, {Type: "a", Metadata: map[string]string{"x": "1"}}}
			},
		},
		"an entry of a map in an element": {
			value: with("parts", []any{fields{"type": "a", "metadata": fields{"x": unknown{}, "y": "2"}}}), wantUnknown: []string{`parts[0].metadata["x"]`},
			want: func(m *widgetModel) {
				m.Parts = []part{{Type: "a", Metadata: map[string]string{"x": "", "y": "2"}}}
			},
		},
		"what the cluster sets": {
			value: with("ready", unknown{}), wantUnknown: []string{"ready"},
			want: func(*widgetModel) {},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, paths, diags := Decode[widgetModel](t.Context(), widgetResource().schema(), widget(t, test.value))
			if diags.HasError() {
				t.Fatal(diags)
			}
			var words []string
			for _, at := range paths {
				words = append(words, at.String())
			}
			if !slices.Equal(words, test.wantUnknown) {
				t.Errorf("unknown: %q, want %q", words, test.wantUnknown)
			}
			want := widgetModel{widgetSpec: widgetSpec{TargetRef: &targetRef{Name: "t"}}}
			want.Name, want.Namespace, want.Timeouts = "n", "ns", got.Timeouts
			if test.want(&want); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestUnknownPathsAt(t *testing.T) {
	t.Parallel()
	paths := UnknownPaths{path.Root("parts").AtListIndex(0).AtName("type")}
	for _, test := range []struct {
		at   path.Path
		want bool
	}{
		{path.Root("parts"), true},
		{path.Root("parts").AtListIndex(0), true},
		{path.Root("parts").AtListIndex(0).AtName("type"), true},
		{path.Root("parts").AtListIndex(0).AtName("type").AtName("below"), true},
		{path.Root("parts").AtListIndex(0).AtName("metadata"), false},
		{path.Root("parts").AtListIndex(1), false},
		{path.Root("name"), false},
	} {
		if got := paths.At(test.at); got != test.want {
			t.Errorf("At(%s) = %t, want %t", test.at, got, test.want)
		}
	}
}
