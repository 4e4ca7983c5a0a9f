package process

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// parentVariable makes the test program play the parent that gets killed.
const parentVariable = "PROCESS_TEST_PARENT_LOG"

func TestMain(m *testing.M) {
	if log := os.Getenv(parentVariable); log != "" {
		p, err := Start(Spec{Name: "child", Path: "/bin/sleep", Args: []string{"300"}, Log: log})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(p.PID())
		<-p.Done()
		return
	}
	os.Exit(m.Run())
}

func shell(t *testing.T, script string) *Process {
	t.Helper()
	p, err := Start(Spec{Name: "part", Path: "/bin/sh", Args: []string{"-c", script}, Env: []string{"PATH=/usr/bin:/bin"}, Log: filepath.Join(t.TempDir(), "logs", "part.log")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(0) })
	return p
}

func TestErrorNamesThePartAndShowsItsLog(t *testing.T) {
	t.Parallel()
	p := shell(t, "for i in $(seq 40); do echo line $i; done; exit 7")
	<-p.Done()
	var exit *ExitError
	if !errors.As(p.Err(), &exit) {
		t.Fatalf("not an ExitError: %v", p.Err())
	}
	if exit.Name != "part" || exit.State != "exit status 7" || p.ExitCode() != 7 {
		t.Errorf("name %q, state %q, code %d", exit.Name, exit.State, p.ExitCode())
	}
	if !strings.HasSuffix(exit.LogTail, "line 40") || strings.Contains(exit.LogTail, "line 25\n") {
		t.Errorf("the log's end is\n%s", exit.LogTail)
	}
}

func TestAProgramThatEndsWellStillEnded(t *testing.T) {
	t.Parallel()
	p := shell(t, "true")
	<-p.Done()
	if p.Err() == nil || !strings.Contains(p.Err().Error(), "part ended (exit status 0) and its log") {
		t.Errorf("got %v", p.Err())
	}
}

func TestStopKillsWhatIgnoresSIGTERM(t *testing.T) {
	t.Parallel()
	p := shell(t, "trap '' TERM; echo deaf; while :; do sleep 0.05; done")
	await(t, func() bool { return Tail(p.spec.Log, 1) == "deaf" })
	if p.Err() != nil {
		t.Fatal(p.Err())
	}
	p.Stop(100 * time.Millisecond)
	if code := p.ExitCode(); code != 137 {
		t.Errorf("exit code %d, want 137 for SIGKILL", code)
	}
}

func TestStopEndsTheWholeGroup(t *testing.T) {
	t.Parallel()
	pidFile := filepath.Join(t.TempDir(), "pid")
	p := shell(t, "sleep 300 & echo $! > "+pidFile+".new; mv "+pidFile+".new "+pidFile+"; wait")
	var pid int
	await(t, func() bool {
		text, _ := os.ReadFile(pidFile)
		pid, _ = strconv.Atoi(strings.TrimSpace(string(text)))
		return pid != 0
	})
	p.Stop(time.Second)
	await(t, func() bool { return gone(pid) })
}

func TestAChildDiesWithItsKilledParent(t *testing.T) {
	t.Parallel()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"="+filepath.Join(t.TempDir(), "child.log"))
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the parent said %q", line)
	}
	if gone(pid) {
		t.Fatal("the child does not run")
	}
	_ = parent.Process.Kill()
	_ = parent.Wait()
	await(t, func() bool { return gone(pid) })
}

func TestStartErrors(t *testing.T) {
	t.Parallel()
	_, err := Start(Spec{Name: "etcd", Path: "/nonexistent/etcd", Log: filepath.Join(t.TempDir(), "etcd.log")})
	if err == nil || !strings.HasPrefix(err.Error(), "cannot start etcd: ") {
		t.Errorf("got %v", err)
	}
}

func TestFreePortsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for range 200 {
		port, err := FreePort()
		if err != nil {
			t.Fatal(err)
		}
		if seen[port] || port < firstPort || port > lastPort {
			t.Fatalf("port %d", port)
		}
		seen[port] = true
	}
}

// gone tells whether a process has ended; a zombie has, it only waits for its
// parent.
func gone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

func await(t *testing.T, holds func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatal("the condition did not come to hold within 10 s")
		case <-tick.C:
		}
	}
}
