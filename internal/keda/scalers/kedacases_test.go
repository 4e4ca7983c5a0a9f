package scalers

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// kedaCase is one case of a table in KEDA's scaler tests.
type kedaCase struct {
	name     string // the table, or the function that holds it, and the case's key or number in it
	place    string // file:line
	types    []string
	trigger  Trigger // without its type
	rejected bool    // whether KEDA must refuse it
}

// The names that KEDA's test tables use for the fields of a case.
var (
	metadataFields = []string{"metadata", "triggerMetadata", "TriggerMetadata", "configuration"}
	errorFields    = []string{"isError", "raisesError", "wantErr", "expectError", "expectErr", "errExpected", "expectedError", "parseErrorExpected", "errorCase", "expectedErr", "ExpectedErr"}
	authFields     = []string{"authParams", "authParam", "AuthParams", "podIdentity", "PodIdentity", "authentication"}
)

// Tables whose cases do not stand for themselves.
var (
	// completedByCode lists tables to whose metadata KEDA's test adds.
	completedByCode = []string{"parseKafkaOAuthbearerAuthParamsTestDataset"}
	// identityByCode lists tables to which KEDA's test adds a podIdentity.
	identityByCode = []string{"testDataExplorerMetadataWithPodIdentity"}
)

// kedaCases extracts the tables of cases from KEDA's scaler tests: composite
// literals of structs that have the trigger's metadata and say whether KEDA
// must refuse it. Cases that are not constant are counted as skipped.
func kedaCases(t *testing.T) (cases []kedaCase, skipped int) {
	t.Helper()
	source, module := loadKEDA(t)
	types := source.typesByFile(t, module)
	for _, name := range slices.Sorted(maps.Keys(source.files)) {
		if !strings.HasSuffix(name, "_test.go") || len(types[scalerFile(name)]) == 0 {
			continue
		}
		found, notConstant := source.casesIn(source.files[name])
		skipped += notConstant
		for _, one := range found {
			one.types = types[scalerFile(name)]
			cases = append(cases, one)
		}
	}
	return cases, skipped
}

func (s *kedaSource) casesIn(file *ast.File) (cases []kedaCase, skipped int) {
	table, owner := "", "" // the name of the variable that holds the cases, or else of the function
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			table, owner = "", node.Name.Name
		case *ast.ValueSpec:
			table, owner = node.Names[0].Name, node.Names[0].Name
		}
		literal, ok := node.(*ast.CompositeLit)
		if !ok || slices.Contains(completedByCode, table) {
			return true
		}
		structure := s.elementStruct(literal)
		if structure == nil {
			return true
		}
		for number, element := range literal.Elts {
			found, isCase, constant := s.readCase(structure, element, table)
			switch {
			case !isCase:
			case !constant:
				skipped++
			default:
				found.name = fmt.Sprintf("%s[%s]", owner, s.keyOf(element, number))
				found.trigger.Authentication = found.trigger.Authentication || slices.Contains(identityByCode, table)
				cases = append(cases, found)
			}
		}
		return true
	})
	return cases, skipped
}

// keyOf returns the key of a map's element, or the number of a slice's.
func (s *kedaSource) keyOf(element ast.Expr, number int) string {
	if pair, ok := element.(*ast.KeyValueExpr); ok {
		if key, ok := s.text(pair.Key); ok {
			return key
		}
	}
	return strconv.Itoa(number)
}

// elementStruct returns the struct of a slice's or map's elements.
func (s *kedaSource) elementStruct(table *ast.CompositeLit) *ast.StructType {
	var element ast.Expr
	switch typed := table.Type.(type) {
	case *ast.ArrayType:
		element = typed.Elt
	case *ast.MapType:
		element = typed.Value
	}
	if pointer, ok := element.(*ast.StarExpr); ok {
		element = pointer.X
	}
	switch element := element.(type) {
	case *ast.StructType:
		return element
	case *ast.Ident:
		return s.types[element.Name]
	}
	return nil
}

// readCase reads one element of a table. isCase is false for an element that
// holds no metadata or no verdict; constant is false if the metadata cannot be
// evaluated. A package-level table without a column for errors holds accepted
// cases, unless its name begins with "invalid".
func (s *kedaSource) readCase(structure *ast.StructType, element ast.Expr, table string) (found kedaCase, isCase, constant bool) {
	literal := structLiteral(element)
	if literal == nil {
		return kedaCase{}, false, false
	}
	declared := fieldNames(structure)
	values := fieldValues(declared, literal)
	if arguments := structLiteral(values["args"]); arguments != nil {
		maps.Copy(values, fieldValues(nil, arguments))
	}
	if config := structLiteral(values["config"]); config != nil {
		maps.Copy(values, fieldValues(nil, config))
		declared = append(declared, metadataFields...)
		declared = append(declared, authFields...)
	}
	metadata, hasVerdict := firstOf(values, metadataFields), overlaps(declared, errorFields)
	if metadata == nil || !hasVerdict && table == "" {
		return kedaCase{}, false, false
	}
	found = kedaCase{place: s.place(element), rejected: refused(firstOf(values, errorFields))}
	if !hasVerdict {
		found.rejected = strings.HasPrefix(table, "invalid")
	}
	found.trigger.Metadata, constant = s.textMap(metadata)
	// A table without a column for the authentication gets it from the test's code.
	found.trigger.Authentication = !overlaps(declared, authFields)
	for _, field := range authFields {
		found.trigger.Authentication = found.trigger.Authentication || s.provides(values[field])
	}
	readMetricType(values, &found.trigger)
	return found, true, constant
}

func readMetricType(values map[string]ast.Expr, trigger *Trigger) {
	for _, field := range []string{"metricType", "MetricType"} {
		if selector, ok := values[field].(*ast.SelectorExpr); ok {
			trigger.MetricType = strings.TrimSuffix(selector.Sel.Name, "MetricType")
		}
	}
	source, ok := firstOf(values, []string{"asMetricSource", "AsMetricSource"}).(*ast.Ident)
	trigger.MetricSource = ok && source.Name == "true"
}

// refused reports whether an error column holds anything but its zero value.
func refused(verdict ast.Expr) bool {
	switch verdict := verdict.(type) {
	case nil:
		return false
	case *ast.Ident:
		return verdict.Name != "false" && verdict.Name != "nil"
	case *ast.BasicLit:
		return verdict.Value != `""`
	}
	return true
}

// provides reports whether an authentication column holds anything.
func (s *kedaSource) provides(expression ast.Expr) bool {
	switch expression := expression.(type) {
	case nil:
		return false
	case *ast.CompositeLit:
		return len(expression.Elts) > 0
	case *ast.BasicLit:
		return expression.Value != `""`
	case *ast.SelectorExpr:
		return expression.Sel.Name != "PodIdentityProviderNone"
	}
	values, constant := s.textMap(expression)
	return !constant || len(values) > 0
}

// structLiteral returns the literal of T{...}, &T{...} or "name": {...}.
func structLiteral(expression ast.Expr) *ast.CompositeLit {
	switch expression := expression.(type) {
	case *ast.KeyValueExpr:
		return structLiteral(expression.Value)
	case *ast.UnaryExpr:
		return structLiteral(expression.X)
	case *ast.CompositeLit:
		return expression
	}
	return nil
}

func fieldNames(structure *ast.StructType) []string {
	var names []string
	for _, field := range structure.Fields.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// fieldValues maps field names to values, for literals with and without keys.
func fieldValues(declared []string, literal *ast.CompositeLit) map[string]ast.Expr {
	values := map[string]ast.Expr{}
	for i, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if name, ok := pair.Key.(*ast.Ident); ok {
				values[name.Name] = pair.Value
			}
		} else if i < len(declared) {
			values[declared[i]] = element
		}
	}
	return values
}

func firstOf(values map[string]ast.Expr, names []string) ast.Expr {
	for _, name := range names {
		if value, ok := values[name]; ok {
			return value
		}
	}
	return nil
}

func overlaps(some, others []string) bool {
	return slices.ContainsFunc(some, func(name string) bool { return slices.Contains(others, name) })
}
