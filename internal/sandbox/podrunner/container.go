package podrunner

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// minimumGrace is the least a program gets between SIGTERM and SIGKILL, also
	// when its pod is deleted by force or the runner ends; the kubelet's value.
	minimumGrace = 2 * time.Second
	// configRetry is the pause after a container could not be started for want
	// of something that may still come, such as a Secret.
	configRetry = 2 * time.Second
)

// container is one container of a pod over all its restarts.
type container struct {
	w      *worker
	spec   *corev1.Container
	image  *Image // nil when simulated
	policy corev1.RestartPolicy
	init   bool

	started   chan struct{} // closed when the first start has passed its startup probe
	stopping  chan struct{} // closed when it is to end for good
	finished  chan struct{} // closed when it has ended for good
	startOnce sync.Once
	stopOnce  sync.Once
	deadline  time.Time // of the grace period; valid once stopping is closed

	begun bool            // run was called; only the pod's goroutine uses it
	ctx   context.Context //nolint:containedctx // ended when the program must be killed
	kill  context.CancelFunc
}

func newContainer(w *worker, spec *corev1.Container, init bool) *container {
	c := &container{
		w: w, spec: spec, init: init, policy: w.spec.RestartPolicy, image: w.r.image(spec.Image),
		started: make(chan struct{}), stopping: make(chan struct{}), finished: make(chan struct{}),
	}
	if init && c.policy == corev1.RestartPolicyAlways {
		c.policy = corev1.RestartPolicyOnFailure
	}
	if spec.RestartPolicy != nil {
		c.policy = corev1.RestartPolicy(*spec.RestartPolicy)
	}
	c.ctx, c.kill = context.WithCancel(w.forced)
	return c
}

func (c *container) begin() {
	c.begun = true
	go c.run(c.ctx)
}

// awaitEnd returns when the container has ended, or was never begun.
func (c *container) awaitEnd() {
	if c.begun {
		<-c.finished
	}
	c.kill()
}

// stop has the container end for good, by the deadline.
func (c *container) stop(deadline time.Time) {
	c.stopOnce.Do(func() {
		c.deadline = deadline
		close(c.stopping)
	})
}

// run starts the container, and again as its policy has it, until it has ended
// for good. When ctx ends, the program is killed.
func (c *container) run(ctx context.Context) {
	defer close(c.finished)
	for {
		t, reason, err := c.start(ctx)
		if err != nil {
			c.w.event(c.spec, corev1.EventTypeWarning, "Failed", "Error: "+err.Error())
			c.waiting(reason, err.Error())
			if !c.pause(ctx, configRetry) {
				return
			}
			continue
		}
		if t == nil {
			return // stopped before it began
		}
		code := c.supervise(ctx, t)
		c.terminated(code)
		if c.ending(ctx) || !c.restarts(code) || !c.backOff(ctx) {
			return
		}
	}
}

// start brings the task to life; a nil task means that the container was
// stopped while its start was delayed.
func (c *container) start(ctx context.Context) (t task, reason string, err error) {
	if c.image == nil {
		t, reason, err = c.simulate(ctx)
	} else {
		t, reason, err = c.launch(ctx)
	}
	if t == nil || err != nil {
		return nil, reason, err
	}
	c.update(func(s *corev1.ContainerStatus) {
		if s.State.Terminated != nil {
			s.LastTerminationState = s.State
		}
		if s.LastTerminationState.Terminated != nil {
			s.RestartCount++
		}
		s.ContainerID = newContainerID()
		s.ImageID = c.spec.Image
		s.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}}
		s.Started, s.Ready = new(bool), false
	})
	c.w.event(c.spec, corev1.EventTypeNormal, "Started", "Started container "+c.spec.Name)
	return t, "", nil
}

func (c *container) simulate(ctx context.Context) (task, string, error) {
	if _, err := c.w.references().environment(ctx, c.spec); err != nil {
		return nil, "CreateContainerConfigError", err
	}
	switch {
	case c.policy == corev1.RestartPolicyAlways:
		if !c.pause(ctx, c.w.startDelay()) {
			return nil, "", nil
		}
		return newSimulated(), "", nil
	case c.init:
		return newSimulated().endAfter(0), "", nil
	}
	return newSimulated().endAfter(c.w.startDelay()), "", nil
}

// supervise waits for the task's end, or brings it about, and returns its exit
// code.
func (c *container) supervise(ctx context.Context, t task) int {
	killed := context.AfterFunc(ctx, func() { t.Stop(minimumGrace) })
	defer killed()
	instance, cancel := context.WithCancel(ctx)
	defer cancel()
	unhealthy := make(chan time.Duration, 2) // startup and liveness
	var probes sync.WaitGroup
	probes.Go(func() { c.health(instance, unhealthy) })

	select {
	case <-t.Done():
	case grace := <-unhealthy:
		c.halt(ctx, t, time.Now().Add(grace))
	case <-c.stopping:
		c.halt(ctx, t, c.deadline)
	}
	<-t.Done()
	cancel()
	probes.Wait()
	return t.ExitCode()
}

// halt runs the preStop hook, then ends the task, both within the grace period.
func (c *container) halt(ctx context.Context, t task, deadline time.Time) {
	c.w.event(c.spec, corev1.EventTypeNormal, "Killing", "Stopping container "+c.spec.Name)
	if c.spec.Lifecycle != nil && c.image != nil {
		hook, cancel := context.WithDeadline(ctx, deadline)
		go func() {
			defer cancel()
			select {
			case <-t.Done():
			case <-hook.Done():
			}
		}()
		c.hook(hook, c.spec.Lifecycle.PreStop)
		cancel()
	}
	t.Stop(max(time.Until(deadline), minimumGrace))
}

// hook runs a lifecycle hook. Commands are not run: there is no container.
func (c *container) hook(ctx context.Context, h *corev1.LifecycleHandler) {
	switch {
	case h == nil:
	case h.Sleep != nil:
		sleep(ctx, time.Duration(h.Sleep.Seconds)*time.Second)
	case h.HTTPGet != nil:
		if err := c.prober().httpGet(ctx, h.HTTPGet); err != nil && ctx.Err() == nil {
			c.w.event(c.spec, corev1.EventTypeWarning, "FailedPreStopHook", "HTTP lifecycle hook failed: "+err.Error())
		}
	}
}

func (c *container) restarts(code int) bool {
	switch c.policy {
	case corev1.RestartPolicyAlways:
		return true
	case corev1.RestartPolicyOnFailure:
		return code != 0
	}
	return false
}

// backOff waits as the kubelet does: not at all before the first restart, then
// from 10 seconds doubling to 5 minutes. It returns false when stopped.
func (c *container) backOff(ctx context.Context) bool {
	key := c.w.dir + "/" + c.spec.Name
	ended := time.Now()
	if delay := c.w.r.backoff.Get(key); c.w.r.backoff.IsInBackOffSince(key, ended) {
		message := "back-off " + delay.String() + " restarting failed container=" + c.spec.Name + " pod=" + c.w.key.String()
		c.w.event(c.spec, corev1.EventTypeWarning, "BackOff", "Back-off restarting failed container "+c.spec.Name+" in pod "+c.w.key.Name)
		c.waiting("CrashLoopBackOff", message)
		if !c.pause(ctx, delay) {
			c.update(func(s *corev1.ContainerStatus) { s.State = s.LastTerminationState })
			return false
		}
	}
	c.w.r.backoff.Next(key, ended)
	return true
}

// pause waits; it returns false when the container is to end.
func (c *container) pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return !c.ending(ctx)
	case <-c.stopping:
	case <-ctx.Done():
	}
	return false
}

func (c *container) ending(ctx context.Context) bool {
	select {
	case <-c.stopping:
		return true
	default:
		return ctx.Err() != nil
	}
}

func (c *container) update(change func(*corev1.ContainerStatus)) {
	c.w.updateContainer(c.spec.Name, c.init, change)
}

func (c *container) waiting(reason, message string) {
	c.update(func(s *corev1.ContainerStatus) {
		if s.State.Terminated != nil {
			s.LastTerminationState = s.State
		}
		s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
	})
}

func (c *container) terminated(code int) {
	reason := "Completed"
	if code != 0 {
		reason = "Error"
	}
	c.update(func(s *corev1.ContainerStatus) {
		s.Ready, s.Started = false, new(bool)
		s.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			ExitCode: int32(code), Reason: reason, StartedAt: s.State.Running.StartedAt, FinishedAt: now(), ContainerID: s.ContainerID, //nolint:gosec // an exit code
		}}
	})
}

func now() metav1.Time { return metav1.Now().Rfc3339Copy() }
