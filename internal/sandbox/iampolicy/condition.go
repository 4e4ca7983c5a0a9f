package iampolicy

import (
	"fmt"
	"strings"
)

// operator compares one value of the policy with one value of the request.
type operator struct {
	match func(policy, request string) bool
	// negated operators hold when no value matches, and when the key is absent.
	negated bool
	// pattern operators know wildcards in the policy's value.
	pattern bool
}

func equal(policy, request string) bool { return policy == request }

var operators = map[string]operator{
	"StringEquals":              {match: equal},
	"StringNotEquals":           {match: equal, negated: true},
	"StringEqualsIgnoreCase":    {match: strings.EqualFold},
	"StringNotEqualsIgnoreCase": {match: strings.EqualFold, negated: true},
	"StringLike":                {match: wildcard, pattern: true},
	"StringNotLike":             {match: wildcard, pattern: true, negated: true},
	"ArnEquals":                 {match: arn, pattern: true},
	"ArnLike":                   {match: arn, pattern: true},
	"ArnNotEquals":              {match: arn, pattern: true, negated: true},
	"ArnNotLike":                {match: arn, pattern: true, negated: true},
	"Bool":                      {match: strings.EqualFold},
}

// condition is an operator as a policy writes it: with its set quantifier and
// IfExists.
type condition struct {
	operator
	quantifier string
	ifExists   bool
}

const (
	forAnyValue  = "ForAnyValue"
	forAllValues = "ForAllValues"
)

func parseOperator(name string) (condition, error) {
	var c condition
	rest := name
	if quantifier, after, found := strings.Cut(name, ":"); found {
		if quantifier != forAnyValue && quantifier != forAllValues {
			return c, fmt.Errorf("unknown set operator in %q", name)
		}
		c.quantifier, rest = quantifier, after
	}
	rest, c.ifExists = strings.CutSuffix(rest, "IfExists")
	var known bool
	if c.operator, known = operators[rest]; !known {
		return c, fmt.Errorf("the condition operator %q is not known to the local stack", name)
	}
	return c, nil
}

// holds evaluates one key of a condition block.
func (c condition) holds(policy, request []string, exists bool) bool {
	if !exists || len(request) == 0 {
		switch c.quantifier {
		case forAllValues:
			return true
		case forAnyValue:
			return c.ifExists
		default:
			return c.ifExists || c.negated
		}
	}
	matched := 0
	for _, value := range request {
		if c.matchesOne(policy, value) {
			matched++
		}
	}
	switch {
	case c.quantifier == forAllValues, c.quantifier == "" && c.negated:
		return matched == len(request)
	default:
		return matched > 0
	}
}

// matchesOne reports whether one value of the request satisfies the operator
// against the policy's values, which are alternatives (none may match when the
// operator is negated).
func (c condition) matchesOne(policy []string, request string) bool {
	for _, value := range policy {
		if c.match(value, request) {
			return !c.negated
		}
	}
	return c.negated
}

// conditionsHold evaluates a whole Condition element: every operator and every
// key must hold.
func (d *Document) conditionsHold(block map[string]map[string]stringList, context Context) (bool, error) {
	all := true
	for name, keys := range block {
		if name == "Null" {
			holds, err := nullHolds(keys, context)
			if err != nil {
				return false, err
			}
			all = all && holds
			continue
		}
		c, err := parseOperator(name)
		if err != nil {
			return false, err
		}
		for key, values := range keys {
			policy, err := d.expand(values, context, c.pattern)
			if err != nil {
				return false, err
			}
			request, exists := context.values(key)
			all = all && c.holds(policy, request, exists)
		}
	}
	return all, nil
}

// nullHolds evaluates the Null operator: "true" wants the key to be absent.
func nullHolds(keys map[string]stringList, context Context) (bool, error) {
	for key, values := range keys {
		if len(values) != 1 || values[0] != "true" && values[0] != "false" {
			return false, fmt.Errorf("the condition operator Null takes \"true\" or \"false\" for %q", key)
		}
		request, exists := context.values(key)
		if absent := !exists || len(request) == 0; absent != (values[0] == "true") {
			return false, nil
		}
	}
	return true, nil
}
