package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// command is the real program, with stacks in a folder of the test's own.
type command struct {
	t          *testing.T
	path, root string

	environment []string // what differs from the test's own
}

func newCommand(t *testing.T) *command {
	t.Helper()
	sandboxtest.RequireAcceptance(t)
	c := &command{t: t, path: filepath.Join(t.TempDir(), "sandbox"), root: t.TempDir()}
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", c.path, "../../cmd/sandbox").CombinedOutput()
	if err != nil {
		t.Fatalf("building the command: %v\n%s", err, out)
	}
	t.Cleanup(func() { _ = c.start("down").Wait() })
	return c
}

func (c *command) start(args ...string) *exec.Cmd {
	c.t.Helper()
	cmd := exec.Command(c.path, args...)
	cmd.Env = append(append(os.Environ(), sandbox.RootVariable+"="+c.root), c.environment...)
	cmd.Stdout, cmd.Stderr = new(bytes.Buffer), new(bytes.Buffer)
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	return cmd
}

// run returns what the command printed and whether it succeeded.
func (c *command) run(args ...string) (output string, ok bool) {
	c.t.Helper()
	cmd := c.start(args...)
	err := cmd.Wait()
	return fmt.Sprint(cmd.Stdout, cmd.Stderr), err == nil
}

func (c *command) succeeds(args ...string) string {
	c.t.Helper()
	output, ok := c.run(args...)
	if !ok {
		c.t.Fatalf("sandbox %q: %s", args, output)
	}
	return output
}

func (c *command) failsWith(want string, args ...string) {
	c.t.Helper()
	output, ok := c.run(args...)
	if ok || !strings.Contains(output, want) {
		c.t.Fatalf("sandbox %q succeeded: %t; want an error with %q, got:\n%s", args, ok, want, output)
	}
}

func (c *command) status() sandbox.Status {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.root, sandbox.DefaultName, "status.json"))
	if err != nil {
		c.t.Fatal(err)
	}
	var s sandbox.Status
	if err := json.Unmarshal(text, &s); err != nil {
		c.t.Fatal(err)
	}
	return s
}

func (c *command) kill(pid int, s syscall.Signal) {
	c.t.Helper()
	if err := syscall.Kill(pid, s); err != nil {
		c.t.Fatal(err)
	}
}

// nothingLeft fails unless the stacks' folder is empty and no process has it in
// its environment, as all parts and pods of a stack do.
func (c *command) nothingLeft() {
	c.t.Helper()
	entries, err := os.ReadDir(c.root)
	if err != nil || len(entries) > 0 {
		c.t.Errorf("the stacks' folder holds %v (%v)", entries, err)
	}
	c.noProcessLeft()
}

func (c *command) noProcessLeft() {
	c.t.Helper()
	eventually(c.t, func() error {
		if left := processesOf(c.root); len(left) > 0 {
			return fmt.Errorf("processes left: %q", left)
		}
		return nil
	})
}

// processesOf lists the processes whose environment names the folder.
func processesOf(folder string) []string {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	var found []string
	for _, file := range environments {
		if text, err := os.ReadFile(file); err == nil && bytes.Contains(text, []byte("HOME="+folder)) {
			name, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "comm"))
			found = append(found, strings.TrimSpace(string(name)))
		}
	}
	return found
}

func eventually(t *testing.T, holds func() error) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := holds()
		if err == nil {
			return
		}
		select {
		case <-deadline:
			t.Fatal(err)
		case <-tick.C:
		}
	}
}

func TestALifeInTheBackground(t *testing.T) {
	t.Parallel()
	c := newCommand(t)
	c.failsWith("there is no stack of this name", "status")
	c.failsWith("there is no stack of this name", "down")

	c.succeeds("up")
	c.failsWith("is up already", "up")
	c.succeeds("status")
	if env := c.succeeds("env"); !strings.Contains(env, "export KUBECONFIG=") || !strings.Contains(env, "export AWS_ENDPOINT_URL=") {
		t.Errorf("env prints\n%s", env)
	}
	if len(processesOf(c.root)) < 7 {
		t.Fatalf("only these processes are known by the stack's folder: %q", processesOf(c.root))
	}

	// Its own process is killed: the parts die with it, the next up cleans up.
	c.kill(c.status().PID, syscall.SIGKILL)
	c.noProcessLeft()
	c.failsWith("was killed", "status")
	c.failsWith("is not ready but dead", "env")
	c.succeeds("up")

	// A part dies: the stack stops, and says which and why.
	for _, part := range c.status().Parts {
		if part.Name == "etcd" {
			c.kill(part.PID, syscall.SIGKILL)
		}
	}
	c.noProcessLeft()
	eventually(t, func() error {
		if output, _ := c.run("status"); !strings.Contains(output, "etcd ended (signal: killed)") {
			return fmt.Errorf("status prints\n%s", output)
		}
		return nil
	})
	c.succeeds("down")
	c.nothingLeft()
	c.failsWith("there is no stack of this name", "down")
}

func TestAnInterruptedUpLeavesNothing(t *testing.T) {
	t.Parallel()
	c := newCommand(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		up := c.start("up")
		eventually(t, func() error {
			if len(processesOf(c.root)) == 0 {
				return fmt.Errorf("no part has been started")
			}
			return nil
		})
		c.kill(up.Process.Pid, signal)
		if err := up.Wait(); err == nil {
			t.Errorf("up succeeded although it got %s", signal)
		}
		eventually(t, func() error {
			if entries, _ := os.ReadDir(c.root); len(entries) > 0 {
				return fmt.Errorf("after %s the folder holds %v", signal, entries)
			}
			return nil
		})
		c.nothingLeft()
	}
}

func TestATakenPortIsNamed(t *testing.T) {
	t.Parallel()
	sandboxtest.RequireAcceptance(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	_, text, _ := net.SplitHostPort(taken.Addr().String())
	port, _ := strconv.Atoi(text)

	root := t.TempDir()
	_, err = sandbox.Start(t.Context(), sandbox.WithPorts(sandbox.Options{Root: root}, func() (int, error) { return port, nil }))
	if err == nil || !strings.Contains(err.Error(), "ended (exit status 1); the end of its log") || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("got: %v", err)
	}
	if entries, _ := os.ReadDir(root); len(entries) > 0 {
		t.Errorf("the failed start left %v", entries)
	}
	if left := processesOf(root); len(left) > 0 {
		t.Errorf("the failed start left %q", left)
	}
}

func TestAnUnwritableFolderIsNamed(t *testing.T) {
	t.Parallel()
	c := newCommand(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	// A folder below a file cannot be made, not even by root.
	for _, variable := range []string{sandbox.RootVariable, sandbox.CacheVariable} {
		c.environment = []string{variable + "=" + filepath.Join(file, "folder")}
		c.failsWith(file, "up")
		c.nothingLeft()
	}
}
