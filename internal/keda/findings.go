package keda

import (
	"fmt"
	"slices"
	"strings"

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

// settled reports whether the attribute itself is known, though parts of it may
// not be.
func (f *findings) settled(attribute path.Path) bool {
	steps := attribute.Steps()

	return !slices.ContainsFunc(f.unknown, func(unknown path.Path) bool {
		outer := unknown.Steps()

		return len(outer) <= len(steps) && steps[:len(outer)].Equal(outer)
	})
}

// fail reports what KEDA or Kubernetes refuses, or ignores although it is
// written down.
func (f *findings) fail(at path.Path, summary, detail string, args ...any) {
	f.problems = append(f.problems, objectresource.Problem{Path: at, Summary: summary, Detail: fmt.Sprintf(detail, args...)})
}

// warn reports what works, but hardly as meant.
func (f *findings) warn(at path.Path, summary, detail string, args ...any) {
	f.problems = append(f.problems, objectresource.Problem{Path: at, Summary: summary, Detail: fmt.Sprintf(detail, args...), Warning: true})
}

// at returns the path of an attribute, given as in at("advanced.fallback").
func at(dotted string) path.Path {
	result := path.Empty()
	for name := range strings.SplitSeq(dotted, ".") {
		result = result.AtName(name)
	}

	return result
}

// valueOr returns what a pointer points to, or the default if it is nil.
func valueOr[T any](pointer *T, otherwise T) T {
	if pointer == nil {
		return otherwise
	}

	return *pointer
}
