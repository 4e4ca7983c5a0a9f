package keda

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// contractContext is for what is computed once for all tests.
var contractContext = context.Background()

// leftOut lists the fields of the CRDs that have no attribute, with everything
// below them, and why.
var leftOut = map[string]string{
	"ScaledJob.jobTargetRef.template":                              "a pod template is one document; its content is checked against Kubernetes' own type",
	"ScaledJob.jobTargetRef.selector":                              "each Job needs a selector of its own, which Kubernetes makes",
	"ScaledJob.jobTargetRef.manualSelector":                        "it allows a selector",
	"TriggerAuthentication.hashiCorpVault.credential.token":        "a secret in clear text, which everybody reads who may read the object",
	"ClusterTriggerAuthentication.hashiCorpVault.credential.token": "a secret in clear text, which everybody reads who may read the object",
}

// stricter lists the attributes that are required although the CRD does not say
// so, and why.
var stricter = map[string]string{
	"ScaledObject.advanced.scalingModifiers.formula": "KEDA's webhook refuses modifiers without it",
	"ScaledObject.advanced.scalingModifiers.target":  "KEDA's webhook refuses a formula without it",
}

// TestSpecsMatchCRDs holds the specs and their schemas against the CRDs that
// KEDA ships, path by path and both ways.
func TestSpecsMatchCRDs(t *testing.T) {
	t.Parallel()

	for kind, spec := range map[string]struct {
		model      reflect.Type
		attributes map[string]schema.Attribute
	}{
		"ScaledObject":                   {reflect.TypeFor[ScaledObjectSpec](), scaledObjectSpecSchema()},
		"ScaledJob":                      {reflect.TypeFor[ScaledJobSpec](), scaledJobSpecSchema()},
		kindTriggerAuthentication:        {reflect.TypeFor[TriggerAuthenticationSpec](), triggerAuthenticationSpecSchema()},
		kindClusterTriggerAuthentication: {reflect.TypeFor[TriggerAuthenticationSpec](), triggerAuthenticationSpecSchema()},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()

			contract := contract{kind: kind, fields: crdFields(t, kind), seen: map[string]bool{}}
			contract.object(t, "", spec.model, spec.attributes)

			for name := range leftOut {
				if field, isOfKind := strings.CutPrefix(name, kind+"."); isOfKind && contract.fields["."+field].kind == "" {
					t.Errorf("the CRD has no %s, which is left out", name)
				}
			}

			for name := range boundsBeyondCRD {
				if field, isOfKind := strings.CutPrefix(name, kind+"."); isOfKind && !contract.seen["."+field] {
					t.Errorf("there is no %s, which has values", name)
				}
			}

			for field := range contract.fields {
				if !contract.seen[field] && !contract.isLeftOut(field) {
					t.Errorf("the CRD's %s%s has no attribute", kind, field)
				}
			}
		})
	}
}

type contract struct {
	kind   string
	fields map[string]crdField
	seen   map[string]bool
}

func (c contract) isLeftOut(field string) bool {
	for name := range leftOut {
		if rest, found := strings.CutPrefix(c.kind+field, name); found && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}

	return false
}

func (c contract) object(t *testing.T, parent string, model reflect.Type, attributes map[string]schema.Attribute) {
	t.Helper()

	count := 0

	for _, field := range reflect.VisibleFields(model) {
		if field.Anonymous {
			continue
		}

		count++

		name, option, _ := strings.Cut(field.Tag.Get("json"), ",")
		path := parent + "." + name
		attribute, found := attributes[field.Tag.Get("tfsdk")]

		if !found {
			t.Errorf("%s%s has no attribute %q", c.kind, path, field.Tag.Get("tfsdk"))

			continue
		}

		if optional := option == "omitempty" || option == "omitzero"; optional == attribute.IsRequired() && parent != "" {
			t.Errorf("%s%s: the attribute's required is %t, and omitempty %t", c.kind, path, attribute.IsRequired(), optional)
		}

		c.field(t, path, field.Type, attribute)
	}

	if count != len(attributes) {
		t.Errorf("%s%s has %d fields and %d attributes", c.kind, parent, count, len(attributes))
	}
}

func (c contract) field(t *testing.T, path string, model reflect.Type, attribute schema.Attribute) {
	t.Helper()

	field, found := c.fields[path]
	if !found {
		t.Errorf("the CRD has no %s%s", c.kind, path)

		return
	}

	c.seen[path] = true

	if model.Kind() == reflect.Pointer {
		model = model.Elem()
	}

	if kind := crdKind(model); kind != field.kind {
		t.Errorf("%s%s is a %s here and a %s in the CRD", c.kind, path, kind, field.kind)
	}

	if _, isStricter := stricter[c.kind+path]; attribute.IsRequired() != (field.required || isStricter) {
		t.Errorf("%s%s: required is %t, and in the CRD %t", c.kind, path, attribute.IsRequired(), field.required)
	}

	c.values(t, path, field, attribute)
	c.boundsOfItsOwn(t, path, field, attribute)

	element := model
	if model.Kind() == reflect.Slice {
		element, path = model.Elem(), path+"[]"
		c.seen[path] = true

		if kind := crdKind(element); kind != c.fields[path].kind {
			t.Errorf("%s%s is a %s here and a %s in the CRD", c.kind, path, kind, c.fields[path].kind)
		}
	}

	switch attribute := attribute.(type) {
	case schema.ListNestedAttribute:
		c.object(t, path, element, attribute.NestedObject.Attributes)
	case schema.SingleNestedAttribute:
		c.object(t, path, element, attribute.Attributes)
	}
}

// crdKind is the CRD's type for a Go type.
func crdKind(model reflect.Type) string {
	if model == reflect.TypeFor[PodTemplate]() {
		return "object"
	}

	switch model.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int32, reflect.Int64:
		return "integer"
	case reflect.Slice:
		return "array"
	case reflect.Map:
		return "map of " + crdKind(model.Elem())
	case reflect.Struct:
		return "object"
	default:
		return model.String()
	}
}

// values runs the attribute's validators on the values that the CRD takes and
// on some that it refuses.
func (c contract) values(t *testing.T, path string, field crdField, attribute schema.Attribute) {
	t.Helper()

	expect := func(value string, valid, accepted bool) {
		t.Helper()

		if valid != accepted {
			t.Errorf("%s%s = %s: the CRD accepts %t, the attribute %t", c.kind, path, value, valid, accepted)
		}
	}

	switch attribute := attribute.(type) {
	case schema.StringAttribute:
		for _, value := range field.enum {
			expect(value, true, acceptsValue(t, attribute, value))
		}

		if len(field.enum) > 0 && !slices.Contains(field.enum, "nonsense") {
			expect("nonsense", false, acceptsValue(t, attribute, "nonsense"))
		}

		if field.notEmpty {
			expect(`""`, false, acceptsValue(t, attribute, ""))
		}
	case schema.Int32Attribute:
		if field.minimum != nil {
			least := int32(*field.minimum)
			expect(fmt.Sprint(least), true, acceptsValue(t, attribute, least))
			expect(fmt.Sprint(least-1), false, acceptsValue(t, attribute, least-1))
		}

		if field.maximum != nil {
			most := int32(*field.maximum)
			expect(fmt.Sprint(most), true, acceptsValue(t, attribute, most))
			expect(fmt.Sprint(most+1), false, acceptsValue(t, attribute, most+1))
		} else if field.minimum != nil {
			expect("the largest number", true, acceptsValue(t, attribute, int32(math.MaxInt32)))
		}
	case schema.ListNestedAttribute:
		if field.notEmpty {
			expect("[]", false, acceptsValue(t, attribute, listOf(0)))
		}
	}
}
