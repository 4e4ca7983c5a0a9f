package objectresource

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

func TestUnchanged(t *testing.T) {
	t.Parallel()
	own := widgetResource().schema()
	state := widget(t, fields{"name": "n", "max_count": 1, "uid": "u", "ready": true})
	for name, test := range map[string]struct {
		plan fields
		want bool
	}{
		"the same":             {fields{"name": "n", "max_count": 1, "uid": "u", "ready": true}, true},
		"unknown status":       {fields{"name": "n", "max_count": 1, "uid": "u", "ready": unknown{}}, true},
		"a change":             {fields{"name": "n", "max_count": 2, "uid": "u", "ready": unknown{}}, false},
		"an unknown attribute": {fields{"name": "n", "max_count": unknown{}, "uid": "u", "ready": true}, false},
		"an attribute less":    {fields{"name": "n", "uid": "u", "ready": unknown{}}, false},
	} {
		if got := unchanged(own, widget(t, test.plan), state); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestReopen(t *testing.T) {
	t.Parallel()
	own := widgetResource().schema()
	plan := tfsdk.Plan{Schema: own, Raw: widget(t, fields{"name": "n", "uid": "u", "ready": true})}
	if diags := reopen(t.Context(), own, &plan); diags.HasError() {
		t.Fatal(diags)
	}
	if want := widget(t, fields{"name": "n", "uid": "u", "ready": unknown{}}); !plan.Raw.Equal(want) {
		t.Errorf("got %s, want %s", plan.Raw, want)
	}
}

// TestCheck shows what a kind's rules get, and what becomes of what they find.
func TestCheck(t *testing.T) {
	t.Parallel()
	resource := widgetResource()
	resource.Check = func(_ context.Context, request CheckRequest[widgetModel]) []Problem {
		if request.Unknown.At(path.Root("max_count")) || *request.Model.MaxCount <= 5 {
			return nil
		}
		return []Problem{{Path: path.Root("max_count"), Summary: "Too many", Detail: string(request.TriggerValidation)}}
	}
	base := fields{"name": "n", "namespace": "ns", "target_ref": fields{"name": "t"}}
	for _, test := range []struct {
		count any
		want  []string
	}{
		{5, nil},
		{6, []string{"max_count: warn"}},
		{unknown{}, nil},
	} {
		base["max_count"] = test.count
		var got []string
		for _, found := range resource.check(t.Context(), widget(t, base), settings.TriggerValidationWarn) {
			got = append(got, located(found))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%v: got %q, want %q", test.count, got, test.want)
		}
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	if diags := widgetResource().schema().ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatal(diags)
	}
	if _, isSet := widgetSchema(t.Context()).Attributes["uid"]; isSet {
		t.Error("the kind's own schema was changed")
	}
}
