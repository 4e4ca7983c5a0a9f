// Package kedamodule finds the source of the KEDA version that this repository
// pins. The catalogue of scalers is generated from it, the CRDs of the stack's
// chart are rendered from it, and its tests are a source of test cases.
package kedamodule

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Path is KEDA's module path.
const Path = "github.com/kedacore/keda/v2"

// pinnedBy is the module, relative to this repository's root, whose go.mod
// pins KEDA's version. KEDA is not a requirement of the provider's own module,
// because importing it would pull in more than 800 packages.
const pinnedBy = "internal/sandbox/parts/keda"

// downloadTimeout bounds fetching the module (10 MB) on a slow line.
const downloadTimeout = 5 * time.Minute

// Module is a downloaded module.
type Module struct {
	Version string // for example v2.21.0
	Dir     string // the folder with its source, read-only
}

// Find returns KEDA's module at the pinned version. It downloads the module
// when the module cache does not have it. The working directory must be inside
// this repository.
func Find(ctx context.Context) (Module, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	goMod, err := run(ctx, "", "env", "GOMOD")
	if err != nil {
		return Module{}, err
	}
	dir := filepath.Join(filepath.Dir(strings.TrimSpace(string(goMod))), filepath.FromSlash(pinnedBy))
	output, runErr := run(ctx, dir, "mod", "download", "-json", Path)
	var module struct {
		Module

		Error string // the go command tells it only here
	}
	if err := json.Unmarshal(output, &module); err != nil || module.Dir == "" {
		if module.Error != "" {
			runErr = errors.New(module.Error)
		}
		return Module{}, fmt.Errorf("cannot get the source of KEDA; check that the working directory is inside this repository and that %s can be downloaded at the version in %s: %w",
			Path, filepath.Join(dir, "go.mod"), errors.Join(runErr, ctx.Err()))
	}
	return module.Module, nil
}

// run runs the go command and returns what it printed, also when it failed.
func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the arguments are this package's constants
	command.Dir = dir
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return output, fmt.Errorf("%s: %w: %s", command, err, strings.TrimSpace(stderr.String()))
	}
	return output, nil
}
