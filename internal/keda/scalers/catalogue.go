package scalers

import (
	"slices"
	"strings"
)

//go:generate go run ./internal/generate

// Scaler is one trigger type of KEDA and the parameters that it reads.
type Scaler struct {
	Type       string
	Parameters []Parameter // in the order in which KEDA reads them
	// AnyKey says that KEDA hands every metadata key to a program outside
	// KEDA, so that no key is wrong.
	AnyKey bool
}

// Parameter is one setting of a scaler. The same name can occur in two
// parameters of a scaler that are read from different sources.
type Parameter struct {
	Names    []string // aliases; KEDA takes the first that is set
	Kind     Kind
	Sources  Source
	Optional bool
	Default  string // empty for none
	Prefix   bool   // the name is the beginning of the metadata keys
	// Target says that KEDA hands the value to the HPA as the target of the
	// trigger's metric, which the API server accepts only above 0.
	Target bool
	// Separator separates the elements of a list, a comma if empty.
	Separator string
	// RangeSeparator, if set, lets an element of a list of numbers be a range.
	RangeSeparator string
	// Enum lists the values, or for a list the elements, that KEDA accepts; case matters.
	Enum []string
	// ExclusiveSet lists the elements of which a list may hold only one.
	ExclusiveSet []string
	// Removed is KEDA's message for a parameter that it refuses when it is set.
	Removed string
	// Deprecated is KEDA's message for a parameter that it still reads.
	Deprecated string
}

// Kind is the type into which KEDA decodes a parameter's text.
type Kind uint8

// The kinds of parameters of KEDA's scalers.
const (
	String Kind = iota
	Bool
	Int // Go's int or int64
	Uint32
	Float
	Duration
	Query // a URL query
	StringList
	IntList
	StringMap
)

// Source is a set of places from which KEDA reads a parameter.
type Source uint8

const (
	// Metadata is the trigger's metadata, under the parameter's name.
	Metadata Source = 1 << iota
	// Environment is a variable of the target's container, which the metadata
	// names under the parameter's name followed by FromEnv.
	Environment
	// Authentication is what the trigger's authenticationRef provides.
	Authentication
)

// environmentSuffix turns a parameter's name into the metadata key that names
// an environment variable.
const environmentSuffix = "FromEnv"

// Has reports whether the set contains the source.
func (s Source) Has(source Source) bool { return s&source != 0 }

// Required reports whether KEDA refuses a trigger that sets the parameter nowhere.
func (p Parameter) Required() bool {
	return !p.Optional && p.Default == "" && p.Removed == ""
}

// All returns KEDA's scalers, sorted by type. The caller must not change them.
func All() []Scaler { return catalogue }

// Lookup returns the scaler of a trigger type.
func Lookup(triggerType string) (Scaler, bool) {
	index, found := slices.BinarySearchFunc(catalogue, triggerType, func(s Scaler, t string) int {
		return strings.Compare(s.Type, t)
	})
	if !found {
		return Scaler{}, false
	}
	return catalogue[index], true
}
