package podrunner

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
)

func (c *container) prober() prober { return prober{c.spec, c.w.ports.get} }

// health executes the probes of one start of the container: startup first, then
// liveness and readiness. A failed startup or liveness probe is reported with
// the grace period for the program's end.
func (c *container) health(ctx context.Context, unhealthy chan<- time.Duration) {
	if c.image == nil {
		c.setStarted(true)
		return
	}
	if c.spec.Lifecycle != nil {
		c.hook(ctx, c.spec.Lifecycle.PostStart)
	}
	if probe := c.spec.StartupProbe; probe != nil && !c.starts(ctx, probe, unhealthy) {
		return
	}
	c.setStarted(c.spec.ReadinessProbe == nil)
	var probes sync.WaitGroup
	if probe := c.spec.LivenessProbe; probe != nil {
		probes.Go(func() {
			c.prober().watch(ctx, probe, c.probeFailed("Liveness"), func(healthy bool) {
				if !healthy {
					unhealthy <- c.graceAfter(probe)
				}
			})
		})
	}
	if probe := c.spec.ReadinessProbe; probe != nil {
		probes.Go(func() {
			c.prober().watch(ctx, probe, c.probeFailed("Readiness"), func(healthy bool) {
				c.update(func(s *corev1.ContainerStatus) { s.Ready = healthy })
			})
		})
	}
	probes.Wait()
}

// starts executes the startup probe until it has a verdict.
func (c *container) starts(ctx context.Context, probe *corev1.Probe, unhealthy chan<- time.Duration) bool {
	ctx, decided := context.WithCancel(ctx)
	defer decided()
	ok := false
	c.prober().watch(ctx, probe, c.probeFailed("Startup"), func(healthy bool) {
		ok = healthy
		if !healthy {
			unhealthy <- c.graceAfter(probe)
		}
		decided()
	})
	return ok
}

func (c *container) setStarted(ready bool) {
	c.update(func(s *corev1.ContainerStatus) {
		started := true
		s.Started, s.Ready = &started, ready
	})
	c.startOnce.Do(func() { close(c.started) })
}

func (c *container) probeFailed(kind string) func(error) {
	return func(err error) {
		c.w.event(c.spec, corev1.EventTypeWarning, "Unhealthy", kind+" probe failed: "+err.Error())
	}
}

// graceAfter is the grace period of a container that a probe has condemned.
func (c *container) graceAfter(probe *corev1.Probe) time.Duration {
	if probe.TerminationGracePeriodSeconds != nil {
		return time.Duration(*probe.TerminationGracePeriodSeconds) * time.Second
	}
	return c.w.gracePeriod()
}
