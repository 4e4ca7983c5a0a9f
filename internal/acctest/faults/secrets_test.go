package faults_test

import (
	"archive/zip"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/acctest/cli"
	"github.com/eventscale/terraform-provider-keda/internal/acctest/faults"
)

// TestSecrets looks for planted values in all that the provider and Terraform
// write: logs at TRACE, what commands print, plans and states, while everything
// works and while everything fails.
func TestSecrets(t *testing.T) {
	t.Parallel()
	stack := acctest.Stack(t)
	if !stack.Local() {
		t.Skip("it needs a stack whose credentials the proxies may use")
	}
	planted := plant(t, stack)
	workspace := cli.NewWorkspace(t, cli.BuildProvider(t))
	workspace.Configure(t, planted.configuration(t, stack))
	logs := filepath.Join(t.TempDir(), "log")
	environment := append(planted.variables(), "TF_LOG=TRACE", "TF_LOG_PATH="+logs)

	outputs := map[string]string{}
	run := func(name string, args ...string) cli.Result {
		result := workspace.Run(t, environment, args...)
		outputs[name] = result.Stdout + result.Stderr
		return result
	}
	mustRun := func(name string, args ...string) {
		if result := run(name, args...); result.ExitCode != 0 {
			t.Fatalf("%s: %s%s", name, result.Stdout, result.Stderr)
		}
	}
	mustRun("plan", "plan", "-out="+cli.PlanFile)
	mustRun("plan as JSON", "show", "-json", cli.PlanFile)
	outputs["plan file"] = unzip(t, filepath.Join(workspace.Dir, cli.PlanFile))
	mustRun("apply", "apply", cli.PlanFile)
	mustRun("plan again", "plan")
	planted.line.Begin(func(faults.Seen) faults.Fault { return faults.Failed })
	if run("a failing plan", "plan").ExitCode == 0 {
		t.Error("a plan without any answer succeeds")
	}
	planted.line.Begin(nil)
	workspace.Configure(t, planted.configuration(t, stack)+planted.mistakes())
	if run("a failing apply", "apply", "-auto-approve").ExitCode == 0 {
		t.Error("an apply of mistakes succeeds")
	}
	mustRun("destroy", "destroy", "-auto-approve")
	outputs["state"] = states(t, workspace.Dir)
	text, err := os.ReadFile(logs)
	if err != nil {
		t.Fatal(err)
	}
	outputs["log"] = string(text)
	if !strings.Contains(outputs["log"], "provider.terraform-provider-keda: ") {
		t.Error("the log has nothing of the provider")
	}
	for what, value := range planted.seen(t) {
		for where, text := range outputs {
			if line := lineWith(text, value); line != "" {
				t.Errorf("%s is in the output of %s: %s", what, where, line)
			}
		}
	}
}

// lineWith is the line of a text that has the value in it, as it is or encoded,
// without the value.
func lineWith(text, value string) string {
	for _, form := range []string{value, base64.StdEncoding.EncodeToString([]byte(value)), strings.ReplaceAll(value, "\n", `\n`)} {
		if begin, end, found := strings.Cut(text, form); found {
			const around = 300
			begin = begin[strings.LastIndexByte(begin, '\n')+1:]
			end, _, _ = strings.Cut(end, "\n")
			return begin[max(0, len(begin)-around):] + "(HERE)" + end[:min(len(end), around)]
		}
	}
	return ""
}

// unzip is all that a plan's file holds.
func unzip(t *testing.T, path string) string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var all strings.Builder
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(&all, content)
		if err := errors.Join(err, content.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// states are the state and its backup, which is that before the destroy.
func states(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	paths, err := fs.Glob(os.DirFS(folder), "terraform.tfstate*")
	if err != nil || len(paths) < 2 {
		t.Fatalf("the states are %v, %v", paths, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
