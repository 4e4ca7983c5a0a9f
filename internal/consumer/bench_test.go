package consumer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/mototest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/vllmstub"
)

// One consumer with eight slots, and answers that take a second: eight a second
// would be no overhead at all.
func BenchmarkThroughput(b *testing.B) {
	const (
		concurrency = 8
		rounds      = 10
		// waiting messages keep the queue from being empty. moto takes the
		// longer for each call the more there are, as SQS does not.
		waiting = 2 * concurrency
	)
	for b.Loop() {
		q := newQueues(b, 5, false)
		stub, endpoint := startStub(b, vllmstub.Options{Latency: time.Second})
		for sent := range waiting {
			q.send(b, prompt(fmt.Sprint(sent)))
		}
		p := startProgram(b, mototest.Shared(b).URL, quick(q, endpoint).with(settings{"CONCURRENCY": fmt.Sprint(concurrency), "VISIBILITY_TIMEOUT": "30s"}))
		var begun time.Time
		for sent := waiting; sent < concurrency*rounds; sent++ {
			await(b, "room in the queue", func() error {
				requests := stub.Requests()
				if requests > 0 && begun.IsZero() {
					begun = time.Now()
				}
				if sent-requests >= waiting {
					return fmt.Errorf("%d messages wait", sent-requests)
				}
				return nil
			})
			q.send(b, prompt(fmt.Sprint(sent)))
		}
		p.awaitOutcome(b, "succeeded", concurrency*rounds)
		b.ReportMetric(concurrency*rounds/time.Since(begun).Seconds(), "requests/s")
		b.ReportMetric(p.peakMemory(b), "MiB")
		p.stop(b, 20*time.Second)
	}
}
