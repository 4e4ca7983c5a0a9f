package model

import (
	"context"
	"errors"
	"sync"
	"time"
)

// probeTimeout bounds one look at the server's health, which answers at once.
const probeTimeout = 5 * time.Second

// Watch follows the health of a server.
type Watch struct {
	probe    func(context.Context) error
	interval time.Duration
	changed  func(err error)

	now chan struct{}

	mu sync.Mutex
	// ready is closed while the server is healthy.
	ready   chan struct{}
	failure error
}

// NewWatch makes a watch that probes at the interval, once Run runs. Changed is
// told of each change: nil when the server has become healthy.
func NewWatch(probe func(context.Context) error, interval time.Duration, changed func(error)) *Watch {
	return &Watch{
		probe: probe, interval: interval, changed: changed,
		now: make(chan struct{}, 1), ready: make(chan struct{}), failure: errors.New("not asked yet"),
	}
}

// Run probes until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	ticker := time.NewTicker(w.interval)
	defer ticker.Stop()
	for {
		w.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-w.now:
		}
	}
}

func (w *Watch) look(ctx context.Context) {
	probe, cancel := context.WithTimeout(ctx, probeTimeout)
	err := w.probe(probe)
	cancel()
	if ctx.Err() == nil {
		w.set(err)
	}
}

func (w *Watch) set(err error) {
	w.mu.Lock()
	was := w.failure
	w.failure = err
	switch {
	case was != nil && err == nil:
		close(w.ready)
	case was == nil && err != nil:
		w.ready = make(chan struct{})
	}
	w.mu.Unlock()
	if (was == nil) != (err == nil) {
		w.changed(err)
	}
}

// Suspect has the server probed now, because a request has failed.
func (w *Watch) Suspect() {
	select {
	case w.now <- struct{}{}:
	default:
	}
}

// Err is nil while the server is healthy.
func (w *Watch) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failure
}

// Ready is closed while the server is healthy. The channel is another one after
// each failure.
func (w *Watch) Ready() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ready
}
