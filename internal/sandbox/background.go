package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"
)

// A stack that outlives the command that started it runs in a process of its
// own. The two talk over two pipes: the command holds the first open until it
// has been told over the second how the start went; when the first closes
// before that, the command was interrupted or killed, and the stack stops.
const (
	holdFD   = 3
	answerFD = 4
)

// answer is what the stack's process reports once.
type answer struct {
	Error string `json:"error,omitempty"`
}

// Up starts a stack in the background by running this program again with the
// given arguments, which must end in Serve, and returns when it is ready. When
// ctx ends first, the stack is stopped and nothing is left.
func Up(ctx context.Context, args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find this program's own file: %w", err)
	}
	holdRead, hold, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("cannot start the stack's process: %w", err)
	}
	defer func() { _ = hold.Close() }()
	answers, answerWrite, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("cannot start the stack's process: %w", err)
	}
	defer func() { _ = answers.Close() }()

	cmd := exec.Command(self, args...) //nolint:gosec,noctx // it must outlive ctx
	cmd.ExtraFiles = []*os.File{holdRead, answerWrite}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	_, _ = holdRead.Close(), answerWrite.Close()
	if err != nil {
		return fmt.Errorf("cannot start the stack's process: %w", err)
	}
	interrupted := context.AfterFunc(ctx, func() { _ = hold.Close() })
	defer interrupted()

	var a answer
	switch err := json.NewDecoder(answers).Decode(&a); {
	case ctx.Err() != nil:
		_ = cmd.Wait()
		return errors.New("interrupted: the stack was stopped and nothing of it is left")
	case err != nil:
		return fmt.Errorf("the stack's process ended without a word (%w): %w", err, cmd.Wait())
	case a.Error != "":
		_ = cmd.Wait()
		return errors.New(a.Error)
	}
	return cmd.Process.Release()
}

// Serve is the stack's own process, started by Up: it runs the stack until ctx
// ends or a part dies. A stack that failed leaves its folder, with the logs,
// for `sandbox status` to read; the next up or down removes it.
func Serve(ctx context.Context, options Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	syscall.CloseOnExec(holdFD)
	syscall.CloseOnExec(answerFD)
	answers := os.NewFile(answerFD, "answers")
	if _, err := answers.Stat(); err != nil {
		return errors.New("serve is started by up, not by hand")
	}
	ready := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.NewFile(holdFD, "hold"))
		select {
		case <-ready:
		default:
			cancel()
		}
	}()

	stack, err := Start(ctx, options)
	if err != nil {
		_ = json.NewEncoder(answers).Encode(answer{Error: err.Error()}) //nolint:errchkjson // whoever asked may be gone
		return err
	}
	stack.keepCrash()
	close(ready)
	_ = json.NewEncoder(answers).Encode(answer{}) //nolint:errchkjson // whoever asked may be gone
	_ = answers.Close()

	select {
	case <-ctx.Done():
		return stack.Stop()
	case <-stack.Failed():
		return stack.abandon()
	}
}

// keepCrash sends what Go prints when this process panics to the stack's
// folder: nobody reads its standard error.
func (s *Stack) keepCrash() {
	if f, err := os.Create(s.path("supervisor.log")); err == nil {
		_ = debug.SetCrashOutput(f, debug.CrashOptions{})
		_ = f.Close()
	}
}

// downTimeout covers the parts' and the pods' own time to end.
const downTimeout = 60 * time.Second

// Down stops the named stack and removes its folder, however it is.
func Down(ctx context.Context, root, name string) error {
	status, err := ReadStatus(root, name)
	if err != nil {
		return err
	}
	dir := filepath.Join(root, name)
	ctx, cancel := context.WithTimeout(ctx, downTimeout)
	defer cancel()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for signalled := false; ; {
		c, err := lockFolder(dir)
		if err == nil {
			return c.remove()
		}
		if !errors.Is(err, ErrRunning) {
			if _, gone := os.Stat(dir); errors.Is(gone, os.ErrNotExist) {
				return nil
			}
			return err
		}
		if !signalled && status.PID != 0 {
			// The folder is locked, so its process lives and the id is its own.
			if err := syscall.Kill(status.PID, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("cannot stop the stack's process %d: %w", status.PID, err)
			}
			signalled = true
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the stack's process %d did not end: %w; end it with `kill -9 %[1]d` and run down again", status.PID, ctx.Err())
		case <-ticker.C:
		}
	}
}
