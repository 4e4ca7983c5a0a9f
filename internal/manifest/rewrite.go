package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	yamltext "go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// rewrite writes an object in the language of a former text, and as far as
// possible in its words, so that a plan shows what changed and nothing else.
func rewrite(former string, object *unstructured.Unstructured) (string, error) {
	if trimmed := strings.TrimSpace(former); trimmed == "" || trimmed[0] == '{' {
		text, err := json.Marshal(object.Object)
		return string(text), err
	}
	// An anchor or a merge key can make the edited text mean something else.
	if edited, err := edit(former, object.Object); err == nil && sameMeaning(edited, string(mustJSON(object.Object))) {
		return edited, nil
	}
	text, err := yaml.Marshal(object.Object)
	return string(text), err
}

// mustJSON encodes a value that was decoded from JSON.
func mustJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// edit changes a YAML text until it says what the object says, and leaves
// order, comments and quotes alone.
func edit(text string, object map[string]any) (string, error) {
	var document yamltext.Node
	if err := yamltext.Unmarshal([]byte(text), &document); err != nil || len(document.Content) != 1 {
		return "", fmt.Errorf("reading the former text: %w", err)
	}
	if err := editNode(document.Content[0], object); err != nil {
		return "", err
	}
	var edited bytes.Buffer
	encoder := yamltext.NewEncoder(&edited)
	encoder.SetIndent(2)
	if isCompact(&document) {
		encoder.CompactSeqIndent()
	}
	if err := encoder.Encode(&document); err != nil {
		return "", fmt.Errorf("writing the text: %w", err)
	}
	return edited.String(), encoder.Close()
}

func editNode(node *yamltext.Node, value any) error {
	if says(node, value) {
		return nil
	}
	switch value := value.(type) {
	case map[string]any:
		if node.Kind == yamltext.MappingNode {
			return editMapping(node, value)
		}
	case []any:
		if node.Kind == yamltext.SequenceNode {
			return editSequence(node, value)
		}
	}
	fresh, err := newNode(value)
	if err != nil {
		return err
	}
	if fresh.Tag == "!!str" && fresh.Style == 0 {
		fresh.Style = node.Style & (yamltext.DoubleQuotedStyle | yamltext.SingleQuotedStyle)
	}
	fresh.HeadComment, fresh.LineComment, fresh.FootComment = node.HeadComment, node.LineComment, node.FootComment
	*node = *fresh
	return nil
}

func editMapping(node *yamltext.Node, value map[string]any) error {
	var kept []*yamltext.Node
	missing := maps.Clone(value)
	for pair := range slices.Chunk(node.Content, 2) {
		wanted, found := value[pair[0].Value]
		if !found {
			continue
		}
		if err := editNode(pair[1], wanted); err != nil {
			return err
		}
		kept = append(kept, pair...)
		delete(missing, pair[0].Value)
	}
	for _, key := range slices.Sorted(maps.Keys(missing)) {
		name, err := newNode(key)
		if err != nil {
			return err
		}
		added, err := newNode(missing[key])
		if err != nil {
			return err
		}
		kept = append(kept, name, added)
	}
	node.Content = kept
	return nil
}

func editSequence(node *yamltext.Node, value []any) error {
	node.Content = node.Content[:min(len(node.Content), len(value))]
	for i, element := range value {
		if i < len(node.Content) {
			if err := editNode(node.Content[i], element); err != nil {
				return err
			}
			continue
		}
		added, err := newNode(element)
		if err != nil {
			return err
		}
		node.Content = append(node.Content, added)
	}
	return nil
}

func newNode(value any) (*yamltext.Node, error) {
	var fresh yamltext.Node
	if err := fresh.Encode(value); err != nil {
		return nil, fmt.Errorf("writing a value: %w", err)
	}
	return &fresh, nil
}

// says reports whether a node stands for the value already.
func says(node *yamltext.Node, value any) bool {
	var decoded any
	if node.Decode(&decoded) != nil {
		return false
	}
	encoded, err := json.Marshal(decoded)
	var plain, wanted any
	return err == nil && json.Unmarshal(encoded, &plain) == nil && json.Unmarshal(mustJSON(value), &wanted) == nil && reflect.DeepEqual(plain, wanted)
}

// isCompact reports a text that does not indent a list within a map, as
// Terraform's yamlencode writes it.
func isCompact(node *yamltext.Node) bool {
	if node.Kind == yamltext.MappingNode {
		for pair := range slices.Chunk(node.Content, 2) {
			if list := pair[1]; list.Kind == yamltext.SequenceNode && list.Style&yamltext.FlowStyle == 0 && list.Column == pair[0].Column {
				return true
			}
		}
	}
	return slices.ContainsFunc(node.Content, isCompact)
}
