package kube

import "maps"

// Project returns the live object reduced to what prior sets, which is how
// drift is found: the result equals prior if and only if nothing that the
// configuration sets has changed. Both are objects as decoded from JSON, and
// neither is changed.
//
// Of an object, the keys that prior has are kept. Of a list that several
// managers share, such as a Deployment's containers, the elements that prior
// has are kept; live's managedFields tell such a list, because the API server
// records them element by element. Any other list is one value, so its length
// and its order count.
//
// A value that the API server merely writes in another way counts as the same,
// and prior's way is kept: 1 and 1.0, a quantity of 1000m and of 1, and an
// empty value that is not stored.
func Project(live, prior map[string]any) map[string]any {
	projected := projectMap(live, prior, shapeOf(live), place{})
	if isSecret(kindOf(prior)) {
		projectStringData(projected, live, prior)
	}
	return projected
}

// place is where a value is, as far as its meaning depends on that.
type place struct {
	parent, key string
}

func (p place) child(key string) place { return place{parent: p.key, key: key} }

// project returns live in prior's shape, and prior itself where both mean the
// same.
func project(live, prior any, owned shape, at place) any {
	switch prior := prior.(type) {
	case map[string]any:
		if live, ok := live.(map[string]any); ok {
			return projectMap(live, prior, owned, at)
		}
	case []any:
		if live, ok := live.([]any); ok {
			return projectList(live, prior, owned, at)
		}
	}
	if same(live, prior, at) {
		return prior
	}
	return live
}

func projectMap(live, prior map[string]any, owned shape, at place) map[string]any {
	projected := make(map[string]any, len(prior))
	for key, wanted := range prior {
		found, present := live[key]
		switch {
		case wanted == nil:
			// An explicit null sets nothing.
			projected[key] = nil
		case present && found != nil:
			projected[key] = project(found, wanted, owned.field(key), at.child(key))
		case isEmpty(wanted):
			projected[key] = wanted
		}
	}
	return projected
}

func projectList(live, prior []any, owned shape, at place) []any {
	if keys := owned.elements(); len(keys) > 0 {
		return projectShared(live, prior, keys, owned, at)
	}
	if !owned.known() {
		if projected, named := projectNamed(live, prior, at); named {
			return projected
		}
	}
	projected := make([]any, len(live))
	for i, found := range live {
		projected[i] = found
		if i < len(prior) {
			projected[i] = project(found, prior[i], nil, at)
		}
	}
	return projected
}

// projectShared keeps prior's elements of a list that managers share. Elements
// of others are not the configuration's business.
func projectShared(live, prior []any, keys []elementKey, owned shape, at place) []any {
	keyOf := make([]*elementKey, len(live))
	for i, found := range live {
		for k := range keys {
			if keys[k].names(found, true) {
				keyOf[i] = &keys[k]
				break
			}
		}
	}
	projected := make([]any, 0, len(prior))
	for _, wanted := range prior {
		for i, key := range keyOf {
			if key != nil && key.names(wanted, false) {
				keyOf[i] = nil
				projected = append(projected, project(live[i], wanted, owned.below(key.text), at))
				break
			}
		}
	}
	return projected
}

// projectNamed matches elements by name where nothing is known of the list and
// every element has a name of its own. It covers an object whose managedFields
// were cleared.
func projectNamed(live, prior []any, at place) ([]any, bool) {
	liveByName, liveNamed := byName(live)
	priorByName, priorNamed := byName(prior)
	if !liveNamed || !priorNamed || len(prior) == 0 {
		return nil, false
	}
	projected := make([]any, 0, len(live))
	for _, wanted := range prior {
		if found, present := liveByName[nameOf(wanted)]; present {
			projected = append(projected, project(found, wanted, nil, at))
		}
	}
	for _, found := range live {
		if _, wanted := priorByName[nameOf(found)]; !wanted {
			projected = append(projected, found)
		}
	}
	return projected, true
}

func byName(elements []any) (map[string]any, bool) {
	named := make(map[string]any, len(elements))
	for _, element := range elements {
		name := nameOf(element)
		if name == "" || named[name] != nil {
			return nil, false
		}
		named[name] = element
	}
	return named, true
}

func nameOf(element any) string {
	fields, _ := element.(map[string]any)
	name, _ := fields["name"].(string)
	return name
}

// isEmpty reports a value that the API server does not store: Go's omitempty
// drops it from every built-in kind.
func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case map[string]any:
		for _, nested := range value {
			if !isEmpty(nested) {
				return false
			}
		}
		return true
	case []any:
		return len(value) == 0
	}
	if exact, isNumber := number(value); isNumber {
		return exact.Sign() == 0
	}
	return value == "" || value == false
}

func kindOf(object map[string]any) string {
	kind, _ := object["kind"].(string)
	return kind
}

// projectStringData compares a Secret's stringData with the data that the API
// server turns it into, since it never returns stringData.
func projectStringData(projected, live, prior map[string]any) {
	wanted, _ := prior["stringData"].(map[string]any)
	if len(wanted) == 0 {
		return
	}
	data, _ := live["data"].(map[string]any)
	kept := maps.Clone(wanted)
	maps.DeleteFunc(kept, func(key string, value any) bool { return !decodesTo(data[key], value) })
	projected["stringData"] = kept
}
