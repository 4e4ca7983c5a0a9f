package sandbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

// stopGrace is how long a part may take to end: etcd and the API server close
// within a second, and nothing of theirs is kept.
const stopGrace = 5 * time.Second

// supervisor runs the parts of a stack, programs and servers alike, and tells
// of the first that ends by itself: a stack with a dead part is no stack.
type supervisor struct {
	ctx    context.Context //nolint:containedctx // the parts' own lifetime, not a call's
	cancel context.CancelFunc
	tasks  sync.WaitGroup

	mu        sync.Mutex
	processes []*process.Process // in the order of their start
	stopping  bool
	failure   error
	failed    chan struct{}
}

func newSupervisor(parent context.Context) *supervisor {
	ctx, cancel := context.WithCancel(context.WithoutCancel(parent))
	return &supervisor{ctx: ctx, cancel: cancel, failed: make(chan struct{})}
}

// program starts a process and watches it.
func (v *supervisor) program(spec process.Spec) error {
	p, err := process.Start(spec)
	if err != nil {
		return err
	}
	v.mu.Lock()
	v.processes = append(v.processes, p)
	v.mu.Unlock()
	go func() {
		<-p.Done()
		v.fail(p.Err())
	}()
	return nil
}

// task runs a server of the stack's own until the stack stops.
func (v *supervisor) task(name string, run func(context.Context) error) {
	v.tasks.Go(func() {
		err := run(v.ctx)
		if v.ctx.Err() != nil {
			return
		}
		if err == nil {
			err = errors.New("it returned without an error")
		}
		v.fail(fmt.Errorf("%s ended: %w", name, err))
	})
}

func (v *supervisor) fail(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stopping || v.failure != nil {
		return
	}
	v.failure = err
	close(v.failed)
}

// running are the processes started so far, in that order.
func (v *supervisor) running() []*process.Process {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.processes)
}

// err is why the stack failed, or nil while all its parts run.
func (v *supervisor) err() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.failure
}

// pollInterval is how often a condition of the start is looked at: short
// against the seconds that parts take, cheap on loopback.
const pollInterval = 50 * time.Millisecond

// await polls a condition until it holds, a part dies, or the context ends; the
// error then says what was awaited and why it did not hold.
func (v *supervisor) await(ctx context.Context, what string, holds func(context.Context) error) error {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		last := holds(attempt)
		cancel()
		if last == nil {
			return nil
		}
		select {
		case <-v.failed:
			return fmt.Errorf("waiting for %s: %w", what, v.err())
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w; last seen: %w", what, context.Cause(ctx), last)
		case <-ticker.C:
		}
	}
}

// stop ends the tasks, then the processes in the reverse order of their start,
// so that none logs errors about a part it needs.
func (v *supervisor) stop() {
	v.mu.Lock()
	v.stopping = true
	v.mu.Unlock()
	v.cancel()
	v.tasks.Wait()
	for _, p := range slices.Backward(v.running()) {
		p.Stop(stopGrace)
	}
}
