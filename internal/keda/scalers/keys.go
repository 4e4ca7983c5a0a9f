package scalers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// keys reports the metadata keys that KEDA would silently ignore: as mistakes,
// but for those that are known to change nothing.
func (c *check) keys() {
	if c.scaler.AnyKey {
		return
	}
	keys := slices.Collect(maps.Keys(c.trigger.Metadata))
	keys = slices.AppendSeq(keys, maps.Keys(c.trigger.Unknown))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if !c.scaler.reads(key) {
			c.ignoredKey(key)
		}
	}
}

// reads reports whether KEDA reads a metadata key of the scaler.
func (s Scaler) reads(key string) bool {
	variable, fromEnvironment := strings.CutSuffix(key, environmentSuffix)
	return slices.ContainsFunc(s.Parameters, func(p Parameter) bool {
		switch {
		case p.Prefix:
			return strings.HasPrefix(key, p.Names[0])
		case p.Sources.Has(Metadata) && slices.Contains(p.Names, key):
			return true
		default:
			return fromEnvironment && p.Sources.Has(Environment) && slices.Contains(p.Names, variable)
		}
	})
}

// metadataKeys returns the keys that KEDA reads from the scaler's metadata.
func (s Scaler) metadataKeys() []string {
	var keys []string
	for _, parameter := range s.Parameters {
		for _, name := range parameter.Names {
			if parameter.Sources.Has(Metadata) {
				keys = append(keys, name)
			}
			if parameter.Sources.Has(Environment) {
				keys = append(keys, name+environmentSuffix)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// withoutEffect lists, by scaler, or under "" for all of them, keys that are
// written in good faith and change nothing when KEDA ignores them.
var withoutEffect = map[string]map[string]string{
	"":               {"metricName": "KEDA read it before version 2.12, and names the metric itself since."},
	"azure-eventhub": {"eventHubResourceURL": "KEDA read it once for a private cloud, and finds the resource by itself now."},
	"forgejo-runner": {"name": "KEDA's documentation asks for it, but KEDA looks for jobs by their labels alone."},
}

func (c *check) ignoredKey(key string) {
	path := Path{Field: FieldMetadata, Key: key}
	for _, scaler := range []string{c.scaler.Type, ""} {
		if why, harmless := withoutEffect[scaler][key]; harmless {
			c.problems = append(c.problems, Problem{
				Severity: Warning, Path: path,
				Summary: fmt.Sprintf("Metadata key %q of scaler %s has no effect", key, c.scaler.Type),
				Detail:  why + " Remove it.",
			})
			return
		}
	}
	name := strings.TrimSuffix(key, environmentSuffix)
	if sources := c.scaler.sources(name); sources != 0 {
		c.add(path, fmt.Sprintf("Scaler %s does not read %s from the metadata", c.scaler.Type, key),
			fmt.Sprintf("KEDA silently ignores this key. It reads %s from %s.", name, places(name, sources)))
		return
	}
	remedy := fmt.Sprintf("Remove it. The keys of this scaler are: %s.", strings.Join(c.scaler.metadataKeys(), ", "))
	if similar, ok := nearest(key, c.scaler.metadataKeys()); ok {
		remedy = fmt.Sprintf("Did you mean %q?", similar)
	}
	c.add(path, fmt.Sprintf("Unknown metadata key %q for scaler %s", key, c.scaler.Type),
		"KEDA silently ignores keys that the scaler does not read. "+remedy)
}

// sources returns where KEDA reads a parameter from, in all its forms.
func (s Scaler) sources(name string) Source {
	var all Source
	for _, parameter := range s.Parameters {
		if slices.Contains(parameter.Names, name) {
			all |= parameter.Sources
		}
	}
	return all
}

// places describes in words from where KEDA reads a parameter.
func places(name string, sources Source) string {
	var all []string
	if sources.Has(Metadata) {
		all = append(all, "the metadata key "+name)
	}
	if sources.Has(Environment) {
		all = append(all, fmt.Sprintf("the variable of the target's container that the metadata key %s%s names", name, environmentSuffix))
	}
	if sources.Has(Authentication) {
		all = append(all, fmt.Sprintf("the parameter %s of the TriggerAuthentication that authenticationRef names", name))
	}
	return strings.Join(all, ", or ")
}
