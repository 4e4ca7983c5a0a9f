package keda

import (
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// ruleCase is one configuration: a valid one with a change.
type ruleCase[M any] struct {
	name   string
	change func(*M)
	// at is the attribute at fault, empty for a valid configuration.
	at      string
	warning bool
}

// checkRules runs the cases. Each may break one rule only, so that a rule that
// fires where it should not is noticed.
func checkRules[M any](t *testing.T, cases []ruleCase[M], model func(...func(*M)) M, check func(M) []objectresource.Problem) {
	t.Helper()

	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			problems := check(model(test.change))
			if test.at == "" {
				for _, problem := range problems {
					t.Errorf("unexpected at %s: %s: %s", problem.Path, problem.Summary, problem.Detail)
				}

				return
			}

			if len(problems) != 1 {
				t.Fatalf("found %d problems and not 1: %+v", len(problems), problems)
			}

			found := problems[0]
			if found.Path.String() != test.at || found.Warning != test.warning {
				t.Errorf("found at %s (a warning: %t): %s", found.Path, found.Warning, found.Detail)
			}

			if found.Summary == "" || strings.HasSuffix(found.Summary, ".") || !strings.ContainsAny(found.Detail[len(found.Detail)-1:], ".?") {
				t.Errorf("the summary %q is no headline, or the detail %q no sentence", found.Summary, found.Detail)
			}
		})
	}
}

// checkWaiting makes the attribute at fault unknown in every case, as it
// arrives from Terraform: the rule then has to wait.
func checkWaiting[M any](t *testing.T, cases []ruleCase[M], model func(...func(*M)) M, newResource func() resource.Resource) {
	t.Helper()

	for _, test := range cases {
		if test.at == "" || strings.HasPrefix(test.at, "annotations[") {
			continue
		}

		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			config := rawConfig(t, newResource, model(test.change))

			unknown, err := tftypes.Transform(config, func(where *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
				if pathText(where) == test.at {
					return tftypes.NewValue(value.Type(), tftypes.UnknownValue), nil
				}

				return value, nil
			})
			if err != nil {
				t.Fatal(err)
			}

			for _, found := range validate(t, newResource, unknown) {
				if found.Attribute != nil && pathText(found.Attribute) == test.at {
					t.Errorf("found with %s unknown: %s: %s", test.at, found.Summary, found.Detail)
				}
			}
		})
	}
}

// pathText writes a path as the framework does.
func pathText(where *tftypes.AttributePath) string {
	var text strings.Builder

	for _, step := range where.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if text.Len() > 0 {
				text.WriteByte('.')
			}

			text.WriteString(string(step))
		case tftypes.ElementKeyInt:
			text.WriteString("[" + strconv.Itoa(int(step)) + "]")
		case tftypes.ElementKeyString:
			text.WriteString(`["` + string(step) + `"]`)
		}
	}

	return text.String()
}
