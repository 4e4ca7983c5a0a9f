package parts

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tiny is a module that the real go command builds without a network.
func tiny(t *testing.T, source string) (goModules, string) {
	t.Helper()
	sources := t.TempDir()
	write(t, filepath.Join(sources, "tiny", "go.mod"), "module example.com/tiny\n\ngo 1.26.0\n")
	write(t, filepath.Join(sources, "tiny", "main.go"), source)
	return goModules{name: "tiny", programs: []goProgram{{"hello", ".", 1}}, linker: "-X main.greeting=stamped"}, sources
}

func TestGoModulesAreBuiltWithTheirFlagsOnly(t *testing.T) {
	// Each of these ends a plain go build in this module.
	t.Setenv("GOFLAGS", "-mod=vendor -o=/nonexistent/x")
	t.Setenv("GOWORK", filepath.Join(t.TempDir(), "go.work"))
	t.Setenv("GOOS", "plan9")
	modules, sources := tiny(t, "package main\n\nvar greeting = \"plain\"\n\nfunc main() { print(greeting) }\n")
	s, err := modules.set(sources)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	programs, err := cache{root: t.TempDir()}.ensure(t.Context(), &out, []set{s})
	if err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), programs["hello"]).CombinedOutput()
	if err != nil || string(said) != "stamped" {
		t.Errorf("the program said %q, error %v", said, err)
	}
	if !strings.Contains(out.String(), "[1/1] hello done in") {
		t.Errorf("progress %q", out.String())
	}
}

func TestBuildErrorNamesProgramCommandAndOutput(t *testing.T) {
	t.Parallel()
	modules, sources := tiny(t, "package main\n\nfunc main() { undefinedFunction() }\n")
	s, err := modules.set(sources)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	_, err = cache{root: root}.ensure(t.Context(), io.Discard, []set{s})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"building hello: ", "go build -v -o", "undefined: undefinedFunction"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q lacks %q", err, want)
		}
	}
	if left := names(t, filepath.Join(root, "tiny")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLinkerFlagsCarryThePinnedVersion(t *testing.T) {
	onlyOnPath(t, map[string]string{"go": "echo v1.36.3"})
	modules := goModules{linker: "-X v={version} -X a={major} -X i={minor}", versionOf: "k8s.io/kubernetes"}
	got, err := modules.linkerFlags(t.Context(), command{path: "go"})
	if want := "-X v=v1.36.3 -X a=1 -X i=36"; err != nil || got != want {
		t.Errorf("flags %q, error %v; want %q", got, err, want)
	}
}

func TestGoIsAPrerequisite(t *testing.T) {
	for name, test := range map[string]struct {
		scripts map[string]string
		want    string
	}{
		"missing":            {nil, "go is not on PATH: install Go 1.26 or newer"},
		"before toolchains":  {map[string]string{"go": "echo go1.20.14"}, "is go1.20.14, too old"},
		"may not fetch":      {map[string]string{"go": "echo 'go.mod requires go >= 1.26.6 (running go 1.22.0; GOTOOLCHAIN=local)' >&2; exit 1"}, "requires go >= 1.26.6"},
		"new enough":         {map[string]string{"go": "echo go1.26.8"}, ""},
		"newer than we know": {map[string]string{"go": "echo go1.31.0"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			onlyOnPath(t, test.scripts)
			expect(t, checkGo(t.Context(), t.TempDir()), test.want)
		})
	}
}

// expect fails unless the error contains want, or is nil if that is empty.
func expect(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error %v, want none", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v, want one with %q", err, want)
	}
}

func TestMissingPrerequisiteStopsBeforeAnyBuild(t *testing.T) {
	onlyOnPath(t, nil)
	root := filepath.Join(t.TempDir(), "cache")
	s := oneProgram("set", "key", writesTool)
	s.prerequisite = func(ctx context.Context) error { return checkGo(ctx, t.TempDir()) }
	var out bytes.Buffer
	_, err := cache{root: root}.ensure(t.Context(), &out, []set{s})
	expect(t, err, "go is not on PATH")
	if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) || out.Len() > 0 {
		t.Errorf("cache folder: %v; output %q", err, out.String())
	}
}

func TestCommandErrorQuotesTheLastLines(t *testing.T) {
	t.Parallel()
	script := "i=0; while [ $i -lt 100 ]; do echo line $i >&2; i=$((i+1)); done; printf 'no newline' >&2; exit 3"
	_, err := command{path: "/bin/sh", args: []string{"-c", script}}.run(t.Context())
	for _, want := range []string{"/bin/sh -c", "exit status 3", "line 99\nno newline"} {
		expect(t, err, want)
	}
	if strings.Contains(err.Error(), "line 79\n") {
		t.Errorf("error quotes more than the last %d lines: %v", tailLines, err)
	}
}

func TestCommandEndsItsChildrenWithTheContext(t *testing.T) {
	t.Parallel()
	reason := errors.New("Ctrl-C")
	ctx, cancel := context.WithCancelCause(t.Context())
	begun := time.Now()
	// The child keeps the output open, so run returns early only if it dies.
	c := command{path: "/bin/sh", args: []string{"-c", "echo begun >&2; sleep 60; echo"}, line: func(string) bool {
		cancel(reason)
		return true
	}}
	if _, err := c.run(ctx); !errors.Is(err, reason) {
		t.Errorf("error %v, want %v", err, reason)
	}
	if took := time.Since(begun); took > interruptGrace/2 {
		t.Errorf("took %s", took)
	}
}
