package consumer_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/mototest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/vllmstub"
)

// A job that is sent twice has one result in S3: the first.
func TestRepeatedJobHasOneResultInS3(t *testing.T) {
	t.Parallel()
	q := newQueues(t, 5, false)
	bucket := q.bucket(t, "repeated-job")
	_, endpoint := startStub(t, vllmstub.Options{})
	p := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint).with(settings{"RESULTS": "s3://" + bucket + "/a/b/"}))
	q.send(t, prompt("a/1"))
	p.awaitOutcome(t, "succeeded", 1)
	first := q.results(t, bucket)
	q.send(t, prompt("a/1"))
	p.awaitOutcome(t, "succeeded", 2)
	if got := q.results(t, bucket); len(got) != 1 || fmt.Sprint(got) != fmt.Sprint(first) {
		t.Errorf("the results are %v, want still %v", got, first)
	}
	if err := p.answers("/metrics", http.StatusOK, "inference_consumer_results_repeated_total 1"); err != nil {
		t.Error(err)
	}
}

// Messages of a FIFO queue's group are worked on one after the other, those of
// others beside them; a repeat is dropped by a FIFO result queue.
func TestFIFO(t *testing.T) {
	t.Parallel()
	q := newQueues(t, 5, true)
	answers := q.create(t, "TestFIFO-results", true, nil)
	_, endpoint := startStub(t, vllmstub.Options{Latency: 300 * time.Millisecond})
	const groups, each = 3, 4
	for i := range each {
		for group := range groups {
			q.sendFIFO(t, prompt(fmt.Sprintf("%d-%d", group, i)), fmt.Sprint("group-", group), fmt.Sprintf("%d-%d", group, i))
		}
	}
	q.sendFIFO(t, prompt("0-0"), "group-0", "again") // the same job in another message
	q.sendFIFO(t, "poison", "group-1", "poison")
	begun := time.Now()
	p := startProgram(t, mototest.Shared(t).URL, quick(q, endpoint).with(settings{"RESULTS": answers}))
	p.awaitOutcome(t, "succeeded", groups*each+1)
	p.awaitOutcome(t, "dead_lettered", 1)
	if took := time.Since(begun); took < each*300*time.Millisecond {
		t.Errorf("%s for groups of %d: one was not in turn", took, each)
	}
	q.awaitEmpty(t)
	next := [groups]int{}
	for _, l := range q.drain(t, answers) {
		var group, i int
		if _, err := fmt.Sscanf(parseResult(t, l.body).ID, "%d-%d", &group, &i); err != nil {
			t.Fatal(err)
		}
		if i != next[group] {
			t.Errorf("group %d: result %d comes where %d should", group, i, next[group])
		}
		next[group]++
	}
	if next != [groups]int{each, each, each} {
		t.Errorf("results by group: %v, want %d each", next, each)
	}
	if letters := q.drain(t, q.deadLetters); len(letters) != 1 || letters[0].body != "poison" {
		t.Errorf("dead letters: %v", letters)
	}
}

func (q queues) sendFIFO(t *testing.T, body, group, deduplication string) {
	t.Helper()
	if _, err := sqs.NewFromConfig(q.Config).SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &q.url, MessageBody: &body, MessageGroupId: &group, MessageDeduplicationId: &deduplication,
	}); err != nil {
		t.Fatal(err)
	}
}

// The trace of a message's sender goes on through the consumer to the model
// server and the result, and the consumer's part of it to the collector.
func TestTraces(t *testing.T) {
	t.Parallel()
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	q := newQueues(t, 5, false)
	answers := q.create(t, "TestTraces-results", false, nil)
	var collected, asked recorder
	collector := httptest.NewServer(collected.before(http.NotFoundHandler()))
	defer collector.Close()
	model := httptest.NewServer(asked.before(vllmstub.New(vllmstub.Options{Models: []string{modelName}, MaxSequences: 1})))
	defer model.Close()
	p := startProgram(t, mototest.Shared(t).URL, quick(q, model.URL).with(settings{"RESULTS": answers, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL}))
	if _, err := sqs.NewFromConfig(q.Config).SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &q.url, MessageBody: aws.String(prompt("traced")),
		MessageAttributes: map[string]types.MessageAttributeValue{
			"traceparent": {DataType: aws.String("String"), StringValue: aws.String("00-" + trace + "-00f067aa0ba902b7-01")},
		},
	}); err != nil {
		t.Fatal(err)
	}
	p.awaitOutcome(t, "succeeded", 1)
	p.stop(t, 10*time.Second)
	if got := asked.header("/v1/chat/completions", "Traceparent"); !strings.HasPrefix(got, "00-"+trace+"-") {
		t.Errorf("the model server was asked with traceparent %q", got)
	}
	for _, want := range []string{"sqs-inference-consumer", "process TestTraces", "inference_consumer.outcome"} {
		if !strings.Contains(collected.body("/v1/traces"), want) {
			t.Errorf("the collector was not told of %q", want)
		}
	}
	out, err := sqs.NewFromConfig(q.Config).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &answers, MessageAttributeNames: []string{"All"}})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("results: %v, %v", out, err)
	}
	if got := aws.ToString(out.Messages[0].MessageAttributes["traceparent"].StringValue); !strings.HasPrefix(got, "00-"+trace+"-") {
		t.Errorf("the result has traceparent %q", got)
	}
}

// recorder remembers requests by their paths.
type recorder struct {
	mu      sync.Mutex
	headers map[string]http.Header
	bodies  map[string]string
}

func (r *recorder) before(next http.Handler) http.Handler {
	r.headers, r.bodies = map[string]http.Header{}, map[string]string{}
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		r.headers[request.URL.Path] = request.Header
		r.bodies[request.URL.Path] += string(body)
		r.mu.Unlock()
		request.Body = io.NopCloser(strings.NewReader(string(body)))
		next.ServeHTTP(w, request)
	})
}

func (r *recorder) header(path, name string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.headers[path].Get(name)
}

func (r *recorder) body(path string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bodies[path]
}
