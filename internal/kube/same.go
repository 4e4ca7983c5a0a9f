package kube

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"reflect"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"
)

// same reports whether the API server could have written prior as live.
func same(live, prior any, at place) bool {
	if a, isNumber := number(live); isNumber {
		b, isNumber := number(prior)
		return isNumber && a.Cmp(b) == 0
	}
	written, isText := live.(string)
	if wanted, both := prior.(string); isText && both {
		return written == wanted || at.isQuantity() && sameQuantity(written, wanted)
	}
	if wanted, isNumber := number(prior); isText && isNumber && at.isQuantity() {
		// A quantity may be given as a number and always comes back as text.
		return sameQuantity(written, wanted.FloatString(quantityDigits))
	}
	return reflect.DeepEqual(live, prior)
}

// number reads every form in which a JSON number is decoded. Not a number and
// the infinities are none: JSON has no way to write them.
func number(value any) (*big.Rat, bool) {
	switch value := value.(type) {
	case int64:
		return new(big.Rat).SetInt64(value), true
	case int:
		return new(big.Rat).SetInt64(int64(value)), true
	case float64:
		exact := new(big.Rat).SetFloat64(value)
		return exact, exact != nil
	case json.Number:
		// Parsed as a float first: a short text such as 1e999999999 would
		// otherwise take all memory as an exact number.
		if whole, err := value.Int64(); err == nil {
			return new(big.Rat).SetInt64(whole), true
		}
		near, err := strconv.ParseFloat(value.String(), 64)
		if err != nil {
			return nil, false
		}
		exact := new(big.Rat).SetFloat64(near)
		return exact, exact != nil
	}
	return nil, false
}

// quantityMaps are the fields that map resource names to quantities, and
// quantityFields those that are quantities, in the kinds that Kubernetes itself
// defines (k8s.io/api, type resource.Quantity). Only there does the API server
// rewrite a text: elsewhere 1.0 and 1 are different texts.
var (
	quantityMaps = map[string]bool{
		"limits": true, "requests": true, "capacity": true, "allocatable": true, "hard": true, "overhead": true,
		"podFixed": true, "default": true, "defaultRequest": true, "max": true, "min": true, "maxLimitRequestRatio": true,
	}
	quantityFields = map[string]bool{"sizeLimit": true, "divisor": true, "averageValue": true}
)

// quantityDigits are the decimal places of a quantity: its smallest unit is nano.
const quantityDigits = 9

func (p place) isQuantity() bool {
	return quantityMaps[p.parent] || quantityFields[p.key] || (p.parent == "target" && p.key == "value")
}

func sameQuantity(a, b string) bool {
	x, err := resource.ParseQuantity(a)
	if err != nil {
		return false
	}
	y, err := resource.ParseQuantity(b)
	return err == nil && x.Cmp(y) == 0
}

// decodesTo reports whether an entry of a Secret's data is the base64 of a text.
func decodesTo(encoded, text any) bool {
	data, isText := encoded.(string)
	wanted, bothText := text.(string)
	if !isText || !bothText {
		return false
	}
	decoded, err := base64.StdEncoding.DecodeString(data)
	return err == nil && string(decoded) == wanted
}
