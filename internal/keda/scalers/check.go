package scalers

import (
	"fmt"
	"slices"
)

// Check returns what is wrong with a trigger, in a stable order, and nothing
// for a trigger that KEDA accepts and uses in full.
func Check(trigger Trigger) []Problem {
	scaler, known := Lookup(trigger.Type)
	if !known {
		return []Problem{unknownType(trigger.Type)}
	}
	c := &check{trigger: trigger, scaler: scaler}
	c.metricType()
	c.cachedMetrics()
	if trigger.MetadataUnknown {
		return c.problems
	}
	c.keys()
	for _, parameter := range scaler.Parameters {
		c.parameter(parameter)
	}
	c.targets()
	c.authenticationModes()
	for _, rule := range rules[scaler.Type] {
		rule(c)
	}
	return c.problems
}

// check gathers the problems of one trigger.
type check struct {
	trigger  Trigger
	scaler   Scaler
	problems []Problem
}

// inKey reports a problem with the value of a metadata key.
func (c *check) inKey(key, summary, detail string, args ...any) {
	c.add(Path{Field: FieldMetadata, Key: c.writtenKey(key)}, summary, fmt.Sprintf(detail, args...))
}

// inMetadata reports a problem with the metadata as a whole, such as a missing key.
func (c *check) inMetadata(summary, detail string, args ...any) {
	c.add(Path{Field: FieldMetadata}, summary, fmt.Sprintf(detail, args...))
}

func (c *check) in(field Field, summary, detail string, args ...any) {
	c.add(Path{Field: field}, summary, fmt.Sprintf(detail, args...))
}

func (c *check) add(path Path, summary, detail string) {
	problem := Problem{Path: path, Summary: summary, Detail: detail}
	if !slices.Contains(c.problems, problem) {
		c.problems = append(c.problems, problem)
	}
}

// writtenKey returns the key under which the metadata sets a parameter: an
// alias or a FromEnv key in place of the given name, or nothing if no key does.
func (c *check) writtenKey(name string) string {
	for _, parameter := range c.scaler.Parameters {
		if !slices.Contains(parameter.Names, name) {
			continue
		}
		for _, alias := range parameter.Names {
			for _, key := range []string{alias, alias + environmentSuffix} {
				if c.has(key) {
					return key
				}
			}
		}
	}
	if c.has(name) {
		return name
	}
	return ""
}

// has reports whether the metadata has a key, whatever its value.
func (c *check) has(key string) bool {
	_, ok := c.trigger.Metadata[key]
	return ok || c.trigger.Unknown[key]
}

func unknownType(name string) Problem {
	types := make([]string, 0, len(catalogue))
	for _, scaler := range catalogue {
		types = append(types, scaler.Type)
	}
	remedy := "See https://keda.sh/docs/scalers for the scalers of KEDA."
	if similar, ok := nearest(name, types); ok {
		remedy = fmt.Sprintf("Did you mean %q? %s", similar, remedy)
	}
	return Problem{
		Path:    Path{Field: FieldType},
		Summary: fmt.Sprintf("Unknown scaler %q", name),
		Detail:  fmt.Sprintf("KEDA %s has no scaler of this type and would fail to build the trigger. %s", Version, remedy),
	}
}
