// Package process runs the local stack's programs as supervised child
// processes: each has a log file, its own process group, and cannot outlive
// the process that started it.
package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// Spec describes a program to run. Env is the complete environment: nothing is
// inherited, so that a stack does not depend on who started it.
type Spec struct {
	Name string   // the name used in errors and status
	Path string   // the program's file
	Args []string // without the program's name
	Env  []string
	Dir  string // working directory; empty for the current one
	Log  string // file that takes stdout and stderr, appended to
}

// Process is a running or ended program.
type Process struct {
	spec Spec
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// ExitError tells how a program ended and what it said last.
type ExitError struct {
	Name    string
	State   string // "exit status 1", "signal: killed"
	Log     string // the log's file
	LogTail string // its last lines
}

func (e *ExitError) Error() string {
	if e.LogTail == "" {
		return fmt.Sprintf("%s ended (%s) and its log %s is empty", e.Name, e.State, e.Log)
	}
	return fmt.Sprintf("%s ended (%s); the end of its log %s:\n%s", e.Name, e.State, e.Log, e.LogTail)
}

// tailLines is how much of a log an error shows: enough for a Go panic's
// message and its first frames, short enough to read.
const tailLines = 15

// Start runs the program. The caller must Stop it or wait for Done.
func Start(spec Spec) (*Process, error) {
	if err := os.MkdirAll(filepath.Dir(spec.Log), 0o700); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", spec.Name, err)
	}
	log, err := os.OpenFile(spec.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", spec.Name, err)
	}
	defer func() { _ = log.Close() }()

	cmd := exec.Command(spec.Path, spec.Args...) //nolint:gosec,noctx // running given programs, until Stop, is this package's purpose
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = append([]string{}, spec.Env...), spec.Dir, log, log
	cmd.SysProcAttr = attributes()
	if err := startOnLastingThread(cmd); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", spec.Name, err)
	}
	p := &Process{spec: spec, cmd: cmd, done: make(chan struct{})}
	go func() {
		err := cmd.Wait()
		// What the program started in its group would otherwise outlive it.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		p.err = p.describe(err)
		close(p.done)
	}()
	return p, nil
}

func (p *Process) describe(err error) error {
	state := "exit status 0"
	if err != nil {
		state = err.Error()
	}
	return &ExitError{Name: p.spec.Name, State: state, Log: p.spec.Log, LogTail: Tail(p.spec.Log, tailLines)}
}

// Name is the name given in the Spec.
func (p *Process) Name() string { return p.spec.Name }

// PID is the process id, also after the program ended.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed once the program has ended and been waited for.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err tells, once Done is closed, how the program ended; it is an *ExitError
// even when the program ended with status 0, because no part of a stack may
// end by itself. Before that it is nil.
func (p *Process) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// ExitCode is the exit status once Done is closed; 128 and the signal's number
// when a signal ended the program, as shells and the kubelet have it.
func (p *Process) ExitCode() int {
	<-p.done
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return p.cmd.ProcessState.ExitCode()
}

// Stop asks the program's group to end (SIGTERM), kills it after the grace
// period, and returns when it is gone.
func (p *Process) Stop(grace time.Duration) {
	p.signal(syscall.SIGTERM)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		p.signal(syscall.SIGKILL)
		<-p.done
	}
}

func (p *Process) signal(s syscall.Signal) {
	select {
	case <-p.done:
	default:
		if err := syscall.Kill(-p.cmd.Process.Pid, s); errors.Is(err, syscall.ESRCH) {
			_ = p.cmd.Process.Signal(s)
		}
	}
}

var (
	starterOnce sync.Once
	starter     chan func()
)

// startOnLastingThread starts the command from one thread that lives as long
// as this process: the kernel's parent-death signal follows the thread that
// forked, and Go ends threads at will.
func startOnLastingThread(cmd *exec.Cmd) error {
	starterOnce.Do(func() {
		starter = make(chan func())
		go func() {
			runtime.LockOSThread()
			for f := range starter {
				f()
			}
		}()
	})
	result := make(chan error, 1)
	starter <- func() { result <- cmd.Start() }
	return <-result
}
