package policy

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// operators are the condition operators of IAM and what their values have to
// be. Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
var operators = map[string]func(value string) error{
	"StringEquals": literal, "StringNotEquals": literal,
	"StringEqualsIgnoreCase": literal, "StringNotEqualsIgnoreCase": literal,
	"StringLike": anything, "StringNotLike": anything,

	"NumericEquals": number, "NumericNotEquals": number,
	"NumericLessThan": number, "NumericLessThanEquals": number,
	"NumericGreaterThan": number, "NumericGreaterThanEquals": number,

	"DateEquals": date, "DateNotEquals": date,
	"DateLessThan": date, "DateLessThanEquals": date,
	"DateGreaterThan": date, "DateGreaterThanEquals": date,

	"Bool": boolean, "Null": boolean, "BinaryEquals": anything,
	"IpAddress": network, "NotIpAddress": network,

	"ArnEquals": arnPattern, "ArnLike": arnPattern, "ArnNotEquals": arnPattern, "ArnNotLike": arnPattern,
}

// What may stand around an operator.
var setPrefixes = []string{"ForAllValues:", "ForAnyValue:"}

const ifExists = "IfExists"

// baseOf takes off what may stand around an operator.
func baseOf(operator string) string {
	for _, prefix := range setPrefixes {
		operator = strings.TrimPrefix(operator, prefix)
	}
	return strings.TrimSuffix(operator, ifExists)
}

// CheckOperator says why a text cannot be the operator of a condition.
func CheckOperator(operator string) error {
	base := baseOf(operator)
	if base == "Null" && strings.HasSuffix(operator, ifExists) {
		return fmt.Errorf("%q: Null asks whether a key exists, so it takes no IfExists: write \"Null\"", operator)
	}
	if _, known := operators[base]; known {
		return nil
	}
	for _, right := range sortedKeys(operators) {
		if strings.EqualFold(right, base) {
			return fmt.Errorf("%q is no condition operator of IAM: write %q", operator, strings.Replace(operator, base, right, 1))
		}
	}
	return fmt.Errorf("%q is no condition operator of IAM: use one such as \"StringEquals\", \"StringLike\", \"ArnLike\" or \"Bool\", which may begin with \"ForAnyValue:\" or \"ForAllValues:\" and end with \"IfExists\"", operator)
}

// CheckConditionValue says why a value can never match, or is refused, under an
// operator. Of an operator that is not known it says nothing.
func CheckConditionValue(operator, value string) error {
	check, known := operators[baseOf(operator)]
	if !known {
		return nil
	}
	if err := checkCharacters(value); err != nil {
		return err
	}
	// A policy variable has its value only when IAM evaluates it.
	if strings.Contains(strings.ReplaceAll(value, "${*}", ""), "${") {
		return nil
	}
	if err := check(value); err != nil {
		return fmt.Errorf("under %s, %w", operator, err)
	}
	return nil
}

func anything(string) error { return nil }

// literal refuses a wildcard that is none. IAM writes an asterisk that is meant
// as such ${*}.
func literal(value string) error {
	if strings.Contains(strings.ReplaceAll(value, "${*}", ""), "*") {
		return fmt.Errorf("%q is compared letter by letter, so its * matches nothing but an asterisk: use the operator with Like instead of Equals, or write ${*} for an asterisk", value)
	}
	return nil
}

func number(value string) error {
	if _, err := strconv.ParseFloat(value, 64); err != nil {
		return fmt.Errorf("%q is no number", value)
	}
	return nil
}

func boolean(value string) error {
	if !strings.EqualFold(value, "true") && !strings.EqualFold(value, "false") {
		return fmt.Errorf("%q is neither \"true\" nor \"false\"", value)
	}
	return nil
}

// dateForms are those of ISO 8601 in which IAM takes dates, beside seconds since
// 1970.
var dateForms = []string{time.RFC3339, "2006-01-02T15:04:05.999Z07:00", "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01", "2006"}

func date(value string) error {
	if number(value) == nil {
		return nil
	}
	for _, form := range dateForms {
		if _, err := time.Parse(form, value); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%q is no date: give one such as \"2030-01-31T12:00:00Z\"", value)
}

func network(value string) error {
	if _, err := netip.ParseAddr(value); err == nil {
		return nil
	}
	if _, err := netip.ParsePrefix(value); err != nil {
		return fmt.Errorf("%q is neither an IP address nor a CIDR block such as \"10.0.0.0/16\"", value)
	}
	return nil
}

func arnPattern(value string) error {
	if value == "*" || strings.HasPrefix(value, "arn:") && (strings.Count(value, ":") >= arnSegments-1 || strings.HasSuffix(value, "*")) {
		return nil
	}
	return fmt.Errorf("%q is no ARN: give one such as \"arn:aws:sqs:us-west-2:123456789012:prompts\", in which * and ? are wildcards", value)
}
