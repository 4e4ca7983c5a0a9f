package model

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func newClient(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{Endpoint: endpoint, HealthPath: "/health", Key: "key", Concurrency: 1})
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const answer = `{"choices":[{"finish_reason":"stop","message":{"content":"a"}}],"usage":{"prompt_tokens":3,"completion_tokens":5}}`
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path != "/v1/x" || string(body) != "{}" || r.Header.Get("Authorization") != "Bearer key" || r.Header.Get("Content-Type") != "application/json" {
			w.WriteHeader(http.StatusTeapot)
		}
		_, _ = io.WriteString(w, answer)
	})
	got, failure := client.Complete(t.Context(), "/v1/x", []byte("{}"))
	if failure != nil {
		t.Fatal(failure)
	}
	if string(got.Body) != answer || got.Usage != (Usage{PromptTokens: 3, CompletionTokens: 5}) {
		t.Errorf("answer %s, %+v", got.Body, got.Usage)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status    int
		body      string
		class     Class
		permanent bool
		text      string
	}{
		"vLLM's error":       {400, `{"error":{"message":"too long: SECRET","type":"BadRequestError","param":null,"code":400}}`, Rejected, true, "HTTP status 400 Bad Request (BadRequestError)"},
		"an older vLLM's":    {400, `{"object":"error","message":"SECRET","type":"BadRequestError"}`, Rejected, true, "(BadRequestError)"},
		"no such model":      {404, `{"error":{"message":"SECRET","type":"NotFoundError"}}`, Rejected, true, "404"},
		"too large":          {413, "SECRET", Rejected, true, "413"},
		"unprocessable":      {422, "{}", Rejected, true, "422"},
		"a wrong key":        {401, `{"error":"Unauthorized"}`, Unauthorized, false, "401"},
		"a forbidden key":    {403, "", Unauthorized, false, "403"},
		"too many requests":  {429, "", Throttled, false, "429"},
		"a request time-out": {408, "", Timeout, false, "408"},
		"a server error":     {500, "SECRET", ServerError, false, "500"},
		"a gateway":          {503, "", ServerError, false, "503"},
		"a redirect":         {302, "", Malformed, false, "302"},
		"no JSON":            {200, "SECRET", Malformed, false, "malformed response"},
		"no choices":         {200, `{"choices":[]}`, Malformed, false, "malformed response"},
		"an aborted answer":  {200, `{"choices":[{"finish_reason":"stop"},{"finish_reason":"abort","text":"SECRET"}]}`, Aborted, false, "aborted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			_, failure := client.Complete(t.Context(), "/v1/x", nil)
			if failure == nil || failure.Class != c.class || failure.Permanent() != c.permanent {
				t.Fatalf("failure %+v, want %s", failure, c.class)
			}
			if !strings.Contains(failure.Error(), c.text) || strings.Contains(failure.Error(), "SECRET") {
				t.Errorf("error %q, want ...%s..., and nothing of the server's own", failure, c.text)
			}
		})
	}
}

func TestServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	client := New(Options{Endpoint: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}, HealthPath: "/health", Concurrency: 1})
	_, failure := client.Complete(t.Context(), "/v1/x", nil)
	if failure == nil || failure.Class != Unreachable || failure.Permanent() {
		t.Errorf("failure %+v, want unreachable", failure)
	}
	if client.Healthy(t.Context()) == nil {
		t.Error("a server that is not there is healthy")
	}
}

func TestTimeLimit(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body) // the server sees the client go only then
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, errors.New("no answer in time"))
	defer cancel()
	_, failure := client.Complete(ctx, "/v1/x", nil)
	if failure == nil || failure.Class != Timeout || !strings.Contains(failure.Error(), "no answer in time") {
		t.Errorf("failure %v, want a time-out", failure)
	}
}
