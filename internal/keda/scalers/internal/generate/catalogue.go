package main

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// readCatalogue reads all scalers from KEDA's module, sorted by type. It fails
// when KEDA's struct tags and KEDA's schema do not say the same.
func readCatalogue(module fs.FS) ([]scaler, error) {
	schema, err := readSchema(module)
	if err != nil {
		return nil, err
	}
	if err := checkCorrections(module); err != nil {
		return nil, err
	}
	code := newSource(module)
	constructors, err := code.constructors()
	if err != nil {
		return nil, err
	}
	for _, name := range testOnlyScalers {
		delete(constructors, name)
	}
	names := slices.Sorted(maps.Keys(constructors))
	if published := slices.Sorted(maps.Keys(schema)); !slices.Equal(names, published) {
		return nil, fmt.Errorf("KEDA builds %v but its schema lists %v", names, published)
	}
	all := make([]scaler, 0, len(names))
	for _, name := range names {
		parameters, err := code.scalerParameters(constructors[name])
		if err != nil {
			return nil, fmt.Errorf("scaler %s: %w", name, err)
		}
		if err := agree(name, parameters, schema[name]); err != nil {
			return nil, err
		}
		all = append(all, scaler{name: name, parameters: append(parameters, correctionsOf(name)...)})
	}
	return all, nil
}

func (s *source) scalerParameters(constructor string) ([]parameter, error) {
	scalers, err := s.load(scalersPackage)
	if err != nil {
		return nil, err
	}
	structName, err := scalers.metadataStruct(constructor)
	if err != nil {
		return nil, err
	}
	return s.parameters(scalers, structName, false)
}
