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

// annotationDomains are those of the annotations that KEDA reads.
var annotationDomains = []string{"autoscaling.keda.sh", "scaledobject.keda.sh", "scaledjob.keda.sh"}

// checkAnnotationKeys finds annotations that an attribute stands for, and those
// that look like KEDA's and are none.
func checkAnnotationKeys(f *findings, annotations, attributes map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		where := at("annotations").AtMapKey(key)

		domain, _, _ := strings.Cut(key, "/")
		if attribute, found := attributes[key]; found {
			f.fail(where, "Annotation that has an attribute", "Set the attribute %s in place of the annotation %q.", attribute, key)
		} else if slices.Contains(annotationDomains, domain) {
			f.warn(where, "Annotation without effect", "KEDA 2.21 does not read %q of this object. The attributes for what it reads are %s.",
				key, strings.Join(slices.Sorted(maps.Values(attributes)), ", "))
		}
	}
}
