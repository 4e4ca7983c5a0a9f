package objectresource

import (
	"reflect"
	"testing"
)

func TestAttributeOf(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"spec.targetRef.name":                   "target_ref.name",
		".spec.maxCount":                        "max_count",
		"spec.parts":                            "parts",
		"spec.parts[1].type":                    "parts[1].type",
		"spec.parts[1].metadata.queueURL":       `parts[1].metadata["queueURL"]`,
		"spec.parts[1].metadata[a.b/c]":         `parts[1].metadata["a.b/c"]`,
		`.spec.parts[type="a"].metadata`:        "parts",
		"spec.targetRef.unheardOf":              "target_ref",
		"spec.unheardOf":                        "",
		"spec":                                  "",
		"specification":                         "",
		"metadata.name":                         "name",
		"metadata.namespace":                    "namespace",
		"metadata.uid":                          "",
		"metadata.labels":                       "labels",
		".metadata.labels.app.kubernetes.io/x":  `labels["app.kubernetes.io/x"]`,
		"metadata.annotations[example.com/key]": `annotations["example.com/key"]`,
		"":                                      "",
		"spec.parts[":                           "parts",
	} {
		if got := attributeOf(reflect.TypeFor[widgetModel](), field).String(); got != want {
			t.Errorf("%q: got %q, want %q", field, got, want)
		}
	}
}

func FuzzAttributeOf(f *testing.F) {
	for _, seed := range []string{"spec.parts[1].metadata.x", `.spec.parts[type="a"]`, "spec.parts[-1]", "metadata.labels[", "spec..", "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		at := attributeOf(reflect.TypeFor[widgetModel](), field)
		if steps := at.Steps(); len(steps) > 0 && steps[0].String() == "" {
			t.Errorf("%q: the path begins with an empty name", field)
		}
	})
}
