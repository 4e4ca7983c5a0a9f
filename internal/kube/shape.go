package kube

import (
	"encoding/json"
	"strings"
)

// shape is what the managedFields of an object tell about one place in it: the
// trees of all managers that own something there, as described at FieldsV1 in
// k8s.io/apimachinery/pkg/apis/meta/v1. A key is f:<field>, k:<the key fields of
// a list's element, as JSON>, v:<a value of a set, as JSON>, or "." for the
// place itself. Every tree follows the kind's one schema, so whichever manager
// owns an element shows that the list is shared.
type shape []map[string]any

func shapeOf(object map[string]any) shape {
	metadata, _ := object["metadata"].(map[string]any)
	entries, _ := metadata["managedFields"].([]any)
	var trees shape
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		if tree, found := fields["fieldsV1"].(map[string]any); found {
			trees = append(trees, tree)
		}
	}
	return trees
}

// known reports whether any manager owns something here.
func (s shape) known() bool { return len(s) > 0 }

func (s shape) field(name string) shape { return s.below("f:" + name) }

func (s shape) below(key string) shape {
	var trees shape
	for _, tree := range s {
		if nested, found := tree[key].(map[string]any); found {
			trees = append(trees, nested)
		}
	}
	return trees
}

// elementKey is what tells one element of a shared list from the others.
type elementKey struct {
	// text is the key in the tree.
	text string
	// fields are the key fields; nil in a set, where value is the element.
	fields map[string]any
	value  any
}

// elements returns the keys of a shared list, none for anything else.
func (s shape) elements() []elementKey {
	var keys []elementKey
	seen := map[string]bool{}
	for _, tree := range s {
		for text := range tree {
			if key, isElement := parseElement(text); isElement && !seen[text] {
				seen[text] = true
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func parseElement(text string) (elementKey, bool) {
	key := elementKey{text: text}
	if rest, isKeyed := strings.CutPrefix(text, "k:"); isKeyed {
		return key, json.Unmarshal([]byte(rest), &key.fields) == nil && len(key.fields) > 0
	}
	if rest, isSet := strings.CutPrefix(text, "v:"); isSet {
		return key, json.Unmarshal([]byte(rest), &key.value) == nil
	}
	return key, false
}

// names reports whether the key is an element's. A live element has all key
// fields; a configuration may leave out those that have a default, such as a
// port's protocol.
func (k elementKey) names(element any, live bool) bool {
	if k.fields == nil {
		return same(element, k.value, place{})
	}
	fields, isMap := element.(map[string]any)
	if !isMap {
		return false
	}
	for name, value := range k.fields {
		found, present := fields[name]
		if present && !same(found, value, place{}) || !present && live {
			return false
		}
	}
	return true
}
