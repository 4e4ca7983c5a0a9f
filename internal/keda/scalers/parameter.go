package scalers

import (
	"fmt"
	"slices"
	"strings"
)

// parameter checks one parameter by the rules of setValue in KEDA's
// pkg/scalers/scalersconfig/typed_config.go:247.
func (c *check) parameter(p Parameter) {
	name := p.Names[0]
	current := c.resolve(p)
	if p.Removed != "" {
		if current.set() {
			c.inKey(name, fmt.Sprintf("Scaler %s no longer accepts %s", c.scaler.Type, name),
				"KEDA %s refuses the trigger when this key is set: %s", Version, p.Removed)
		}
		return
	}
	if p.Deprecated != "" && current.set() {
		c.problems = append(c.problems, Problem{
			Severity: Warning,
			Path:     Path{Field: FieldMetadata, Key: c.writtenKey(name)},
			Summary:  fmt.Sprintf("Deprecated: %s of scaler %s", name, c.scaler.Type),
			Detail:   p.Deprecated,
		})
	}
	switch {
	case current.presence == absent && p.Required():
		c.missing(p)
	case current.presence == known && !current.defaulted:
		c.value(p, current.value)
	}
}

func (c *check) missing(p Parameter) {
	name := strings.Join(p.Names, " or ")
	summary := fmt.Sprintf("Scaler %s needs %s", c.scaler.Type, name)
	if p.Sources == Authentication {
		c.in(FieldAuthenticationRef, summary, "KEDA reads %s only from a TriggerAuthentication. Set authenticationRef to one that provides it.", name)
		return
	}
	c.inMetadata(summary, "No value is set; a blank one counts as none. KEDA reads it from %s.", places(p.Names[0], p.Sources))
}

// value checks a value that the metadata sets. Messages do not repeat values
// that can contain secrets: connection strings, headers and queries.
func (c *check) value(p Parameter, value string) {
	name := p.Names[0]
	if err := p.checkFormat(value); err != nil {
		quoted := ""
		if p.Kind != StringMap && p.Kind != Query {
			quoted = fmt.Sprintf(" %q", value)
		}
		c.inKey(name, fmt.Sprintf("Invalid %s for scaler %s", name, c.scaler.Type), "The value%s is not valid: %s.", quoted, err)
		return
	}
	elements := p.elements(value)
	if p.Enum != nil {
		for _, element := range elements {
			if !slices.Contains(p.Enum, element) {
				c.notOneOf(name, element, p.Enum)
			}
		}
	}
	exclusive := slices.DeleteFunc(elements, func(element string) bool { return !slices.Contains(p.ExclusiveSet, element) })
	if len(exclusive) > 1 {
		c.inKey(name, fmt.Sprintf("Contradiction in %s of scaler %s", name, c.scaler.Type),
			"The value %q may contain only one of %s.", value, strings.Join(p.ExclusiveSet, ", "))
	}
}

// notOneOf reports a value that is not in a list of allowed values.
func (c *check) notOneOf(name, value string, allowed []string) {
	remedy := ""
	if similar, ok := nearest(value, allowed); ok {
		remedy = fmt.Sprintf(" Did you mean %s?", similar)
	}
	c.inKey(name, fmt.Sprintf("Invalid %s for scaler %s", name, c.scaler.Type),
		"The value %q must be one of %s; case matters.%s", value, strings.Join(allowed, ", "), remedy)
}
