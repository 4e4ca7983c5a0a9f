package consumer_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/mototest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/vllmstub"
)

// Whatever happens to consumers and the model server, each message has one
// result, or a dead-letter entry with the reason. It is not parallel to others:
// with so many messages moto is too slow for their short visibility timeouts.
func TestNothingIsLost(t *testing.T) {
	const (
		messages  = 300
		bad       = 15 // of them the model server refuses
		consumers = 5
	)
	// Deaths count as deliveries. This many at once do not happen.
	q := newQueues(t, 50, false)
	bucket := q.bucket(t, "nothing-is-lost")
	stub, endpoint := startStub(t, vllmstub.Options{Latency: 500 * time.Millisecond, FailureRate: 0.1})
	s := quick(q, endpoint).with(settings{"RESULTS": "s3://" + bucket + "/results", "CONCURRENCY": "4", "VISIBILITY_TIMEOUT": "10s", "MAX_RETRY_DELAY": "2s"})
	for i := range messages {
		id := fmt.Sprintf("job-%03d", i)
		if i%(messages/bad) == 0 {
			q.send(t, refused(id))
			continue
		}
		q.send(t, prompt(id))
	}

	crowd := newCrowd(t, mototest.Shared(t).URL, s, consumers)
	crowd.harass(t, func() bool {
		visible, inFlight := q.depth(t)
		return visible+inFlight == 0
	})
	q.awaitEmpty(t)

	results := q.results(t, bucket)
	letters := map[string]int{}
	for _, l := range q.drain(t, q.deadLetters) {
		if l.reason != "rejected" || !strings.Contains(l.detail, "HTTP status 400") {
			t.Errorf("a dead letter says %q: %q", l.reason, l.detail)
		}
		letters[l.body]++
	}
	for i := range messages {
		id := fmt.Sprintf("job-%03d", i)
		_, succeeded := results[id]
		if deadLettered := letters[refused(id)] > 0; succeeded == deadLettered {
			t.Errorf("%s: a result %t, a dead letter %t, want one of them", id, succeeded, deadLettered)
		}
	}
	if len(results) != messages-bad || len(letters) != bad {
		t.Errorf("%d results and %d dead letters, want %d and %d", len(results), len(letters), messages-bad, bad)
	}
	if crowd.terminated == 0 || crowd.killed == 0 {
		t.Errorf("%d consumers were terminated and %d killed: the test shows nothing", crowd.terminated, crowd.killed)
	}
	outcomes := crowd.outcomes(t)
	t.Logf("%d messages, %d consumers terminated and %d killed on the way: %d results, %d messages dead-lettered in %d entries; "+
		"%d requests to the model server, so %d repeats; %d results were there already; outcomes %v",
		messages, crowd.terminated, crowd.killed, len(results), len(letters), sum(letters),
		stub.Requests(), stub.Requests()-messages, crowd.repeated(t), outcomes)
}

func sum(counts map[string]int) (total int) {
	for _, n := range counts {
		total += n
	}
	return total
}

// crowd is a number of consumers, each of which is replaced when it ends.
type crowd struct {
	endpoint           string
	settings           settings
	now, all           []*program
	terminated, killed int
}

func newCrowd(t *testing.T, endpoint string, s settings, n int) *crowd {
	t.Helper()
	c := &crowd{endpoint: endpoint, settings: s}
	for range n {
		c.now = append(c.now, c.start(t))
	}
	return c
}

func (c *crowd) start(t *testing.T) *program {
	t.Helper()
	p := startProgram(t, c.endpoint, c.settings)
	c.all = append(c.all, p)
	return p
}

// harassLimit is several times what 300 messages take.
const harassLimit = 6 * time.Minute

// harass ends consumers at random, in turn by SIGTERM and by SIGKILL, until the
// work is done.
func (c *crowd) harass(t *testing.T, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), harassLimit)
	defer cancel()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the queue is not empty after %s", harassLimit)
		}
		i := rand.IntN(len(c.now))
		victim := c.now[i]
		if (c.terminated+c.killed)%2 == 0 {
			victim.signal(syscall.SIGTERM)
			c.terminated++
		} else {
			victim.signal(syscall.SIGKILL)
			c.killed++
		}
		// Others go on meanwhile, as with a Deployment.
		c.now[i] = c.start(t)
	}
}

func (c *crowd) outcomes(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, p := range c.all {
		for outcome, n := range p.outcomes(t) {
			counts[outcome] += n
		}
	}
	return counts
}

// repeated is how many results were there already.
func (c *crowd) repeated(t *testing.T) (n int) {
	t.Helper()
	for _, p := range c.all {
		for _, r := range p.records(t) {
			if strings.HasPrefix(r.Msg, "the result was there already") {
				n++
			}
		}
	}
	return n
}
