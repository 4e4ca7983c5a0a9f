package scalers

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// presence says what is known about a parameter at plan.
type presence uint8

const (
	absent presence = iota // KEDA will find no value and use none
	maybe                  // only the cluster or the apply can tell
	given                  // set, but the value is not known here
	known                  // set, or defaulted, to a value that is known
)

// setting is a parameter's value as far as it is known.
type setting struct {
	presence presence
	value    string
	// defaulted says that the value is KEDA's default.
	defaulted bool
}

// set reports whether the trigger certainly sets the parameter itself.
func (s setting) set() bool { return s.presence >= given && !s.defaulted }

// possible reports whether KEDA may find a value.
func (s setting) possible() bool { return s.presence != absent }

// is reports whether the value is known to be the text.
func (s setting) is(text string) bool { return s.presence == known && s.value == text }

// get returns the setting of a parameter by any of its names.
func (c *check) get(name string) setting {
	best := setting{}
	for _, parameter := range c.scaler.Parameters {
		if !slices.Contains(parameter.Names, name) {
			continue
		}
		if found := c.resolve(parameter); found.presence > best.presence {
			best = found
		}
	}
	return best
}

// resolve looks for a parameter's value in the order metadata, environment,
// authentication, default. A blank value counts as none, as in KEDA.
func (c *check) resolve(p Parameter) setting {
	best := setting{}
	for _, name := range p.Names {
		if p.Sources.Has(Metadata) {
			if value := strings.TrimSpace(c.trigger.Metadata[name]); value != "" {
				return setting{presence: known, value: value}
			}
			if c.trigger.Unknown[name] {
				best.presence = max(best.presence, maybe)
			}
		}
		if p.Sources.Has(Environment) {
			variable := name + environmentSuffix
			if strings.TrimSpace(c.trigger.Metadata[variable]) != "" {
				best.presence = given
			}
			if c.trigger.Unknown[variable] {
				best.presence = max(best.presence, maybe)
			}
		}
	}
	if p.Sources.Has(Authentication) && c.trigger.Authentication {
		best.presence = max(best.presence, maybe)
	}
	if best.presence == absent && p.Default != "" {
		return setting{presence: known, value: p.Default, defaulted: true}
	}
	return best
}

// firstWithPrefix returns the alphabetically first metadata key with a prefix.
func (c *check) firstWithPrefix(prefix string) (string, bool) {
	first := ""
	for _, keys := range []iter.Seq[string]{maps.Keys(c.trigger.Metadata), maps.Keys(c.trigger.Unknown)} {
		for key := range keys {
			if strings.HasPrefix(key, prefix) && (first == "" || key < first) {
				first = key
			}
		}
	}
	return first, first != ""
}
