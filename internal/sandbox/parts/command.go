package parts

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	// tailLines is how much of a failed command's output an error quotes.
	tailLines = 20
	// interruptGrace is how long an interrupted command has to clean up.
	interruptGrace = 10 * time.Second
)

// command is one run of a tool.
type command struct {
	folder string
	env    []string
	path   string
	args   []string
	// line, unless nil, sees each line of output as it comes and answers
	// whether an error should be able to quote it.
	line func(text string) bool
}

// run runs the command and answers what it wrote to its standard output. The
// error names the command and quotes the end of its output. A done context
// interrupts the command's whole process group, so that compilers end with the
// go command and it can remove its temporary files.
func (c command) run(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, c.path, c.args...) //nolint:gosec // the tools of the build
	cmd.Dir, cmd.Env = c.folder, c.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = interruptGrace
	var stdout bytes.Buffer
	messages := &lines{see: c.line}
	cmd.Stdout, cmd.Stderr = &stdout, messages
	err := cmd.Run()
	if err == nil {
		return stdout.String(), nil
	}
	if ctx.Err() != nil {
		return "", fmt.Errorf("%s: %w", cmd, context.Cause(ctx))
	}
	return "", fmt.Errorf("%s: %w\n%s", cmd, err, messages.tail(stdout.String()))
}

// lines is a writer that hands on whole lines and keeps the last ones.
type lines struct {
	see     func(text string) bool
	partial []byte
	kept    []string
}

// Write never fails.
func (l *lines) Write(p []byte) (int, error) {
	l.partial = append(l.partial, p...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			return len(p), nil
		}
		l.partial = rest
		if text := string(line); l.see == nil || l.see(text) {
			l.kept = append(l.kept, text)
			l.kept = l.kept[max(0, len(l.kept)-tailLines):]
		}
	}
}

// tail is the end of what was written, or of the other text when there was
// nothing.
func (l *lines) tail(other string) string {
	kept := l.kept
	if len(l.partial) > 0 {
		kept = append(kept, string(l.partial))
	}
	if len(kept) == 0 {
		kept = strings.Split(strings.TrimSpace(other), "\n")
	}
	return strings.Join(kept[max(0, len(kept)-tailLines):], "\n")
}
