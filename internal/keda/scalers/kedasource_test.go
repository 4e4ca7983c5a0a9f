package scalers

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/kedamodule"
)

// kedaSource is the source of KEDA's scalers and of their tests.
type kedaSource struct {
	files  map[string]*ast.File // by file name, in pkg/scalers
	fset   *token.FileSet
	values map[string]ast.Expr // package-level constants and variables
	types  map[string]*ast.StructType
}

// loadKEDA parses KEDA's package scalers, with its tests.
func loadKEDA(t *testing.T) (*kedaSource, kedamodule.Module) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	module, err := kedamodule.Find(ctx)
	if err != nil {
		t.Fatal(err)
	}
	source := &kedaSource{
		files: map[string]*ast.File{}, fset: token.NewFileSet(),
		values: map[string]ast.Expr{}, types: map[string]*ast.StructType{},
	}
	paths, err := filepath.Glob(filepath.Join(module.Dir, "pkg", "scalers", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		file, err := parser.ParseFile(source.fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		source.files[filepath.Base(path)] = file
		source.declare(file)
	}
	return source, module
}

func (s *kedaSource) declare(file *ast.File) {
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for i, name := range spec.Names {
					if i < len(spec.Values) {
						s.values[name.Name] = spec.Values[i]
					}
				}
			case *ast.TypeSpec:
				if structure, ok := spec.Type.(*ast.StructType); ok {
					s.types[spec.Name.Name] = structure
				}
			}
		}
	}
}

var builderCase = regexp.MustCompile(`case "([^"]+)":\s+return scalers\.(New\w+)\(`)

// typesByFile returns, for each file of KEDA's scalers, the trigger types
// whose scalers are made in it.
func (s *kedaSource) typesByFile(t *testing.T, module kedamodule.Module) map[string][]string {
	t.Helper()
	builder, err := os.ReadFile(filepath.Join(module.Dir, "pkg", "scaling", "scalers_builder.go"))
	if err != nil {
		t.Fatal(err)
	}
	fileOf := map[string]string{}
	for name, file := range s.files {
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv == nil {
				fileOf[function.Name.Name] = name
			}
		}
	}
	types := map[string][]string{}
	for _, match := range builderCase.FindAllStringSubmatch(string(builder), -1) {
		file := fileOf[match[2]]
		types[file] = append(types[file], match[1])
	}
	return types
}

// text evaluates a constant string expression.
func (s *kedaSource) text(expression ast.Expr) (string, bool) {
	switch expression := expression.(type) {
	case *ast.BasicLit:
		if expression.Kind != token.STRING {
			return "", false
		}
		value, err := strconv.Unquote(expression.Value)
		return value, err == nil
	case *ast.Ident:
		if value, ok := s.values[expression.Name]; ok {
			return s.text(value)
		}
	case *ast.ParenExpr:
		return s.text(expression.X)
	case *ast.BinaryExpr:
		left, leftOK := s.text(expression.X)
		right, rightOK := s.text(expression.Y)
		return left + right, leftOK && rightOK && expression.Op == token.ADD
	}
	return "", false
}

// textMap evaluates a map[string]string expression.
func (s *kedaSource) textMap(expression ast.Expr) (map[string]string, bool) {
	switch expression := expression.(type) {
	case *ast.Ident:
		if expression.Name == "nil" {
			return nil, true
		}
		if value, ok := s.values[expression.Name]; ok {
			return s.textMap(value)
		}
	case *ast.CompositeLit:
		result := map[string]string{}
		for _, element := range expression.Elts {
			pair, ok := element.(*ast.KeyValueExpr)
			if !ok {
				return nil, false
			}
			key, keyOK := s.text(pair.Key)
			value, valueOK := s.text(pair.Value)
			if !keyOK || !valueOK {
				return nil, false
			}
			result[key] = value
		}
		return result, true
	}
	return nil, false
}

func (s *kedaSource) place(node ast.Node) string {
	position := s.fset.Position(node.Pos())
	return filepath.Base(position.Filename) + ":" + strconv.Itoa(position.Line)
}

// scalerFile returns the file that a test file tests.
func scalerFile(testFile string) string {
	return strings.TrimSuffix(testFile, "_test.go") + ".go"
}
