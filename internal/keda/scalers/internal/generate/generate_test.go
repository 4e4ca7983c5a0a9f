package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func TestCatalogueIsCurrent(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	want, err := generate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join("..", "..", outputFile))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what KEDA's source says; run go generate ./internal/keda/scalers", outputFile)
	}
}

func TestParseTag(t *testing.T) {
	t.Parallel()
	tests := map[string]parameter{
		"name=a, order=triggerMetadata":            {names: []string{"a"}, order: []string{"triggerMetadata"}},
		"name=a;b,   order=authParams;resolvedEnv": {names: []string{"a", "b"}, order: []string{"authParams", "resolvedEnv"}},
		"optional":                       {optional: true},
		"optional=false, default= 5 ":    {defaultValue: "5"},
		"enum=x;y, exclusiveSet=x;z":     {enum: []string{"x", "y"}, exclusiveSet: []string{"x", "z"}},
		"range, separator=;":             {rangeSeparator: "-", separator: ";"},
		"range=..":                       {rangeSeparator: ".."},
		"deprecated, deprecatedAnnounce": {deprecated: "deprecated", deprecatedAnnounce: "deprecatedAnnounce"},
		"deprecated=Use b., deprecatedAnnounce=Goes away": {deprecated: "Use b.", deprecatedAnnounce: "Goes away"},
	}
	for tag, want := range tests {
		if got, err := parseTag(tag); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("parseTag(%q) = %+v, %v, want %+v", tag, got, err, want)
		}
	}
	if _, err := parseTag("title=a"); err == nil {
		t.Error("parseTag accepts an unknown element, which a newer KEDA may introduce")
	}
}

// module is a KEDA module with one scaler.
func module(scalerSource string) fstest.MapFS {
	return fstest.MapFS{
		builderFile:                       {Data: []byte("package scaling\nfunc build(t string) any {\n switch t {\n case \"one\":\n return scalers.NewOne(config)\n }\n return nil\n}\n")},
		scalersPackage + "/one_scaler.go": {Data: []byte("package scalers\n" + scalerSource)},
		"pkg/shared/shared.go":            {Data: []byte("package shared\ntype Auth struct {\n User string `keda:\"name=user, order=authParams\"`\n}\n")},
	}
}

const goodScaler = `
import (
	"time"
	"github.com/kedacore/keda/v2/pkg/shared"
)
type mode string
type oneScaler struct { metadata *oneMetadata }
type oneMetadata struct {
	shared.Auth ` + "`keda:\"optional\"`" + `
	Target  int64             ` + "`keda:\"name=target, order=triggerMetadata\"`" + `
	Mode    *mode             ` + "`keda:\"name=mode, order=triggerMetadata\"`" + `
	Wait    time.Duration     ` + "`keda:\"name=wait, order=triggerMetadata\"`" + `
	Parts   []int             ` + "`keda:\"name=parts, order=triggerMetadata\"`" + `
	Headers map[string]string ` + "`keda:\"name=headers, order=triggerMetadata\"`" + `
	index   int
}
func NewOne(config any) any { return parseOne(config) }
func parseOne(config any) (meta *oneMetadata) {
	meta = &oneMetadata{}
	config.TypedConfig(meta)
	return meta
}
func (s *oneScaler) spec() any { return GetMetricTarget(s.kind, s.metadata.Target) }
`

func TestScalerParameters(t *testing.T) {
	t.Parallel()
	code := newSource(module(goodScaler))
	constructors, err := code.constructors()
	if err != nil || constructors["one"] != "NewOne" {
		t.Fatalf("constructors() = %v, %v", constructors, err)
	}
	got, err := code.scalerParameters("NewOne")
	if err != nil {
		t.Fatal(err)
	}
	metadata := []string{"triggerMetadata"}
	want := []parameter{
		{names: []string{"user"}, kind: "String", order: []string{"authParams"}, optional: true},
		{names: []string{"target"}, kind: "Int", order: metadata, target: true},
		{names: []string{"mode"}, kind: "String", order: metadata},
		{names: []string{"wait"}, kind: "Duration", order: metadata},
		{names: []string{"parts"}, kind: "IntList", order: metadata},
		{names: []string{"headers"}, kind: "StringMap", order: metadata},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("scalerParameters() = %+v, want %+v", got, want)
	}
}

// What the generator does not understand must fail, not go missing.
func TestScalerParametersRefuse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, new, want string }{
		"no metadata struct":   {"config.TypedConfig(meta)", "", "want one metadata struct"},
		"two metadata structs": {"return meta", "other := oneScaler{}\nconfig.TypedConfig(&other)\nreturn meta", "want one metadata struct"},
		"unknown type":         {"Wait    time.Duration", "Wait    time.Month", "not part of KEDA's module"},
		"unknown map":          {"map[string]string", "map[string]int", "is not known"},
		"undeclared type":      {"*mode", "*mood", "no type mood"},
		"function type":        {"[]int", "func()", "is not known"},
		"undeclared struct":    {"shared.Auth", "shared.Other", "no struct Other"},
		"unknown tag":          {"name=parts", "title=parts", "unknown element"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(goodScaler, test.old, test.new, 1)
			if changed == goodScaler {
				t.Fatalf("%q is not in the source", test.old)
			}
			_, err := newSource(module(changed)).scalerParameters("NewOne")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("scalerParameters() = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestAgree(t *testing.T) {
	t.Parallel()
	read := []parameter{{names: []string{"a", "b"}, order: []string{"triggerMetadata", "resolvedEnv"}, defaultValue: "5"}}
	good := []schemaParameter{{Name: "a", Default: "5", Metadata: true, Env: true}, {Name: "b", Default: "5", Metadata: true, Env: true}}
	if err := agree("one", read, good); err != nil {
		t.Error(err)
	}
	for name, published := range map[string][]schemaParameter{
		"default":        {{Name: "a", Default: "6", Metadata: true, Env: true}, good[1]},
		"source":         {{Name: "a", Default: "5", Metadata: true}, good[1]},
		"missing in tag": append([]schemaParameter{{Name: "c"}}, good...),
		"missing":        good[:1],
	} {
		if err := agree("one", read, published); err == nil {
			t.Errorf("%s: agree finds no difference", name)
		}
	}
}

func TestCheckCorrections(t *testing.T) {
	t.Parallel()
	stale := fstest.MapFS{awsCommon: {Data: []byte(strings.Repeat("\n", 200))}}
	if err := checkCorrections(stale); err == nil || !strings.Contains(err.Error(), "no longer mentions") {
		t.Errorf("checkCorrections() = %v, want that the source no longer mentions the key", err)
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	got, err := render("v1.2.3", []scaler{{name: "external", parameters: []parameter{
		{names: []string{"query.*"}, kind: "StringMap", order: []string{"triggerMetadata"}, optional: true},
		{names: []string{"n"}, kind: "Int", order: []string{"authParams", "triggerMetadata"}, target: true, enum: []string{"1"}, deprecated: "No."},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"KEDA v1.2.3. DO NOT EDIT.", `Version = "v1.2.3"`, `Type: "external", AnyKey: true`,
		`{Names: []string{"query."}, Kind: String, Sources: Metadata, Prefix: true, Optional: true}`,
		`{Names: []string{"n"}, Kind: Int, Sources: Metadata | Authentication, Target: true, Removed: "No.", Enum: []string{"1"}}`,
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("render() lacks %s:\n%s", want, got)
		}
	}
}
