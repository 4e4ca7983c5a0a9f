package vllmstub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"
)

// headerTimeout bounds the reading of a request's header.
const headerTimeout = 10 * time.Second

// Run serves until ctx ends, as vLLM does until SIGTERM.
func (c Command) Run(ctx context.Context, log *slog.Logger) error {
	log.Info(Name+" stands for vLLM: no model is loaded, no prompt is read", "models", c.Models, "latency", c.Latency.String(),
		"failure_rate", c.FailureRate, "start_delay", c.StartDelay.String(), "max_num_seqs", c.MaxSequences, "ignored_flags", c.Ignored)
	timer := time.NewTimer(c.StartDelay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(c.Host, strconv.Itoa(c.Port)))
	if err != nil {
		return fmt.Errorf("%s cannot listen: %w", Name, err)
	}
	server := &http.Server{Handler: New(c.Options), ReadHeaderTimeout: headerTimeout}
	stopped := make(chan struct{})
	defer context.AfterFunc(ctx, func() {
		defer close(stopped)
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.ShutdownTimeout)
		defer cancel()
		if server.Shutdown(limited) != nil {
			_ = server.Close()
		}
	})()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("%s ended: %w", Name, err)
	}
	<-stopped
	return nil
}
