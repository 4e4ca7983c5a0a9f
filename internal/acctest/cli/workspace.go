package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
)

// PlanFile is where a test's plan is kept, for `plan -out` and `apply`.
const PlanFile = "plan"

// Workspace is a working folder of the real program.
type Workspace struct {
	// Dir holds the configuration, the state and plans.
	Dir string

	program, cliConfig string
}

// NewWorkspace makes an empty working folder that lasts as long as the test.
// The provider is found by an override, so that nothing has to be initialised.
func NewWorkspace(t testing.TB, providerFolder string) *Workspace {
	t.Helper()
	program, err := parts.Terraform(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	w := &Workspace{Dir: t.TempDir(), program: program, cliConfig: filepath.Join(t.TempDir(), "cli.tfrc")}
	text := fmt.Sprintf("provider_installation {\n  dev_overrides { \"eventscale/keda\" = %q }\n  direct {}\n}\n", providerFolder)
	if err := os.WriteFile(w.cliConfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// Configure replaces the configuration.
func (w *Workspace) Configure(t testing.TB, configuration string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.Dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Result is one command that has ended.
type Result struct {
	Args     []string
	ExitCode int
	Took     time.Duration
	// Stdout and Stderr are all that it has written.
	Stdout, Stderr string
}

// Run runs a command of Terraform, whatever it exits with, with these variables
// in the environment beside the test's own.
func (w *Workspace) Run(t testing.TB, environment []string, args ...string) Result {
	t.Helper()
	// Options come before a plan's file.
	args = append([]string{args[0], "-no-color"}, args[1:]...)
	command := exec.CommandContext(t.Context(), w.program, args...) //nolint:gosec // whoever runs the tests names the program
	command.Dir = w.Dir
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+w.cliConfig, "CHECKPOINT_DISABLE=1", "TF_INPUT=0")
	command.Env = append(command.Env, environment...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	begin := time.Now()
	err := command.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatalf("terraform %q: %v", args, err)
	}
	return Result{
		Args: args, ExitCode: command.ProcessState.ExitCode(), Took: time.Since(begin),
		Stdout: stdout.String(), Stderr: stderr.String(),
	}
}

// MustRun is Run of a command that has to succeed.
func (w *Workspace) MustRun(t testing.TB, args ...string) Result {
	t.Helper()
	result := w.Run(t, nil, args...)
	if result.ExitCode != 0 {
		t.Fatalf("terraform %q exited with %d\n%s%s", result.Args, result.ExitCode, tail(result.Stdout), tail(result.Stderr))
	}
	return result
}

func tail(text string) string {
	const most = 8000
	return text[max(0, len(text)-most):]
}
