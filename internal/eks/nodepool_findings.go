package eks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// findings gathers the problems of one configuration. Its rules look at a value
// only once that is known.
type findings struct {
	unknown  objectresource.UnknownPaths
	problems []objectresource.Problem
}

// known reports whether all of the attributes are known.
func (f *findings) known(attributes ...path.Path) bool {
	return !slices.ContainsFunc(attributes, f.unknown.At)
}

// fail reports what is refused, or ignored although it is written down.
func (f *findings) fail(at path.Path, summary, detail string, args ...any) {
	f.problems = append(f.problems, objectresource.Problem{Path: at, Summary: summary, Detail: fmt.Sprintf(detail, args...)})
}

// warn reports what works, but hardly as meant.
func (f *findings) warn(at path.Path, summary, detail string, args ...any) {
	f.problems = append(f.problems, objectresource.Problem{Path: at, Summary: summary, Detail: fmt.Sprintf(detail, args...), Warning: true})
}

// at returns the path of an attribute, given as in at("limits.cpu").
func at(dotted string) path.Path {
	result := path.Empty()
	for name := range strings.SplitSeq(dotted, ".") {
		result = result.AtName(name)
	}
	return result
}

// at is the attribute that a requirement comes from.
func (o origin) at() path.Path {
	switch o.attribute {
	case "requirements":
		return at(o.attribute).AtListIndex(o.index)
	case "labels":
		return at(o.attribute).AtMapKey(o.label)
	}
	return at(o.attribute)
}

// valueOr returns what a pointer points to, or the default if it is nil.
func valueOr[T any](pointer *T, otherwise T) T {
	if pointer == nil {
		return otherwise
	}
	return *pointer
}

func sortedKeys[V any](values map[string]V) []string { return slices.Sorted(maps.Keys(values)) }

// list writes values as a configuration does.
func list(values []string) string {
	quoted := make([]string, 0, len(values))
	for _, value := range values {
		quoted = append(quoted, fmt.Sprintf("%q", value))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// meant asks about the candidate that a misspelt word most likely stands for. It
// says nothing if none is similar: more than a third of the word would have to
// change.
func meant(word string, candidates []string) string {
	best, nearest := max(1, len(word)/3)+1, ""
	for _, candidate := range candidates {
		distance := levenshtein.Distance(strings.ToLower(word), strings.ToLower(candidate), nil)
		if distance < best {
			best, nearest = distance, candidate
		}
	}
	if nearest == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", nearest)
}
