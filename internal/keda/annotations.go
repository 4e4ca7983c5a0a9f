package keda

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// excludedLabel is the rule for a label's key in a list of them: KEDA separates
// them by commas and does not trim them.
var excludedLabel = []validator.String{
	stringvalidator.RegexMatches(regexp.MustCompile(`^[^\s,]+$`), "must be the key of a label, without blanks and commas"),
}

func writeBool(annotations map[string]string, key string, value *bool) {
	if value != nil {
		annotations[key] = strconv.FormatBool(*value)
	}
}

// readBool takes an annotation as KEDA does: what is no boolean means true.
func readBool(annotations map[string]string, key string) *bool {
	text, found := annotations[key]
	if !found {
		return nil
	}

	delete(annotations, key)

	value, err := strconv.ParseBool(text)
	value = value || err != nil

	return &value
}

func writeInt32(annotations map[string]string, key string, value *int32) {
	if value != nil {
		annotations[key] = strconv.FormatInt(int64(*value), 10)
	}
}

// readInt32 leaves an annotation that is no number where it is.
func readInt32(annotations map[string]string, key string) *int32 {
	value, err := strconv.ParseInt(annotations[key], 10, 32)
	if err != nil {
		return nil
	}

	delete(annotations, key)

	number := int32(value)

	return &number
}

func writeList(annotations map[string]string, key string, values []string) {
	if len(values) > 0 {
		annotations[key] = strings.Join(values, ",")
	}
}

func readList(annotations map[string]string, key string) []string {
	text, found := annotations[key]
	if !found || text == "" {
		return nil
	}

	delete(annotations, key)

	return strings.Split(text, ",")
}

// checkAnnotationKeys finds annotations that an attribute stands for.
func checkAnnotationKeys(f *findings, annotations, attributes map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		if attribute, found := attributes[key]; found {
			f.fail(at("annotations").AtMapKey(key), "Annotation that has an attribute", "Set the attribute %s in place of the annotation %q.", attribute, key)
		}
	}
}
