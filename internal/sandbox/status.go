package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

// State is where a stack is in its life.
type State string

// A stack starts, is ready, and may fail when one of its parts dies. A stack
// whose process was killed shows as Dead until the next up or down.
const (
	Starting State = "starting"
	Ready    State = "ready"
	Failed   State = "failed"
	Dead     State = "dead"
)

// Status is what a stack writes down about itself, and what `sandbox status`
// and `sandbox env` read.
type Status struct {
	Name        string            `json:"name"`
	State       State             `json:"state"`
	PID         int               `json:"pid"`
	Failure     string            `json:"failure,omitempty"`
	Parts       []Part            `json:"parts,omitempty"`
	Environment map[string]string `json:"environment,omitempty"`
	Folder      string            `json:"-"`
}

// Part is one program of a stack.
type Part struct {
	Name string `json:"name"`
	PID  int    `json:"pid"`
}

const statusFile = "status.json"

// Status is the stack's own account of itself.
func (s *Stack) Status(state State) Status {
	status := Status{Name: s.options.Name, State: state, PID: os.Getpid(), Folder: s.claim.dir}
	if failure := s.supervisor.err(); failure != nil {
		status.Failure = failure.Error()
	}
	for _, p := range s.supervisor.running() {
		status.Parts = append(status.Parts, Part{Name: p.Name(), PID: p.PID()})
	}
	if state == Ready {
		status.Environment = s.Environment()
	}
	return status
}

// writeStatus replaces the status in one step, so that a reader never sees
// half of it.
func writeStatus(dir string, status Status) error {
	text, err := json.MarshalIndent(status, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the stack's status: %w", err)
	}
	next := filepath.Join(dir, statusFile+".next")
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return fmt.Errorf("writing the stack's status: %w", err)
	}
	if err := os.Rename(next, filepath.Join(dir, statusFile)); err != nil {
		return fmt.Errorf("writing the stack's status: %w", err)
	}
	return nil
}

// ErrNotFound means that there is no stack of that name, not even a dead one.
var ErrNotFound = errors.New("there is no stack of this name")

// ReadStatus reads the status of the named stack.
func ReadStatus(root, name string) (Status, error) {
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return Status{}, ErrNotFound
	}
	alive, err := locked(dir)
	if err != nil {
		return Status{}, err
	}
	status := Status{Name: name, State: Starting, Folder: dir}
	text, err := os.ReadFile(filepath.Join(dir, statusFile)) //nolint:gosec // the stack's own folder
	switch {
	case err == nil:
		if err := json.Unmarshal(text, &status); err != nil {
			return Status{}, fmt.Errorf("reading the stack's status %s: %w", filepath.Join(dir, statusFile), err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return Status{}, fmt.Errorf("reading the stack's status: %w", err)
	}
	if !alive && status.State != Failed {
		status.State = Dead
	}
	return status, nil
}

// locked tells whether a process holds the stack's folder.
func locked(dir string) (bool, error) {
	c, err := lockFolder(dir)
	if errors.Is(err, ErrRunning) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	c.release()
	return false, nil
}

// Logs is the end of every part's log, for a person who has to find out why
// something on the stack does not work.
func (s *Stack) Logs() string {
	var text strings.Builder
	files, _ := filepath.Glob(s.path("logs", "*.log"))
	pods, _ := filepath.Glob(s.path("pods", "*", "logs", "*.log"))
	for _, file := range append(append(files, s.path("servers.log")), pods...) {
		if tail := process.Tail(file, 20); tail != "" {
			fmt.Fprintf(&text, "== %s\n%s\n", strings.TrimPrefix(file, s.claim.dir+"/"), tail)
		}
	}
	return text.String()
}
