package main

import (
	"errors"
	"fmt"
	"go/ast"
	"reflect"
	"strconv"
)

// builtinKinds maps Go's types to scalers.Kind constants. KEDA decodes every
// number with encoding/json, so int and int64 accept the same text.
var builtinKinds = map[string]string{
	"string": "String", "bool": "Bool", "int": "Int", "int64": "Int",
	"uint32": "Uint32", "float64": "Float",
	"time.Duration": "Duration", "url.Values": "Query",
	// A string type of the Azure SDK, which KEDA imports for azure-monitor.
	"azquery.AggregationType": "String",
}

// parameters returns the parameters of a metadata struct and of the structs
// nested in it, in the order in which KEDA reads them.
func (s *source) parameters(p *goPackage, structName string, parentOptional bool) ([]parameter, error) {
	structure, ok := p.structs[structName]
	if !ok {
		return nil, fmt.Errorf("%s has no struct %s", p.folder, structName)
	}
	targets := p.targets[structName]
	var all []parameter
	for _, field := range structure.fields {
		tag, ok := kedaTag(field)
		if !ok {
			continue
		}
		read, err := s.field(p, structure, field, tag, parentOptional)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", p.folder, structName, err)
		}
		if len(field.Names) == 1 && targets[field.Names[0].Name] {
			read[0].target = true
		}
		all = append(all, read...)
	}
	return all, nil
}

func kedaTag(field *ast.Field) (string, bool) {
	if field.Tag == nil {
		return "", false
	}
	text, _ := strconv.Unquote(field.Tag.Value) // the parser accepts only valid literals
	return reflect.StructTag(text).Lookup("keda")
}

func (s *source) field(p *goPackage, structure structType, field *ast.Field, tag string, parentOptional bool) ([]parameter, error) {
	read, err := parseTag(tag)
	if err != nil {
		return nil, err
	}
	read.optional = read.optional || parentOptional
	if len(read.names) == 0 {
		nested, name, err := s.namedType(p, structure, field.Type)
		if err != nil {
			return nil, err
		}
		return s.parameters(nested, name, read.optional)
	}
	read.kind, err = s.kind(p, structure, field.Type)
	if err != nil {
		return nil, fmt.Errorf("parameter %v: %w", read.names, err)
	}
	return []parameter{read}, nil
}

// namedType returns the package and the name of a type T, *T, pkg.T or *pkg.T.
func (s *source) namedType(p *goPackage, structure structType, expression ast.Expr) (*goPackage, string, error) {
	switch expression := expression.(type) {
	case *ast.StarExpr:
		return s.namedType(p, structure, expression.X)
	case *ast.Ident:
		return p, expression.Name, nil
	case *ast.SelectorExpr:
		imported, err := s.imported(structure, typeName(expression.X))
		if err != nil {
			return nil, "", err
		}
		return imported, expression.Sel.Name, nil
	}
	return nil, "", fmt.Errorf("a nested parameter has the type %T", expression)
}

// kind returns the scalers.Kind constant for a field's type.
func (s *source) kind(p *goPackage, structure structType, expression ast.Expr) (string, error) {
	switch expression := expression.(type) {
	case *ast.StarExpr:
		return s.kind(p, structure, expression.X)
	case *ast.ArrayType:
		element, err := s.kind(p, structure, expression.Elt)
		return element + "List", err
	case *ast.MapType:
		key, keyErr := s.kind(p, structure, expression.Key)
		value, valueErr := s.kind(p, structure, expression.Value)
		if key != "String" || value != "String" {
			return "", fmt.Errorf("a map of %s to %s is not known: %w", key, value, errors.Join(keyErr, valueErr))
		}
		return "StringMap", nil
	case *ast.Ident:
		if kind, ok := builtinKinds[expression.Name]; ok {
			return kind, nil
		}
		underlying, ok := p.named[expression.Name]
		if !ok {
			return "", fmt.Errorf("%s has no type %s", p.folder, expression.Name)
		}
		return s.kind(p, structure, underlying)
	case *ast.SelectorExpr:
		qualifier := typeName(expression.X)
		if kind, ok := builtinKinds[qualifier+"."+expression.Sel.Name]; ok {
			return kind, nil
		}
		imported, err := s.imported(structure, qualifier)
		if err != nil {
			return "", err
		}
		return s.kind(imported, structure, ast.NewIdent(expression.Sel.Name))
	}
	return "", fmt.Errorf("the type %T is not known", expression)
}
