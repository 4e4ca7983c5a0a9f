package vllmstub

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func newServer(t *testing.T, options Options) (*Stub, string) {
	t.Helper()
	if options.Models == nil {
		options.Models = []string{"qwen"}
	}
	if options.MaxSequences == 0 {
		options.MaxSequences = 8
	}
	stub := New(options)
	server := httptest.NewServer(stub)
	t.Cleanup(server.Close)
	return stub, server.URL
}

func post(t *testing.T, url, body string) (int, string) {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

func read(t *testing.T, response *http.Response) (int, string) {
	t.Helper()
	defer response.Body.Close()
	if response.Header.Get("Server") != Name {
		t.Errorf("%s does not say that it comes from a stub", response.Request.URL)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestCompletions(t *testing.T) {
	t.Parallel()
	_, url := newServer(t, Options{})
	for name, c := range map[string]struct {
		path, body string
		status     int
		text       string
	}{
		"chat":          {"/v1/chat/completions", `{"model":"qwen","messages":[{"role":"user","content":"a"}]}`, 200, "a stub that stands for vLLM"},
		"completion":    {"/v1/completions", `{"prompt":"abc"}`, 200, "a stub that stands for vLLM"},
		"another model": {"/v1/chat/completions", `{"model":"gpt","messages":[{}]}`, 404, "does not exist"},
		"no JSON":       {"/v1/chat/completions", `{`, 400, "BadRequestError"},
		"no messages":   {"/v1/chat/completions", `{"messages":[]}`, 400, "messages is empty"},
		"no tokens":     {"/v1/chat/completions", `{"messages":[{}],"max_tokens":0}`, 400, "max_tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := post(t, url+c.path, c.body)
			if status != c.status || !strings.Contains(body, c.text) {
				t.Errorf("%d %s, want %d ...%s...", status, body, c.status, c.text)
			}
		})
	}
}

func TestFailureRate(t *testing.T) {
	t.Parallel()
	_, url := newServer(t, Options{FailureRate: 1})
	status, body := post(t, url+"/v1/completions", `{"prompt":"abc"}`)
	if status != http.StatusInternalServerError || !strings.Contains(body, Name) {
		t.Errorf("%d %s, want a failure of the stub", status, body)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	stub, url := newServer(t, Options{})
	if status, _ := get(t, url+"/health"); status != http.StatusOK {
		t.Errorf("healthy: %d", status)
	}
	stub.SetHealthy(false)
	if status, _ := get(t, url+"/health"); status != http.StatusServiceUnavailable {
		t.Errorf("dead: %d", status)
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	_, url := newServer(t, Options{Key: "secret"})
	if status, _ := get(t, url+"/v1/models"); status != http.StatusUnauthorized {
		t.Errorf("without a key: %d", status)
	}
	if status, _ := get(t, url+"/health"); status != http.StatusOK {
		t.Errorf("health needs no key: %d", status)
	}
}

// Requests beyond the limit wait, and the gauges show it.
func TestQueueing(t *testing.T) {
	t.Parallel()
	const latency = 300 * time.Millisecond
	_, url := newServer(t, Options{Latency: latency, MaxSequences: 1})
	var asked sync.WaitGroup
	begun := time.Now()
	for range 3 {
		asked.Go(func() { post(t, url+"/v1/completions", `{"prompt":"abc"}`) })
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		_, body := get(t, url+"/metrics")
		if strings.Contains(body, `vllm:num_requests_waiting{engine="0",model_name="qwen"} 2`) &&
			strings.Contains(body, `vllm:num_requests_running{engine="0",model_name="qwen"} 1`) &&
			strings.Contains(body, `vllm:kv_cache_usage_perc{engine="0",model_name="qwen"} 1`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("two requests never waited:\n%s", body)
		}
	}
	asked.Wait()
	if took := time.Since(begun); took < 3*latency {
		t.Errorf("three requests took %s, one at a time", took)
	}
}

func TestModels(t *testing.T) {
	t.Parallel()
	_, url := newServer(t, Options{Models: []string{"a", "b"}})
	_, body := get(t, url+"/v1/models")
	var list struct{ Data []struct{ ID string } }
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Data) != 2 || list.Data[1].ID != "b" {
		t.Errorf("models: %s", body)
	}
}

func TestParseCommand(t *testing.T) {
	t.Setenv(LatencyVariable, "250ms")
	t.Setenv(FailureRateVariable, "0.1")
	t.Setenv(StartDelayVariable, "3s")
	for name, args := range map[string]string{
		"vllm serve":     "serve Qwen/Qwen3-4B-FP8 --served-model-name qwen q --port 9000 --max-num-seqs=5 --reasoning-parser qwen3 --enable-x --shutdown_timeout 30",
		"the API server": "--model Qwen/Qwen3-4B-FP8 --enable-x --served_model_name=qwen --port=9000 --max-num-seqs 5 --shutdown-timeout=30",
	} {
		c, err := ParseCommand(strings.Fields(args))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c.Models[0] != "qwen" || c.Port != 9000 || c.MaxSequences != 5 || c.ShutdownTimeout != 30*time.Second ||
			c.Latency != 250*time.Millisecond || c.FailureRate != 0.1 || c.StartDelay != 3*time.Second {
			t.Errorf("%s: %+v", name, c)
		}
		if !strings.Contains(strings.Join(c.Ignored, " "), "--enable-x") {
			t.Errorf("%s: ignored %v", name, c.Ignored)
		}
	}
	for _, args := range []string{"", "serve", "m --port x", "m --max-num-seqs 0", "--port 1"} {
		if _, err := ParseCommand(strings.Fields(args)); err == nil {
			t.Errorf("no error for %q", args)
		}
	}
	t.Setenv(FailureRateVariable, "2")
	if _, err := ParseCommand([]string{"m"}); err == nil {
		t.Error("no error for a failure rate of 2")
	}
}
