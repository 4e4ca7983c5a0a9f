// Package health serves what Kubernetes and Prometheus ask a consumer.
package health

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// stuckAfter is how long the loop may show no sign of life: longer than a call
// of SQS with all its tries.
const stuckAfter = 3 * time.Minute

// headerTimeout bounds the reading of a request's header.
const headerTimeout = 5 * time.Second

// Checks are what the endpoints ask.
type Checks struct {
	// Idle is how long the loop has shown no sign of life.
	Idle func() time.Duration
	// Model is nil while the model server is healthy.
	Model func() error
	// Draining tells whether the consumer is to end.
	Draining func() bool
}

// Handler serves three endpoints. /healthz fails when the loop hangs, which a
// restart cures; a model server that is down it does not cure. /readyz follows
// the model server's health, and fails while the consumer drains. /metrics is
// for Prometheus.
func Handler(checks Checks, metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, checks.live()) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { answer(w, checks.ready()) })
	mux.Handle("GET /metrics", metrics)
	return mux
}

func (c Checks) live() error {
	if idle := c.Idle(); idle > stuckAfter {
		return fmt.Errorf("the receive loop has shown no sign of life for %s", idle.Round(time.Second))
	}
	return nil
}

func (c Checks) ready() error {
	if c.Draining() {
		return errors.New("draining: no more messages are received")
	}
	if err := c.Model(); err != nil {
		return fmt.Errorf("the model server is not ready: %w", err)
	}
	return nil
}

func answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "ok\n")
}

// Serve serves until ctx ends.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("the server of health and metrics ended: %w", err)
	}
	return nil
}
