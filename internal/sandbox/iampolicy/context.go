package iampolicy

import (
	"errors"
	"fmt"
	"strings"
)

// Context holds the condition keys of a request with their values. Keys are
// compared without regard to case, as IAM does.
type Context map[string][]string

func (c Context) values(key string) ([]string, bool) {
	if values, ok := c[key]; ok {
		return values, true
	}
	for name, values := range c {
		if strings.EqualFold(name, key) {
			return values, true
		}
	}
	return nil, false
}

var errNoValue = errors.New("the request has no value for a policy variable")

// substitute replaces the ${key} and ${key, 'default'} variables of a policy
// value. In a pattern the characters which come out of a variable stand for
// themselves. It returns errNoValue when a key is absent or has several values.
func (c Context) substitute(value string, pattern bool) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(value, "${")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", fmt.Errorf("the policy variable in %q is not closed", value)
		}
		text, err := c.variable(name)
		if err != nil {
			return "", err
		}
		if pattern {
			text = strings.Map(literal, text)
		}
		out.WriteString(text)
		value = after
	}
}

func (c Context) variable(name string) (string, error) {
	switch name {
	case "*", "?", "$":
		return name, nil
	}
	key, fallback, hasDefault := strings.Cut(name, ",")
	if values, ok := c.values(strings.TrimSpace(key)); ok && len(values) == 1 {
		return values[0], nil
	}
	fallback = strings.TrimSpace(fallback)
	if hasDefault && len(fallback) >= 2 && fallback[0] == '\'' && fallback[len(fallback)-1] == '\'' {
		return fallback[1 : len(fallback)-1], nil
	}
	return "", errNoValue
}
