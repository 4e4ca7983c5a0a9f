package helm

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"sigs.k8s.io/yaml"
)

// ParseValues reads one values text, which is a YAML or JSON mapping, or empty.
// A key that is there twice is an error, which for Helm's command line it is not.
func ParseValues(text string) (map[string]any, error) {
	var parsed any
	if err := yaml.UnmarshalStrict([]byte(text), &parsed); err != nil {
		// The library puts the name of its own decoding step first.
		return nil, errors.New(strings.TrimPrefix(err.Error(), "error converting YAML to JSON: "))
	}
	switch parsed := parsed.(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return parsed, nil
	}
	return nil, fmt.Errorf("it holds %s, not a mapping of names to values", kindOf(parsed))
}

func kindOf(value any) string {
	switch value.(type) {
	case []any:
		return "a list"
	case string:
		return "a text"
	case bool:
		return "a truth value"
	}
	return "a number"
}

// MergeValues puts one set of values over another, as Helm's command line does
// with several --values: mappings are merged, anything else is replaced.
func MergeValues(under, over map[string]any) map[string]any {
	merged := make(map[string]any, len(under)+len(over))
	maps.Copy(merged, under)
	for key, value := range over {
		below, isMap := merged[key].(map[string]any)
		if above, alsoMap := value.(map[string]any); isMap && alsoMap {
			value = MergeValues(below, above)
		}
		merged[key] = value
	}
	return merged
}

// SameValues reports whether two sets of values say the same, whatever Go types
// their numbers have.
func SameValues(a, b map[string]any) bool {
	return reflect.DeepEqual(plain(a), plain(b))
}

// plain is what the storage of a release makes of values.
func plain(values map[string]any) map[string]any {
	decoded := map[string]any{}
	encoded, err := json.Marshal(values)
	if err != nil || json.Unmarshal(encoded, &decoded) != nil || decoded == nil {
		return map[string]any{}
	}
	return decoded
}
