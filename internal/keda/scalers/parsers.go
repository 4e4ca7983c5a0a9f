package scalers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// The functions below go with wellFormed: their errors do not quote the value.

func absoluteURL(value string) error {
	_, err := url.ParseRequestURI(value)
	return explain(err, errors.New("it must be a URL with a scheme, such as https://example.com:8080"))
}

func regularExpression(value string) error {
	_, err := regexp.Compile(value)
	return explain(err, errors.New("it must be a regular expression of Go's package regexp, since useRegex is true"))
}

func jsonObjectOf(value string, elements any) error {
	if err := json.Unmarshal([]byte(value), elements); err != nil {
		return errors.New("it must be a JSON object, such as " + `{"#k": "key"}`)
	}
	return nil
}

// fields returns a parser that counts the parts between separators.
func fields(separator string, count int, example string) func(string) error {
	return func(value string) error {
		if len(strings.Split(value, separator)) != count {
			return fmt.Errorf("it must have the form %s", example)
		}
		return nil
	}
}

func positiveDuration(value string) error {
	duration, err := parseDuration(value)
	if err == nil && duration == 0 {
		return errors.New("it must be above 0")
	}
	return nil // the format is reported elsewhere
}
