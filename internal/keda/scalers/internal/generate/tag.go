package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// parameter is one field of a scaler's metadata struct, as KEDA's
// scalersconfig.Params describes it.
type parameter struct {
	names              []string
	kind               string // the name of a scalers.Kind constant
	order              []string
	optional           bool
	defaultValue       string
	enum               []string
	exclusiveSet       []string
	separator          string
	rangeSeparator     string
	deprecated         string
	deprecatedAnnounce string
	target             bool // KEDA hands the value to the HPA as the metric's target
}

func (p parameter) readableFrom(source string) bool { return slices.Contains(p.order, source) }

// parseTag reads a `keda:"..."` struct tag by the rules of paramsFromTag in
// KEDA's pkg/scalers/scalersconfig/typed_config.go.
func parseTag(tag string) (parameter, error) {
	var p parameter
	for element := range strings.SplitSeq(tag, ",") {
		parts := strings.Split(element, "=")
		key, hasValue := strings.TrimSpace(parts[0]), len(parts) > 1
		value := ""
		if hasValue {
			value = parts[1]
		}
		if key == "" {
			continue
		}
		if err := p.set(key, value, hasValue); err != nil {
			return parameter{}, fmt.Errorf("tag %q: %w", tag, err)
		}
	}
	return p, nil
}

func (p *parameter) set(key, value string, hasValue bool) error {
	trimmed := strings.TrimSpace(value)
	switch key {
	case "optional":
		p.optional = true
		if hasValue {
			p.optional, _ = strconv.ParseBool(trimmed)
		}
	case "order":
		for source := range strings.SplitSeq(value, ";") {
			p.order = append(p.order, strings.TrimSpace(source))
		}
	case "name":
		p.names = strings.Split(trimmed, ";")
	case "deprecated":
		p.deprecated = trimmed
		if !hasValue {
			p.deprecated = key
		}
	case "deprecatedAnnounce":
		p.deprecatedAnnounce = trimmed
		if !hasValue {
			p.deprecatedAnnounce = key
		}
	case "default":
		p.defaultValue = trimmed
	case "enum":
		p.enum = strings.Split(value, ";")
	case "exclusiveSet":
		p.exclusiveSet = strings.Split(value, ";")
	case "range":
		p.rangeSeparator = trimmed
		if !hasValue {
			p.rangeSeparator = "-"
		}
	case "separator":
		p.separator = trimmed
	default:
		return fmt.Errorf("unknown element %q", key)
	}
	return nil
}
