package objectresource

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// attributeOf finds the attribute of a typed model that stands for a field of
// its object, by the json and tfsdk tags. Fields are written as the API server
// writes them in errors (spec.triggers[0].type) and in conflicts
// (.spec.triggers[name="a"].type, .metadata.labels.app).
func attributeOf(model reflect.Type, field string) path.Path {
	field = strings.TrimPrefix(field, ".")
	if rest, isSpec := cutName(field, "spec"); isSpec {
		return descend(model, rest, path.Empty())
	}
	metadata, isMetadata := cutName(field, "metadata")
	if !isMetadata {
		return path.Empty()
	}
	for _, name := range []string{"labels", "annotations"} {
		if rest, found := cutName(metadata, name); found {
			return descend(reflect.TypeFor[map[string]string](), rest, path.Root(name))
		}
	}
	for _, name := range []string{"name", "namespace"} {
		if metadata == name {
			return path.Root(name)
		}
	}
	return path.Empty()
}

// cutName removes a leading name and the dot after it.
func cutName(field, name string) (rest string, found bool) {
	rest, found = strings.CutPrefix(field, name)
	if !found || rest != "" && rest[0] != '.' && rest[0] != '[' {
		return "", false
	}
	return strings.TrimPrefix(rest, "."), true
}

// descend follows the rest of a field as far as the types know it.
func descend(within reflect.Type, rest string, reached path.Path) path.Path {
	if within.Kind() == reflect.Pointer {
		within = within.Elem()
	}
	if rest == "" {
		return reached
	}
	switch within.Kind() {
	case reflect.Map:
		// The rest is the key, whatever it is made of: conflicts do not quote it.
		return reached.AtMapKey(strings.TrimSuffix(strings.TrimPrefix(rest, "["), "]"))
	case reflect.Slice:
		index, after, found := strings.Cut(strings.TrimPrefix(rest, "["), "]")
		number, err := strconv.Atoi(index)
		if !found || err != nil {
			return reached
		}
		return descend(within.Elem(), strings.TrimPrefix(after, "."), reached.AtListIndex(number))
	case reflect.Struct:
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		for _, field := range reflect.VisibleFields(within) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == rest[:end] && name != "" && name != "-" {
				return descend(field.Type, strings.TrimPrefix(rest[end:], "."), reached.AtName(field.Tag.Get("tfsdk")))
			}
		}
	}
	return reached
}
