package scalers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The errors below say what a value has to look like.
var (
	errInt      = errors.New(`it must be a whole number without a leading zero, a sign "+" or a decimal point, such as "5"`)
	errUint32   = errors.New(`it must be a whole number from 0 to 4294967295, such as "5"`)
	errFloat    = errors.New(`it must be a number such as "5" or "0.5"`)
	errBool     = errors.New(`it must be "true" or "false"`)
	errDuration = errors.New(`it must be a duration that is not negative, such as "30s" or "5m", or a whole number of milliseconds`)
	errQuery    = errors.New(`it must be a URL query such as "a=1&b=2"`)
	errMap      = errors.New(`it must be a list of key=value, and neither key nor value can contain "=" or the separator`)
)

// checkFormat reports why KEDA cannot decode a value, by the rules of
// setConfigValueHelper in KEDA's pkg/scalers/scalersconfig/typed_config.go:440.
func (p Parameter) checkFormat(value string) error {
	switch p.Kind {
	case StringMap:
		for _, element := range p.elements(value) {
			if strings.Count(element, "=") != 1 {
				return errMap
			}
		}
		return nil
	case IntList:
		for _, element := range p.elements(value) {
			if err := p.checkNumberOrRange(element); err != nil {
				return fmt.Errorf("element %q: %w", element, err)
			}
		}
		return nil
	default:
		return p.Kind.checkScalar(value)
	}
}

func (k Kind) checkScalar(value string) error {
	switch k {
	case Bool:
		_, err := strconv.ParseBool(value)
		return explain(err, errBool)
	case Int:
		var number int64
		return explain(json.Unmarshal([]byte(value), &number), errInt)
	case Uint32:
		var number uint32
		return explain(json.Unmarshal([]byte(value), &number), errUint32)
	case Float:
		var number float64
		return explain(json.Unmarshal([]byte(value), &number), errFloat)
	case Duration:
		_, err := parseDuration(value)
		return err
	case Query:
		_, err := url.ParseQuery(value)
		return explain(err, errQuery)
	default:
		return nil
	}
}

func (p Parameter) checkNumberOrRange(element string) error {
	if p.RangeSeparator == "" || !strings.Contains(element, p.RangeSeparator) {
		return Int.checkScalar(element)
	}
	start, end, _ := strings.Cut(element, p.RangeSeparator)
	return errors.Join(Int.checkScalar(start), Int.checkScalar(end))
}

// elements splits a list or a map as KEDA does.
func (p Parameter) elements(value string) []string {
	separator := p.Separator
	if separator == "" {
		separator = ","
	}
	elements := strings.Split(value, separator)
	for i, element := range elements {
		elements[i] = strings.TrimSpace(element)
	}
	return elements
}

// parseDuration reads Go's duration syntax or whole milliseconds
// (typed_config.go:450).
func parseDuration(value string) (time.Duration, error) {
	duration, err := time.ParseDuration(value)
	if err != nil {
		milliseconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return 0, errDuration
		}
		duration = time.Duration(milliseconds) * time.Millisecond
	}
	if duration < 0 {
		return 0, errDuration
	}
	return duration, nil
}

// explain returns the explanation if there was an error.
func explain(err, explanation error) error {
	if err != nil {
		return explanation
	}
	return nil
}
