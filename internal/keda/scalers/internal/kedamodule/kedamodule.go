// Package kedamodule finds the source of the KEDA version that this repository
// pins. The catalogue of scalers is generated from it, and KEDA's own scaler
// tests in it are a source of test cases.
package kedamodule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Path is KEDA's module path.
const Path = "github.com/kedacore/keda/v2"

// pinnedBy is the module, relative to this repository's root, whose go.mod
// pins KEDA's version. KEDA is not a requirement of the provider's own module,
// because importing it would pull in more than 800 packages.
const pinnedBy = "internal/sandbox/parts/keda"

// Module is a downloaded module.
type Module struct {
	Version string // for example v2.21.0
	Dir     string // the folder with its source, read-only
}

// Find returns KEDA's module at the pinned version. It downloads the module
// when the module cache does not have it.
func Find(ctx context.Context) (Module, error) {
	goMod, err := run(ctx, "", "env", "GOMOD")
	if err != nil {
		return Module{}, err
	}
	dir := filepath.Join(filepath.Dir(strings.TrimSpace(string(goMod))), filepath.FromSlash(pinnedBy))
	output, err := run(ctx, dir, "mod", "download", "-json", Path)
	if err != nil {
		return Module{}, err
	}
	var module Module
	if err := json.Unmarshal(output, &module); err != nil {
		return Module{}, fmt.Errorf("reading the answer of go mod download for %s: %w", Path, err)
	}
	if module.Dir == "" {
		return Module{}, fmt.Errorf("go mod download names no folder for %s", Path)
	}
	return module, nil
}

// run runs the go command.
func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the arguments are this package's constants
	command.Dir = dir
	output, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("%s: %w: %s", command, err, exit.Stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", command, err)
	}
	return output, nil
}
