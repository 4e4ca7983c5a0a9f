package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// parse reads the one object of a manifest, by the rules of kubectl, and
// refuses a key that is given twice, of which kubectl would take the last.
func parse(text string) (*unstructured.Unstructured, error) {
	document, err := onlyDocument(text)
	if err != nil {
		return nil, err
	}
	encoded, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		return nil, fmt.Errorf("it is neither YAML nor JSON: %s", cause(err))
	}
	var object map[string]any
	if err := utiljson.Unmarshal(encoded, &object); err != nil {
		return nil, errors.New("it is not an object, that is, a map of fields such as apiVersion, kind and metadata")
	}
	if metadata, isSet := object["metadata"]; isSet {
		if _, isObject := metadata.(map[string]any); !isObject {
			return nil, errors.New("its metadata is not a map")
		}
	}
	return &unstructured.Unstructured{Object: object}, nil
}

// onlyDocument returns the document of a text that may have markers, comments
// and empty documents around it. The lines keep their numbers.
func onlyDocument(text string) (string, error) {
	var (
		found  string
		count  int
		before int
	)
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("it cannot be read: %w", err)
		}
		if isBlank(document) {
			continue
		}
		if count++; count == 1 {
			found = string(document)
			before = strings.Count(text[:max(strings.Index(text, found), 0)], "\n")
		}
	}
	switch count {
	case 0:
		return "", errors.New("it has no object in it")
	case 1:
		return strings.Repeat("\n", before) + found, nil
	}
	return "", fmt.Errorf("it has %d documents: use one resource for each object, for instance with for_each over split(\"---\", ...)", count)
}

// isBlank reports a document of nothing but comments.
func isBlank(document []byte) bool {
	for line := range bytes.Lines(document) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !bytes.Equal(line, []byte("---")) && !bytes.Equal(line, []byte("...")) {
			return false
		}
	}
	return true
}

// cause shortens a message to what the parser said, which begins with the line.
func cause(err error) string {
	text := err.Error()
	if _, said, found := strings.Cut(text, "yaml: "); found {
		return said
	}
	return text
}
