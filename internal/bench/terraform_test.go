package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
)

// providerName is what Terraform looks for in the folder of an override.
const providerName = "terraform-provider-keda"

// terraform is a working folder of the real program.
type terraform struct {
	program, dir, cliConfig, providerDir string
}

// buildProvider builds the provider as a release does and returns its folder.
func buildProvider(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	command := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(dir, providerName), "../..")
	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("building the provider: %v\n%s", err, out)
	}
	return dir
}

// newTerraform makes a working folder with one configuration. The provider is
// found by an override, so that nothing has to be initialised.
func newTerraform(b *testing.B, providerDir, configuration string) *terraform {
	b.Helper()
	program, err := parts.Terraform(b.Context(), os.Stderr)
	if err != nil {
		b.Fatal(err)
	}
	t := &terraform{program: program, dir: b.TempDir(), providerDir: providerDir}
	t.cliConfig = filepath.Join(t.dir, "cli.tfrc")
	for file, text := range map[string]string{
		t.cliConfig:                     fmt.Sprintf("provider_installation {\n  dev_overrides { \"eventscale/keda\" = %q }\n  direct {}\n}\n", providerDir),
		filepath.Join(t.dir, "main.tf"): configuration,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return t
}

// cost is what one command took.
type cost struct {
	elapsed time.Duration
	// terraform is Terraform's own processor time, without its plugins.
	terraform time.Duration
	provider  usage
}

// run returns what the command took.
func (t *terraform) run(b *testing.B, args ...string) cost {
	b.Helper()
	// Options come before a plan's file.
	args = append([]string{args[0], "-no-color", "-input=false"}, args[1:]...)
	command := exec.CommandContext(b.Context(), t.program, args...)
	command.Dir = t.dir
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+t.cliConfig, "CHECKPOINT_DISABLE=1")
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	stop := watchProvider(b.Context(), t.providerDir)
	begin := time.Now()
	err := command.Run()
	elapsed, provider := time.Since(begin), stop()
	if err != nil {
		b.Fatalf("terraform %q: %v\n%s", args, err, tail(out.String()))
	}
	// The processor time of a process includes the children it has waited for.
	all := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return cost{elapsed: elapsed, terraform: all - provider.cpu, provider: provider}
}

func tail(text string) string {
	const most = 4000
	return text[max(0, len(text)-most):]
}

// life is what each step of a configuration's life took.
type life struct{ plan, apply, again, destroy cost }

func (t *terraform) live(b *testing.B) life {
	b.Helper()
	return life{
		plan:    t.run(b, "plan", "-out=plan"),
		apply:   t.run(b, "apply", "plan"),
		again:   t.run(b, "plan", "-detailed-exitcode"), // 2, an error, unless the plan is empty
		destroy: t.run(b, "destroy", "-auto-approve"),
	}
}

// start is how long the provider takes to be ready for Terraform: until it has
// printed the handshake of go-plugin.
func start(b *testing.B, providerDir string) time.Duration {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, filepath.Join(providerDir, providerName))
	// The cookie of Terraform's protocol, which keeps people from running
	// providers by hand.
	command.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2", "PLUGIN_PROTOCOL_VERSIONS=6")
	out, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		b.Fatalf("the provider did not print its handshake: %v", err)
	}
	took := time.Since(begin)
	_ = command.Process.Kill()
	_ = command.Wait()
	return took
}

// schemaSize is the size in bytes of the provider's schema as JSON.
func (t *terraform) schemaSize(b *testing.B) int {
	b.Helper()
	command := exec.CommandContext(b.Context(), t.program, "providers", "schema", "-json")
	command.Dir = t.dir
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+t.cliConfig)
	out, err := command.Output()
	if err != nil {
		b.Fatalf("terraform providers schema: %v", err)
	}
	return len(out)
}
