package sandboxtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox"
)

// shared is the stack of this test binary.
var shared struct {
	mu      sync.Mutex
	stack   *Stack
	failure error
	dumped  sync.Once
}

// Main runs a package's tests and stops the stack that they shared. It is for
// TestMain, and does not return. A test binary that a signal ends stops its
// stack too. One that panics takes the stack's programs with it, and leaves
// their folder for the next run to remove.
func Main(m *testing.M) {
	interrupted, ignore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted.Done()
		// A second signal ends it at once.
		ignore()
		os.Exit(max(1, stopShared()))
	}()
	code := m.Run()
	os.Exit(max(code, stopShared()))
}

// stopShared returns the exit code that it deserves.
func stopShared() int {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.stack == nil {
		return 0
	}
	err := shared.stack.cleanKEDA()
	if local := shared.stack.local; local != nil {
		err = errors.Join(err, local.Stop())
	}
	shared.stack = nil
	if err != nil {
		fmt.Fprintln(os.Stderr, "ending the tests:", err)
		return 1
	}
	return 0
}

// Shared is the stack of all tests of this test binary, started by the first
// that asks; the package's TestMain calls Main, which stops it. Tests that share
// it use namespaces, queues and roles of their own.
func Shared(t testing.TB) *Stack {
	t.Helper()
	RequireAcceptance(t)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.stack == nil && shared.failure == nil {
		shared.stack, shared.failure = startShared(t.Context())
	}
	if shared.failure != nil {
		t.Fatal(shared.failure)
	}
	stack := shared.stack
	t.Cleanup(func() {
		if t.Failed() {
			// The first failure explains more than those that follow it.
			shared.dumped.Do(func() { stack.dump(t) })
		}
	})
	return stack
}

func startShared(ctx context.Context) (*Stack, error) {
	if os.Getenv(UseEnvironment) != "" {
		return ofEnvironment(ctx)
	}
	// The name is the package's, so that a run removes what a killed one left.
	// Two runs of one package at a time need two names.
	name := "test-" + strings.TrimSuffix(filepath.Base(os.Args[0]), ".test")
	for _, suffix := range []string{"", "-2", "-3", "-4"} {
		local, err := sandbox.Start(ctx, sandbox.Options{Name: name + suffix})
		if errors.Is(err, sandbox.ErrRunning) {
			continue
		}
		if err != nil {
			return nil, err
		}
		s, err := ofSandbox(local)
		if err != nil {
			return nil, errors.Join(err, local.Stop())
		}
		return s, nil
	}
	return nil, fmt.Errorf("four stacks %q run already: wait until their tests end, or stop them with `sandbox down`", name)
}
