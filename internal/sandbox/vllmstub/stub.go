// Package vllmstub stands for a vLLM server where there is no GPU. It has vLLM's
// API, errors, flags and the names of its metrics, and no model: every response
// says that a stub gave it.
package vllmstub

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"
)

// Name is what the stub calls itself, in the header Server of every response and
// in the body of every one that has a place for it.
const Name = "vllm-stub"

// Options say what the stub behaves like.
type Options struct {
	// Models are the names that the model is served under, one at least.
	Models []string
	// Latency is how long an answer takes once its turn has come.
	Latency time.Duration
	// FailureRate is the share of answers, from 0 to 1, that are an HTTP 500.
	FailureRate float64
	// MaxSequences is how many requests are answered at a time; others wait.
	MaxSequences int
	// Key, unless it is empty, must be the requests' bearer token.
	Key string
}

// Stub is a server. Make one with New.
type Stub struct {
	options Options
	metrics *metrics
	mux     *http.ServeMux
	turns   chan struct{}
	dead    atomic.Bool
	seen    atomic.Int64
}

// New makes a stub, which is healthy at once.
func New(options Options) *Stub {
	s := &Stub{options: options, metrics: newMetrics(options), mux: http.NewServeMux(), turns: make(chan struct{}, options.MaxSequences)}
	s.mux.HandleFunc("GET /health", s.health)
	s.mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"version": Name})
	})
	s.mux.HandleFunc("GET /v1/models", s.models)
	s.mux.HandleFunc("POST /v1/chat/completions", s.serve(chat))
	s.mux.HandleFunc("POST /v1/completions", s.serve(completion))
	s.mux.Handle("GET /metrics", s.metrics.handler())
	return s
}

// ServeHTTP serves vLLM's API.
func (s *Stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", Name)
	if s.options.Key != "" && r.URL.Path != "/health" && r.URL.Path != "/metrics" && r.Header.Get("Authorization") != "Bearer "+s.options.Key {
		reply(w, http.StatusUnauthorized, map[string]string{"error": "Unauthorized"})
		return
	}
	s.mux.ServeHTTP(w, r)
}

// SetHealthy has the engine die, or come back.
func (s *Stub) SetHealthy(healthy bool) { s.dead.Store(!healthy) }

// Requests is how many completions have been asked for.
func (s *Stub) Requests() int { return int(s.seen.Load()) }

func (s *Stub) health(w http.ResponseWriter, _ *http.Request) {
	if s.dead.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func (s *Stub) models(w http.ResponseWriter, _ *http.Request) {
	data := make([]map[string]any, len(s.options.Models))
	for i, name := range s.options.Models {
		data[i] = map[string]any{"id": name, "object": "model", "owned_by": Name, "root": s.options.Models[0]}
	}
	reply(w, http.StatusOK, map[string]any{"object": "list", "data": data})
}

// serve answers a completion of one kind.
func (s *Stub) serve(kind kind) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.seen.Add(1)
		request, failure := s.decode(kind, r)
		if failure != nil {
			reply(w, failure.Code, map[string]any{"error": failure})
			return
		}
		begun := time.Now()
		if !s.work(r.Context(), begun) {
			s.metrics.finished("abort")
			return
		}
		if rand.Float64() < s.options.FailureRate { //nolint:gosec // not a secret
			reply(w, http.StatusInternalServerError, map[string]any{"error": internalError()})
			return
		}
		s.metrics.answered(time.Since(begun), request)
		reply(w, http.StatusOK, kind.answer(request))
	}
}

// work takes a turn and the latency. It returns false when the client has gone.
func (s *Stub) work(ctx context.Context, begun time.Time) bool {
	s.metrics.waiting.Inc()
	select {
	case s.turns <- struct{}{}:
		s.metrics.waiting.Dec()
	case <-ctx.Done():
		s.metrics.waiting.Dec()
		return false
	}
	s.metrics.begin(time.Since(begun))
	defer func() {
		s.metrics.end()
		<-s.turns
	}()
	timer := time.NewTimer(s.options.Latency)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // what fails is the connection, of which the client knows
}
