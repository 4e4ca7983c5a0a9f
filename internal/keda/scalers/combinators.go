package scalers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func isBool(name string, want bool) condition {
	return func(c *check) bool {
		current := c.get(name)
		if current.presence == absent {
			return !want
		}
		value, err := strconv.ParseBool(current.value)
		return current.presence == known && err == nil && value == want
	}
}

// required demands each of the parameters. The reason completes "KEDA needs x ...".
func required(reason string, names ...string) rule {
	return func(c *check) {
		for _, name := range names {
			if c.get(name).possible() {
				continue
			}
			summary := fmt.Sprintf("Scaler %s needs %s", c.scaler.Type, name)
			sources := c.scaler.sources(name)
			if sources == Authentication {
				c.in(FieldAuthenticationRef, summary, "KEDA needs %s %s, and reads it only from a TriggerAuthentication. Set authenticationRef to one that provides it.", name, reason)
				continue
			}
			c.inMetadata(summary, "KEDA needs %s %s. It reads it from %s.", name, reason, places(name, sources))
		}
	}
}

// atLeastOne demands one or more of the parameters.
func atLeastOne(names ...string) rule {
	return func(c *check) {
		var sources Source
		for _, name := range names {
			if c.get(name).possible() {
				return
			}
			sources |= c.scaler.sources(name)
		}
		summary := fmt.Sprintf("Scaler %s needs %s", c.scaler.Type, strings.Join(names, " or "))
		if sources == Authentication {
			c.in(FieldAuthenticationRef, summary, "KEDA reads them only from a TriggerAuthentication. Set authenticationRef to one that provides one of them.")
			return
		}
		c.inMetadata(summary, "None of them is set; a blank value counts as none.")
	}
}

// atMostOne allows only one of the parameters.
func atMostOne(names ...string) rule {
	return func(c *check) {
		var set []string
		for _, name := range names {
			if c.get(name).set() {
				set = append(set, name)
			}
		}
		if len(set) > 1 {
			c.inKey(set[1], fmt.Sprintf("Scaler %s cannot use %s together", c.scaler.Type, strings.Join(set, " and ")),
				"KEDA accepts only one of %s. Remove the others.", strings.Join(names, ", "))
		}
	}
}

// exactlyOne demands one of the parameters and no other.
func exactlyOne(names ...string) rule {
	least, most := atLeastOne(names...), atMostOne(names...)
	return func(c *check) { least(c); most(c) }
}

// together demands all of the parameters or none.
func together(names ...string) rule {
	return func(c *check) {
		for _, present := range names {
			if !c.get(present).set() {
				continue
			}
			required("because "+present+" is set", names...)(c)
			return
		}
	}
}

// notBothTrue forbids two booleans to be true.
func notBothTrue(one, other string) rule {
	return only(isTrue(one), only(isTrue(other), func(c *check) {
		c.inKey(other, fmt.Sprintf("Scaler %s cannot use %s and %s together", c.scaler.Type, one, other),
			"KEDA refuses the trigger when both are true.")
	}))
}

// oneOf limits the values of a text parameter.
func oneOf(name string, allowed ...string) rule {
	return func(c *check) {
		current := c.get(name)
		if current.presence != known || current.defaulted {
			return
		}
		if slices.Contains(allowed, current.value) {
			return
		}
		c.notOneOf(name, current.value, allowed)
	}
}

// atLeast demands a number not below a limit.
func atLeast(limit float64, names ...string) rule {
	return func(c *check) {
		for _, name := range names {
			number, ok := c.number(name)
			if ok && number < limit {
				c.inKey(name, fmt.Sprintf("Invalid %s for scaler %s", name, c.scaler.Type),
					"The value %v must be at least %v.", number, limit)
			}
		}
	}
}

// atMost demands a number not above a limit.
func atMost(limit float64, name string) rule {
	return func(c *check) {
		if number, ok := c.number(name); ok && number > limit {
			c.inKey(name, fmt.Sprintf("Invalid %s for scaler %s", name, c.scaler.Type), "The value %v must be at most %v.", number, limit)
		}
	}
}

// number returns the value of a number that the trigger sets or KEDA defaults.
func (c *check) number(name string) (float64, bool) {
	current := c.get(name)
	if current.presence != known {
		return 0, false
	}
	number, err := strconv.ParseFloat(current.value, 64)
	return number, err == nil // the format is reported elsewhere
}

// wellFormed demands that a text parameter passes a function. The function's
// error completes "The value is not valid: ...", and must not quote the value,
// which can hold a password.
func wellFormed(name string, parse func(string) error) rule {
	return func(c *check) {
		current := c.get(name)
		if current.presence != known || current.defaulted {
			return
		}
		if err := parse(current.value); err != nil {
			c.inKey(name, fmt.Sprintf("Invalid %s for scaler %s", name, c.scaler.Type), "The value is not valid: %s.", err)
		}
	}
}

// aboveZero demands a number above 0, also by default.
func aboveZero(names ...string) rule {
	return func(c *check) {
		for _, name := range names {
			if number, ok := c.number(name); ok && number <= 0 {
				c.inKey(name, fmt.Sprintf("Invalid %s for scaler %s", name, c.scaler.Type), "The value %v must be above 0.", number)
			}
		}
	}
}

// unused forbids a parameter that KEDA refuses under a condition.
func unused(name, because string) rule {
	return only(with(name), func(c *check) {
		c.inKey(name, fmt.Sprintf("Scaler %s cannot use %s here", c.scaler.Type, name), "KEDA refuses it because %s. Remove it.", because)
	})
}
