package keda

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
)

// crdField is what a CRD says about one field.
type crdField struct {
	kind             string
	enum             []string
	minimum, maximum *float64
	notEmpty         bool
	required         bool
}

// crdSchema is as much of a CRD's OpenAPI schema as the contract needs.
type crdSchema struct {
	Type                 string               `json:"type"`
	Enum                 []string             `json:"enum"`
	Minimum              *float64             `json:"minimum"`
	Maximum              *float64             `json:"maximum"`
	MinLength            int                  `json:"minLength"`
	MinItems             int                  `json:"minItems"`
	IntOrString          bool                 `json:"x-kubernetes-int-or-string"`
	Required             []string             `json:"required"`
	Properties           map[string]crdSchema `json:"properties"`
	Items                *crdSchema           `json:"items"`
	AdditionalProperties *crdSchema           `json:"additionalProperties"`
}

type crdDocument struct {
	Spec struct {
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
		Versions []struct {
			Schema struct {
				OpenAPIV3Schema crdSchema `json:"openAPIV3Schema"`
			} `json:"schema"`
		} `json:"versions"`
	} `json:"spec"`
}

// shippedCRDs renders the CRDs of the pinned KEDA once.
var shippedCRDs = sync.OnceValues(func() (map[string]crdSchema, error) {
	rendered, err := kedachart.CRDs(contractContext)
	if err != nil {
		return nil, err
	}

	specs := map[string]crdSchema{}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(rendered), 4096)

	for {
		var document crdDocument
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return specs, nil
		} else if err != nil {
			return nil, err
		}

		specs[document.Spec.Names.Kind] = document.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	}
})

// crdFields returns the fields of the spec of a kind, by path.
func crdFields(t *testing.T, kind string) map[string]crdField {
	t.Helper()

	specs, err := shippedCRDs()
	if err != nil {
		t.Fatal(err)
	}

	spec, found := specs[kind]
	if !found {
		t.Fatalf("KEDA ships no CRD of the kind %s", kind)
	}

	fields := map[string]crdField{}
	spec.walk("", false, fields)

	return fields
}

func (s crdSchema) walk(path string, required bool, into map[string]crdField) {
	kind := s.Type
	if s.IntOrString {
		kind = "string"
	}

	if s.AdditionalProperties != nil {
		kind = "map of " + s.AdditionalProperties.Type
	}

	if path != "" {
		into[path] = crdField{
			kind: kind, enum: s.Enum, minimum: s.Minimum, maximum: s.Maximum,
			notEmpty: s.MinLength > 0 || s.MinItems > 0, required: required,
		}
	}

	needed := map[string]bool{}
	for _, name := range s.Required {
		needed[name] = true
	}

	for name, property := range s.Properties {
		property.walk(path+"."+name, needed[name], into)
	}

	if s.Items != nil {
		s.Items.walk(path+"[]", false, into)
	}
}
