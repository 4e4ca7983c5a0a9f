// Package worker takes messages from a queue, has a model server answer them,
// and settles each: a result, another try, or a dead-letter entry.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/consumer/model"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/queue"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/results"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/telemetry"
)

// errDrained is the cause with which work ends that the drain time was too
// short for.
var errDrained = errors.New("the drain time is over")

const (
	// receiveReserve is what a call may take beyond the time that SQS waits for
	// a message.
	receiveReserve = 30 * time.Second
	// receivePause and receivePauseLongest bound the pause after a call that
	// failed.
	receivePause        = time.Second
	receivePauseLongest = 30 * time.Second
	// beat is how often a loop that waits shows that it is alive.
	beat = time.Second
)

// Loop is a consumer's loop. All fields must be set.
type Loop struct {
	Queue   *queue.Queue
	Model   *model.Client
	Health  *model.Watch
	Results results.Sink
	Metrics *telemetry.Metrics
	Log     *slog.Logger
	Backoff Backoff

	QueueURL, ModelName string
	// Concurrency is how many inferences there are at a time. A message is
	// received when there is room for it: one that waits here is one that an
	// idle consumer does not get.
	Concurrency int
	// MaxInference is the longest that one answer may take.
	MaxInference time.Duration
	// Visibility is that of the queue's options, Wait too.
	Visibility, Wait time.Duration
	// Drain is how long work may go on when the consumer is to end.
	Drain      time.Duration
	LogPrompts bool

	draining atomic.Bool
	seen     atomic.Int64
}

// Run receives messages until ctx ends, then waits for what is under way, for
// the drain time at the most; what is not finished then goes back to the queue.
func (l *Loop) Run(ctx context.Context) {
	l.alive()
	work, interrupt := context.WithCancelCause(context.WithoutCancel(ctx))
	defer interrupt(nil)
	defer context.AfterFunc(ctx, func() {
		l.draining.Store(true)
		l.Log.Info("draining: no more messages are received", "in_flight_limit", l.Drain.String())
		time.AfterFunc(l.Drain, func() { interrupt(errDrained) })
	})()

	slots := newSlots(l.Concurrency)
	var busy sync.WaitGroup
	pause := receivePause
	for {
		n := l.acquire(ctx, slots)
		if n == 0 {
			break
		}
		messages, err := l.receive(work, n)
		slots.put(n - len(messages))
		for _, m := range messages {
			busy.Go(func() {
				place := &slot{of: slots}
				defer place.end()
				l.take(ctx, work, m, place)
			})
		}
		if err == nil {
			pause = receivePause
			continue
		}
		if work.Err() == nil {
			l.Metrics.ReceiveFailed()
			l.Log.Error("no messages can be received", "error", err, "next_try_in", pause.String())
		}
		l.sleep(ctx, pause)
		pause = min(2*pause, receivePauseLongest)
	}
	busy.Wait()
}

// take works on a message, unless the consumer is to end: somebody else can
// begin it at once.
func (l *Loop) take(ctx, work context.Context, m queue.Message, place *slot) {
	if ctx.Err() == nil {
		l.process(work, m, place)
		return
	}
	l.Metrics.Received(m.Sent, m.Received)
	d := l.settle(context.WithoutCancel(work), m, decision{
		outcome: returned, class: interrupted, err: ctx.Err(), detail: "the consumer ended before it began",
	}, func() {})
	l.Metrics.Settled(d.outcome, time.Since(m.Received))
	l.report(m, d)
}

// acquire waits for a healthy model server and a free slot, and takes as many
// as one call can fill. It returns none when ctx ended.
func (l *Loop) acquire(ctx context.Context, slots *slots) int {
	for _, ready := range []func() <-chan struct{}{l.Health.Ready, slots.one} {
		if !l.await(ctx, ready()) {
			return 0
		}
	}
	return 1 + slots.more(maxBatch-1)
}

// await returns false when ctx ended first.
func (l *Loop) await(ctx context.Context, ready <-chan struct{}) bool {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		l.alive()
		select {
		case <-ready:
			return ctx.Err() == nil
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
}

// receive does not end with the signal to drain: SQS may be handing out
// messages at that moment, which nobody could have until they are visible
// again.
func (l *Loop) receive(work context.Context, n int) ([]queue.Message, error) {
	ctx, cancel := context.WithTimeout(work, l.Wait+receiveReserve)
	defer cancel()
	messages, err := l.Queue.Receive(ctx, n)
	l.alive()
	return messages, err
}

func (l *Loop) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (l *Loop) alive() { l.seen.Store(time.Now().UnixNano()) }

// Idle is how long the loop has shown no sign of life. A loop that drains is
// bounded by the drain time and shows none, nor does one before Run.
func (l *Loop) Idle() time.Duration {
	seen := l.seen.Load()
	if seen == 0 || l.draining.Load() {
		return 0
	}
	return time.Since(time.Unix(0, seen))
}

// Draining tells whether the consumer is to end.
func (l *Loop) Draining() bool { return l.draining.Load() }
