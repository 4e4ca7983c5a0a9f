package keda

import (
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// kedaCase is one of the cases with which KEDA tests its own validation.
type kedaCase struct {
	// refused is what KEDA expects of its webhook and CRDs.
	refused bool
	// cluster is why the case is about the cluster and not about the object;
	// such a case has no check.
	cluster string
	// later is why the plan refuses what KEDA's webhook lets through.
	later string
	// check returns whether `terraform validate` and the plan's rules accept it.
	check func(t *testing.T) bool
}

const (
	aboutHPAs     = "it needs an HPA, or another ScaledObject, in the cluster"
	aboutRequests = "it needs the workload's requests, which are in the cluster"
	aboutUpdates  = "it is about the removal of a finalizer, which is KEDA's own"
)

// acceptsScaledObject runs a ScaledObject through the schema and the rules.
func acceptsScaledObject(change func(*ScaledObjectModel)) func(*testing.T) bool {
	return func(t *testing.T) bool {
		t.Helper()

		model := scaledObject(func(m *ScaledObjectModel) {
			m.IdleReplicaCount, m.MinReplicaCount, m.MaxReplicaCount = new(int32(1)), new(int32(5)), new(int32(10))
		}, change)
		model.Common = common(t, NewScaledObject)

		return acceptsModel(t, NewScaledObject, model, scaledObjectProblems(model))
	}
}

func acceptsAuthentication(change func(*TriggerAuthenticationSpec)) func(*testing.T) bool {
	return func(t *testing.T) bool {
		t.Helper()

		model := TriggerAuthenticationModel{TriggerAuthenticationSpec: authenticationSpec(change)}
		model.Name, model.Namespace, model.Common = "ta", "default", common(t, NewTriggerAuthentication)

		return acceptsModel(t, NewTriggerAuthentication, model, checkAuthentication(model.TriggerAuthenticationSpec, nil, false))
	}
}

func acceptsClusterAuthentication(change func(*TriggerAuthenticationSpec)) func(*testing.T) bool {
	return func(t *testing.T) bool {
		t.Helper()

		model := ClusterTriggerAuthenticationModel{TriggerAuthenticationSpec: authenticationSpec(change)}
		model.Name, model.Common = "cta", common(t, NewClusterTriggerAuthentication)

		return acceptsModel(t, NewClusterTriggerAuthentication, model, checkAuthentication(model.TriggerAuthenticationSpec, nil, true))
	}
}

func acceptsModel(t *testing.T, newResource func() resource.Resource, model any, problems []objectresource.Problem) bool {
	t.Helper()

	for _, problem := range problems {
		if !problem.Warning {
			return false
		}
	}

	return accepts(validate(t, newResource, rawConfig(t, newResource, model)))
}

// TestKEDAsOwnCases holds the schemas and rules against the cases with which
// KEDA tests its own validation: what KEDA refuses the plan refuses, and what
// KEDA accepts it accepts, or the case says why not.
func TestKEDAsOwnCases(t *testing.T) {
	t.Parallel()

	names := kedaTestNames(t)

	for file, cases := range kedaCases {
		for _, name := range names[file] {
			if _, found := cases[name]; !found {
				t.Errorf("%s has a case %q that is not here", file, name)
			}
		}

		for name, test := range cases {
			t.Run(name, func(t *testing.T) {
				t.Parallel()

				if !slices.Contains(names[file], name) {
					t.Fatalf("%s has no such case", file)
				}

				if test.cluster != "" {
					t.Skip(test.cluster)
				}

				if accepted, expected := test.check(t), !test.refused && test.later == ""; accepted != expected {
					t.Errorf("accepted is %t, and KEDA's expectation %t", accepted, !test.refused)
				}
			})
		}
	}
}

// kedaTestNames returns the names of the cases in KEDA's tests, by file: the
// texts of It, and the names in tables.
func kedaTestNames(t *testing.T) map[string][]string {
	t.Helper()

	dir := filepath.Join(kedaDir(t), "apis", "keda", "v1alpha1")
	names := map[string][]string{}

	for source := range kedaCases {
		file, function, _ := strings.Cut(source, ":")

		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}

		var within ast.Node = parsed

		for _, declaration := range parsed.Decls {
			if declared, isFunction := declaration.(*ast.FuncDecl); isFunction && declared.Name.Name == function {
				within = declared
			}
		}

		ast.Inspect(within, func(node ast.Node) bool {
			var literal ast.Expr

			switch node := node.(type) {
			case *ast.CallExpr:
				if called, isName := node.Fun.(*ast.Ident); isName && called.Name == "It" {
					literal = node.Args[0]
				}
			case *ast.KeyValueExpr:
				if key, isName := node.Key.(*ast.Ident); isName && key.Name == "name" {
					literal = node.Value
				}
			}

			if text, isText := literal.(*ast.BasicLit); isText {
				name, err := strconv.Unquote(text.Value)
				if err != nil {
					t.Fatal(err)
				}

				if slices.Contains(names[source], name) {
					name += " (2)"
				}

				names[source] = append(names[source], name)
			}

			return true
		})
	}

	return names
}

// kedaDir returns the folder of the KEDA module that the local stack pins.
func kedaDir(t *testing.T) string {
	t.Helper()

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()

	command := exec.CommandContext(ctx, "go", "mod", "download", "-json", "github.com/kedacore/keda/v2")
	command.Dir = filepath.Join("..", "sandbox", "parts", "keda")

	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}

	var module struct{ Dir string }
	if err := json.Unmarshal(output, &module); err != nil || strings.TrimSpace(module.Dir) == "" {
		t.Fatalf("go mod download said %s: %v", output, err)
	}

	return module.Dir
}
