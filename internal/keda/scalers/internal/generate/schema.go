package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// schemaFile is KEDA's own, partial description of its scalers.
const schemaFile = "schema/generated/scalers-schema.json"

type schemaParameter struct {
	Name               string   `json:"name"`
	Optional           bool     `json:"optional"`
	Default            string   `json:"default"`
	AllowedValue       []string `json:"allowedValue"`
	ExclusiveSet       []string `json:"exclusiveSet"`
	Separator          string   `json:"separator"`
	RangeSeparator     string   `json:"rangeSeparator"`
	Deprecated         string   `json:"deprecated"`
	DeprecatedAnnounce string   `json:"deprecatedAnnounce"`
	Metadata           bool     `json:"metadataVariableReadable"`
	Env                bool     `json:"envVariableReadable"`
	Authentication     bool     `json:"triggerAuthenticationVariableReadable"`
}

// readSchema returns the schema's parameters for each scaler type.
func readSchema(module fs.FS) (map[string][]schemaParameter, error) {
	content, err := fs.ReadFile(module, schemaFile)
	if err != nil {
		return nil, err
	}
	var document struct {
		Scalers []struct {
			Type       string            `json:"type"`
			Parameters []schemaParameter `json:"parameters"`
		} `json:"scalers"`
	}
	if err := json.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("%s: %w", schemaFile, err)
	}
	schema := map[string][]schemaParameter{}
	for _, scaler := range document.Scalers {
		schema[scaler.Type] = scaler.Parameters
	}
	return schema, nil
}

// agree compares what the struct tags say with what the schema says. The tags
// are what KEDA runs; a difference means that this generator misreads them.
func agree(scaler string, read []parameter, published []schemaParameter) error {
	var differences []error
	for _, want := range published {
		if !slices.ContainsFunc(read, want.describes) {
			differences = append(differences, fmt.Errorf("%s: no struct tag says what the schema says of %+v", scaler, want))
		}
	}
	for _, p := range read {
		for _, name := range p.names {
			if !slices.ContainsFunc(published, func(s schemaParameter) bool { return s.Name == name }) {
				differences = append(differences, fmt.Errorf("%s: the schema lacks %q", scaler, name))
			}
		}
	}
	return errors.Join(differences...)
}

func (s schemaParameter) describes(p parameter) bool {
	return slices.Contains(p.names, s.Name) &&
		s.Optional == p.optional && s.Default == p.defaultValue &&
		slices.Equal(s.AllowedValue, p.enum) && slices.Equal(s.ExclusiveSet, p.exclusiveSet) &&
		s.Separator == p.separator && s.RangeSeparator == p.rangeSeparator &&
		s.Deprecated == p.deprecated && s.DeprecatedAnnounce == p.deprecatedAnnounce &&
		s.Metadata == p.readableFrom("triggerMetadata") &&
		s.Env == p.readableFrom("resolvedEnv") &&
		s.Authentication == p.readableFrom("authParams")
}
