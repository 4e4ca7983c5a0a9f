// Package cli runs the real Terraform or OpenTofu with the provider as a program
// of its own, as users do. It is for tests of what happens between programs:
// one that is killed, how long one takes, what one writes into its log.
package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const (
	// ProviderName is what Terraform looks for in the folder of an override.
	ProviderName = "terraform-provider-keda"

	module = "github.com/eventscale/terraform-provider-keda"
)

// BuildProvider builds the provider as a release does, and returns the folder
// that it is in, which lasts as long as the test.
func BuildProvider(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	command := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(folder, ProviderName), module) //nolint:gosec // both are this repository's
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("building the provider: %v\n%s", err, out)
	}
	return folder
}

// Processes are the processes of the provider in the folder that run now.
func Processes(folder string) []int {
	program := filepath.Join(folder, ProviderName)
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	var found []int
	for _, link := range links {
		// A process that has ended meanwhile has no link any more.
		if target, err := os.Readlink(link); err == nil && target == program {
			found = append(found, pidOf(link))
		}
	}
	return found
}
