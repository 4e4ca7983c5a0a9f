package kedachart

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

// kedaPath is KEDA's Go module. Its version is the one that the stack's KEDA
// programs are built from, required in internal/sandbox/parts/keda/go.mod.
const kedaPath = "github.com/kedacore/keda/v2"

// downloadTimeout bounds fetching the module (10 MB) on a slow line.
const downloadTimeout = 5 * time.Minute

// module is a Go module in the module cache.
type module struct {
	Dir     string
	Version string // with its leading v
	Error   string
}

// kedaModule downloads KEDA's module unless the module cache has it already.
func kedaModule(ctx context.Context, sourceRoot string) (module, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", kedaPath)
	cmd.Dir = filepath.Join(sourceRoot, "internal", "sandbox", "parts", "keda")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	runErr := cmd.Run()

	var m module
	parseErr := json.Unmarshal(stdout.Bytes(), &m)
	switch {
	case ctx.Err() != nil:
		runErr = ctx.Err()
	case m.Error != "": // the go command tells this only in the JSON
		runErr = errors.New(m.Error)
	case runErr == nil:
		runErr = parseErr
	case stderr.Len() > 0:
		runErr = fmt.Errorf("%w: %s", runErr, strings.TrimSpace(stderr.String()))
	}
	if runErr != nil {
		return module{}, fmt.Errorf("cannot get KEDA's Go module, whose CRDs the chart needs; check that go is on PATH, that %s exists and that its version of KEDA can be downloaded: %w",
			filepath.Join(cmd.Dir, "go.mod"), runErr)
	}
	return m, nil
}
