package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/kedamodule"
)

// scalersPackage is the folder of KEDA's scalers in its module.
const scalersPackage = "pkg/scalers"

// goPackage is one parsed package of KEDA, without its tests.
type goPackage struct {
	folder  string
	structs map[string]structType
	named   map[string]ast.Expr // types that are not structs
	funcs   map[string]*ast.FuncDecl
	methods []*ast.FuncDecl
	targets map[string]map[string]bool // by metadata struct: the fields that hold the HPA's target
}

// structType is a struct declaration with the imports of its file.
type structType struct {
	fields  []*ast.Field
	imports map[string]string // local name to import path
}

// source reads packages of KEDA's module, each once.
type source struct {
	module   fs.FS
	packages map[string]*goPackage
}

func newSource(module fs.FS) *source {
	return &source{module: module, packages: map[string]*goPackage{}}
}

// load parses the package in a folder of the module.
func (s *source) load(folder string) (*goPackage, error) {
	if loaded, ok := s.packages[folder]; ok {
		return loaded, nil
	}
	entries, err := fs.ReadDir(s.module, folder)
	if err != nil {
		return nil, err
	}
	loaded := &goPackage{
		folder: folder, structs: map[string]structType{},
		named: map[string]ast.Expr{}, funcs: map[string]*ast.FuncDecl{},
	}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := s.parse(path.Join(folder, name))
		if err != nil {
			return nil, err
		}
		loaded.add(file)
	}
	loaded.targets = loaded.findTargets()
	s.packages[folder] = loaded
	return loaded, nil
}

func (s *source) parse(name string) (*ast.File, error) {
	content, err := fs.ReadFile(s.module, name)
	if err != nil {
		return nil, err
	}
	return parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
}

func (p *goPackage) add(file *ast.File) {
	imports := importsOf(file)
	for _, declaration := range file.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			if declaration.Recv == nil {
				p.funcs[declaration.Name.Name] = declaration
			} else {
				p.methods = append(p.methods, declaration)
			}
		case *ast.GenDecl:
			for _, spec := range declaration.Specs {
				typeSpec, ok := spec.(*ast.TypeSpec)
				if !ok {
					continue
				}
				if structure, ok := typeSpec.Type.(*ast.StructType); ok {
					p.structs[typeSpec.Name.Name] = structType{fields: structure.Fields.List, imports: imports}
				} else {
					p.named[typeSpec.Name.Name] = typeSpec.Type
				}
			}
		}
	}
}

func importsOf(file *ast.File) map[string]string {
	imports := map[string]string{}
	for _, spec := range file.Imports {
		importPath, _ := strconv.Unquote(spec.Path.Value) // the parser accepts only valid literals
		name := path.Base(importPath)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = importPath
	}
	return imports
}

// errOutside says that an import is not a package of KEDA's module.
var errOutside = errors.New("the package is not part of KEDA's module")

// imported loads the package that a struct's file imports under a name.
func (s *source) imported(structure structType, name string) (*goPackage, error) {
	folder, inModule := strings.CutPrefix(structure.imports[name], kedamodule.Path+"/")
	if !inModule {
		return nil, fmt.Errorf("import %s %q: %w", name, structure.imports[name], errOutside)
	}
	return s.load(folder)
}
