package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// TestValidateUnknownElements validates lists of objects that are not known yet,
// which are what `terraform validate` makes of other resources' attributes.
func TestValidateUnknownElements(t *testing.T) {
	t.Parallel()

	served := configuredServer(t)
	kind := resourceType(t, served, "keda_scaled_object")

	for name, test := range map[string]struct {
		triggers any
		errors   int
	}{
		"unknown":                   {list{unknown{}}, 0},
		"known, and unknown":        {list{cronTrigger, unknown{}}, 0},
		"an unknown list":           {unknown{}, 0},
		"unknown in part":           {list{object{"type": "cron", "metadata": unknown{}}}, 0},
		"an attribute that is null": {list{object{"metadata": object{}}, unknown{}}, 1},
		"another one":               {list{unknown{}, object{"type": "cron"}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			config, err := tfprotov6.NewDynamicValue(kind, valueOf(t, kind, object{
				"name": "web", "namespace": "default", "scale_target_ref": object{"name": "web"}, "triggers": test.triggers,
			}))
			if err != nil {
				t.Fatal(err)
			}

			resp, err := served.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: "keda_scaled_object", Config: &config})
			if err != nil {
				t.Fatal(err)
			}

			if len(resp.Diagnostics) != test.errors {
				for _, problem := range resp.Diagnostics {
					t.Errorf("%s: %s: %s", problem.Attribute, problem.Summary, problem.Detail)
				}
			}
		})
	}
}
