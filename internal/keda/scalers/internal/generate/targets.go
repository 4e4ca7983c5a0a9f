package main

import (
	"go/ast"
	"strings"
)

// findTargets finds, for each metadata struct, the fields that KEDA hands to
// the HPA: those in a call GetMetricTarget(..., s.metadata.Field) or
// GetMetricTargetMili(..., s.metadata.Field) in a scaler's methods.
func (p *goPackage) findTargets() map[string]map[string]bool {
	targets := map[string]map[string]bool{}
	for _, method := range p.methods {
		ast.Inspect(method, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			callee, ok := call.Fun.(*ast.Ident)
			if !ok || !strings.HasPrefix(callee.Name, "GetMetricTarget") {
				return true
			}
			if holder, field, ok := metadataField(call.Args[1]); ok {
				structName := p.fieldType(receiverType(method), holder)
				if targets[structName] == nil {
					targets[structName] = map[string]bool{}
				}
				targets[structName][field] = true
			}
			return true
		})
	}
	return targets
}

// metadataField returns the names for an expression receiver.holder.field.
func metadataField(expression ast.Expr) (holder, field string, ok bool) {
	if conversion, isCall := expression.(*ast.CallExpr); isCall && len(conversion.Args) == 1 {
		expression = conversion.Args[0]
	}
	outer, ok := expression.(*ast.SelectorExpr)
	if !ok {
		return "", "", false
	}
	inner, ok := outer.X.(*ast.SelectorExpr)
	if !ok {
		return "", "", false
	}
	return inner.Sel.Name, outer.Sel.Name, true
}

func receiverType(method *ast.FuncDecl) string {
	return typeName(method.Recv.List[0].Type)
}

func (p *goPackage) fieldType(structName, fieldName string) string {
	for _, field := range p.structs[structName].fields {
		for _, name := range field.Names {
			if name.Name == fieldName {
				return typeName(field.Type)
			}
		}
	}
	return ""
}

// typeName returns T for the expressions T and *T.
func typeName(expression ast.Expr) string {
	if star, ok := expression.(*ast.StarExpr); ok {
		expression = star.X
	}
	if ident, ok := expression.(*ast.Ident); ok {
		return ident.Name
	}
	return ""
}
