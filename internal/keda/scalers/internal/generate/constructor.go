package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// builderFile holds the switch from which KEDA makes a scaler for a trigger's type.
const builderFile = "pkg/scaling/scalers_builder.go"

// constructors returns, for each trigger type of KEDA's buildScaler switch,
// the name of the function in pkg/scalers that makes the scaler.
func (s *source) constructors() (map[string]string, error) {
	file, err := s.parse(builderFile)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		clause, ok := node.(*ast.CaseClause)
		if !ok {
			return true
		}
		constructor := returnedCall(clause.Body)
		for _, expression := range clause.List {
			if literal, ok := expression.(*ast.BasicLit); ok && literal.Kind == token.STRING && constructor != "" {
				name, _ := strconv.Unquote(literal.Value) // the parser accepts only valid literals
				found[name] = constructor
			}
		}
		return true
	})
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no switch over trigger types", builderFile)
	}
	return found, nil
}

// returnedCall returns F for a body that is `return package.F(...)`.
func returnedCall(body []ast.Stmt) string {
	if len(body) != 1 {
		return ""
	}
	statement, ok := body[0].(*ast.ReturnStmt)
	if !ok || len(statement.Results) != 1 {
		return ""
	}
	call, ok := statement.Results[0].(*ast.CallExpr)
	if !ok {
		return ""
	}
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		return selector.Sel.Name
	}
	return ""
}

// metadataStruct returns the name of the struct that a scaler's constructor,
// or a function which it calls, hands to ScalerConfig.TypedConfig.
func (p *goPackage) metadataStruct(constructor string) (string, error) {
	var found []string
	queue, seen := []string{constructor}, map[string]bool{constructor: true}
	for len(queue) > 0 {
		function, ok := p.funcs[queue[0]]
		queue = queue[1:]
		if !ok {
			continue
		}
		ast.Inspect(function, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			switch callee := call.Fun.(type) {
			case *ast.Ident:
				if !seen[callee.Name] {
					seen[callee.Name] = true
					queue = append(queue, callee.Name)
				}
			case *ast.SelectorExpr:
				if callee.Sel.Name == "TypedConfig" && len(call.Args) == 1 {
					found = append(found, variableStruct(function, call.Args[0]))
				}
			}
			return true
		})
	}
	slices.Sort(found)
	found = slices.Compact(found)
	if len(found) != 1 || found[0] == "" {
		return "", fmt.Errorf("%s: want one metadata struct, found %q", constructor, found)
	}
	return found[0], nil
}

// variableStruct returns T for a variable that the function assigns T{...} or &T{...}.
func variableStruct(function *ast.FuncDecl, argument ast.Expr) string {
	variable, ok := dereference(argument).(*ast.Ident)
	if !ok {
		return ""
	}
	result := ""
	ast.Inspect(function, func(node ast.Node) bool {
		assign, ok := node.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != len(assign.Rhs) {
			return true
		}
		for i, left := range assign.Lhs {
			name, isIdent := left.(*ast.Ident)
			literal, isLiteral := dereference(assign.Rhs[i]).(*ast.CompositeLit)
			if !isIdent || !isLiteral || name.Name != variable.Name {
				continue
			}
			if typeName, ok := literal.Type.(*ast.Ident); ok {
				result = typeName.Name
			}
		}
		return true
	})
	return result
}

func dereference(expression ast.Expr) ast.Expr {
	if address, ok := expression.(*ast.UnaryExpr); ok && address.Op == token.AND {
		return address.X
	}
	return expression
}
