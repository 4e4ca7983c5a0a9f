package consumer_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/mototest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/vllmstub"
)

// Those in flight at SIGTERM are finished, when the drain time is enough.
func TestDrainFinishes(t *testing.T) {
	t.Parallel()
	const concurrency = 6
	q := newQueues(t, 5, false)
	stub, endpoint := startStub(t, vllmstub.Options{Latency: 2 * time.Second})
	p := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint).with(settings{"CONCURRENCY": fmt.Sprint(concurrency), "DRAIN_TIMEOUT": "20s"}))
	for i := range 2 * concurrency {
		q.send(t, prompt(fmt.Sprint(i)))
	}
	q.awaitInFlight(t, concurrency)
	p.stop(t, 21*time.Second)
	if visible, inFlight := q.depth(t); inFlight != 0 || visible == 0 || visible > concurrency {
		t.Errorf("after the drain %d messages are visible and %d in flight, want the others of %d", visible, inFlight, 2*concurrency)
	}
	outcomes := p.outcomes(t)
	if outcomes["succeeded"] < concurrency || outcomes["returned"] > concurrency {
		t.Errorf("outcomes %v, want at least %d succeeded", outcomes, concurrency)
	}
	if outcomes["succeeded"] != stub.Requests() {
		t.Errorf("%d requests for %d results: one was cut off", stub.Requests(), outcomes["succeeded"])
	}
}

// Those that the drain time is too short for are back on the queue, visible,
// when the program has ended.
func TestDrainReturns(t *testing.T) {
	t.Parallel()
	const concurrency = 6
	q := newQueues(t, 5, false)
	_, endpoint := startStub(t, vllmstub.Options{Latency: time.Minute})
	p := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint).with(settings{
		"CONCURRENCY": fmt.Sprint(concurrency), "DRAIN_TIMEOUT": "2s", "MAX_INFERENCE": "90s", "VISIBILITY_TIMEOUT": "60s",
	}))
	for i := range concurrency {
		q.send(t, prompt(fmt.Sprint(i)))
	}
	q.awaitInFlight(t, concurrency)
	if took := p.stop(t, 20*time.Second); took < 2*time.Second {
		t.Errorf("the drain took %s, less than the drain time", took)
	}
	if visible, inFlight := q.depth(t); visible != concurrency || inFlight != 0 {
		t.Errorf("at the exit %d messages are visible and %d in flight, want %d visible", visible, inFlight, concurrency)
	}
	if outcomes := p.outcomes(t); outcomes["returned"] != concurrency {
		t.Errorf("outcomes %v, want %d returned", outcomes, concurrency)
	}
}

// An inference that takes longer than the visibility timeout is not given to
// anyone else.
func TestLongInferenceIsDeliveredOnce(t *testing.T) {
	t.Parallel()
	q := newQueues(t, 5, false)
	stub, endpoint := startStub(t, vllmstub.Options{Latency: 14 * time.Second})
	first := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint))
	second := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint))
	q.send(t, prompt("long"))
	q.awaitInFlight(t, 1)
	q.awaitEmpty(t)
	if stub.Requests() != 1 {
		t.Errorf("%d requests for one message", stub.Requests())
	}
	if a, b := first.outcomes(t)["succeeded"], second.outcomes(t)["succeeded"]; a+b != 1 {
		t.Errorf("%d and %d results, want one", a, b)
	}
}

// A consumer whose heartbeats fail lets go of the message before another one
// gets it.
func TestFailingHeartbeat(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter){
		"unavailable": func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		"lost": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.0")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"com.amazonaws.sqs#MessageNotInflight","message":"not in flight"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := newQueues(t, 5, false)
			stub, endpoint := startStub(t, vllmstub.Options{Latency: 10 * time.Second})
			failing := startProgram(t, withoutHeartbeats(t, mototest.Shared(t).URL, answer), quick(q, endpoint))
			q.send(t, prompt("moves"))
			failing.awaitOutcome(t, "lost", 1)
			failing.signal(15)
			healthy := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint))
			healthy.awaitOutcome(t, "succeeded", 1)
			q.awaitEmpty(t)
			if got := failing.outcomes(t); got["succeeded"] != 0 {
				t.Errorf("the consumer that lost the message: %v", got)
			}
			// The first request was cancelled, or it would have been answered.
			if _, body := fetch(t, endpoint+"/metrics"); !strings.Contains(body, `finished_reason="abort"`) {
				t.Errorf("of %d requests none was cancelled", stub.Requests())
			}
		})
	}
}

// withoutHeartbeats is an AWS before the given one, in which messages cannot be
// extended.
func withoutHeartbeats(t *testing.T, endpoint string, answer func(http.ResponseWriter)) string {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ChangeMessageVisibility") {
			answer(w)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// What the model server refuses is dead-lettered at its first delivery; what it
// fails at is tried again, later each time, until its last.
func TestRefusalsAndFailures(t *testing.T) {
	t.Parallel()
	const maxReceives = 3
	q := newQueues(t, maxReceives, false)
	stub, endpoint := startStub(t, vllmstub.Options{FailureRate: 1})
	p := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint))
	q.send(t, refused("refused"))
	p.awaitOutcome(t, "dead_lettered", 1)
	begun := time.Now()
	q.send(t, prompt("failing"))
	p.awaitOutcome(t, "dead_lettered", 2)
	// After one second less a fifth, then after two less a fifth.
	if took := time.Since(begun); took < 2400*time.Millisecond {
		t.Errorf("three deliveries within %s, want pauses of 1 s and 2 s between them", took)
	}
	q.awaitEmpty(t)
	if stub.Requests() != 1+maxReceives {
		t.Errorf("%d requests, want 1 and %d", stub.Requests(), maxReceives)
	}
	want := map[string]string{
		"rejected 1":     "HTTP status 400 Bad Request (BadRequestError): " + vllmstub.Name + ": max_tokens must be at least 1",
		"server_error 3": "delivery 3 was the last one: server error: HTTP status 500",
	}
	for _, l := range q.drain(t, q.deadLetters) {
		key := fmt.Sprint(l.reason, " ", l.origin.ReceiveCount)
		if want[key] == "" || !strings.Contains(l.detail, want[key]) {
			t.Errorf("a dead letter says %s: %s", key, l.detail)
		}
		delete(want, key)
	}
	if len(want) > 0 {
		t.Errorf("no dead letters for %v", want)
	}
}

// Bodies that can never be answered do not keep the others waiting.
func TestPoison(t *testing.T) {
	t.Parallel()
	q := newQueues(t, 5, false)
	_, endpoint := startStub(t, vllmstub.Options{})
	p := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint))
	poison := map[string]string{
		"hello":                      "invalid_message_not_json",
		`{"prompt": 1}`:              "invalid_message_invalid_field",
		`{"text": "a"}`:              "invalid_message_unknown_format",
		"[]":                         "invalid_message_unknown_format",
		" ":                          "invalid_message_empty",
		strings.Repeat("x", 1<<20):   "invalid_message_not_json",
		strings.Repeat("[", 100_000): "invalid_message_not_json",
		`{"prompt": "a", "x": ` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`: "invalid_message_too_deep",
	}
	for body := range poison {
		q.send(t, body)
	}
	q.send(t, prompt("after"))
	p.awaitOutcome(t, "dead_lettered", len(poison))
	p.awaitOutcome(t, "succeeded", 1)
	q.awaitEmpty(t)
	letters := q.drain(t, q.deadLetters)
	if len(letters) != len(poison) {
		t.Errorf("%d dead letters for %d bodies", len(letters), len(poison))
	}
	for _, l := range letters {
		body := l.body
		if l.origin.CutFrom > 0 {
			if !strings.HasPrefix(strings.Repeat("x", 1<<20), body) || l.origin.CutFrom != 1<<20 || len(body) < 1<<20-4096 {
				t.Errorf("the body of 1 MiB was cut to %d bytes, and is said to have had %d", len(body), l.origin.CutFrom)
			}
			body = strings.Repeat("x", 1<<20)
		}
		if want, known := poison[body]; !known || l.reason != want || l.detail == "" || l.origin.ReceiveCount != 1 {
			t.Errorf("the dead letter %.40q says %s: %s (delivery %d), want %s", body, l.reason, l.detail, l.origin.ReceiveCount, want)
		}
	}
}

// Nothing is received while the model server cannot work, and readiness says so.
func TestReadinessFollowsTheModelServer(t *testing.T) {
	t.Parallel()
	q := newQueues(t, 5, false)
	stub, endpoint := startStub(t, vllmstub.Options{})
	stub.SetHealthy(false)
	p := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint))
	await(t, "a consumer that is not ready", func() error { return p.answers("/readyz", http.StatusServiceUnavailable, "health answers 503") })
	q.send(t, prompt("waits"))
	if err := p.answers("/healthz", http.StatusOK, "ok"); err != nil {
		t.Errorf("liveness does not depend on the model server: %v", err)
	}
	if visible, _ := q.depth(t); visible != 1 {
		t.Error("a message was received while the model server could not work")
	}
	stub.SetHealthy(true)
	await(t, "a consumer that is ready", func() error { return p.answers("/readyz", http.StatusOK, "ok") })
	p.awaitOutcome(t, "succeeded", 1)
	for _, metric := range []string{
		`inference_consumer_messages_total{outcome="succeeded"} 1`, "inference_consumer_messages_received_total 1", "inference_consumer_model_ready 1",
		"inference_consumer_in_flight 0", `inference_consumer_tokens_total{kind="prompt"}`, "inference_consumer_queue_age_seconds_count 1",
		"inference_consumer_heartbeat_failures_total 0", "inference_consumer_concurrency 5",
	} {
		if err := p.answers("/metrics", http.StatusOK, metric); err != nil {
			t.Error(err)
		}
	}
	stub.SetHealthy(false)
	await(t, "a consumer that is not ready", func() error { return p.answers("/readyz", http.StatusServiceUnavailable, "health") })
}

// answers asks the consumer's own server.
func (p *program) answers(path string, status int, text string) error {
	response, err := http.Get("http://" + p.address + path)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != status || !strings.Contains(string(body), text) {
		return errors.New(path + " answers " + response.Status + ": " + string(body) + "; want " + fmt.Sprint(status) + " with " + text)
	}
	return nil
}

func fetch(t *testing.T, address string) (int, string) {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// The log holds no prompt unless it is asked to.
func TestPromptsAreNotLogged(t *testing.T) {
	t.Parallel()
	for logged, want := range map[string]bool{"false": false, "true": true} {
		t.Run(logged, func(t *testing.T) {
			t.Parallel()
			q := newQueues(t, 5, false)
			_, endpoint := startStub(t, vllmstub.Options{})
			p := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint).with(settings{"LOG_PROMPTS": logged, "LOG_LEVEL": "debug"}))
			q.send(t, `{"prompt": "my secret question"}`, `{"messages": [{"role": "user", "content": "my secret question"}], "max_tokens": 0}`, `my secret question`)
			p.awaitOutcome(t, "succeeded", 1)
			p.awaitOutcome(t, "dead_lettered", 2)
			if got := p.logged(t, "my secret question"); got != want {
				t.Errorf("the prompt is in the log: %t, want %t", got, want)
			}
		})
	}
}
