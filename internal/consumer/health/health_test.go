package health

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestEndpoints(t *testing.T) {
	t.Parallel()
	var idle time.Duration
	var draining bool
	var model error
	handler := Handler(Checks{
		Idle: func() time.Duration { return idle }, Model: func() error { return model }, Draining: func() bool { return draining },
	}, http.NotFoundHandler())
	want := func(path string, status int, text string) {
		t.Helper()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if w.Code != status || !strings.Contains(w.Body.String(), text) {
			t.Errorf("%s answers %d %s, want %d ...%s...", path, w.Code, w.Body, status, text)
		}
	}
	want("/healthz", 200, "ok")
	want("/readyz", 200, "ok")
	model = errors.New("health answers 503")
	want("/readyz", 503, "health answers 503")
	want("/healthz", 200, "ok")
	model, draining = nil, true
	want("/readyz", 503, "draining")
	idle = stuckAfter + time.Second
	want("/healthz", 503, "no sign of life for 3m1s")
}
