// Package generator sends prompts to an SQS queue: the program prompt-generator.
package generator

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/time/rate"
)

const (
	// tries is how often an entry is sent that SQS did not take through no fault
	// of the entry's. The SDK tries whole calls again by itself.
	tries = 4
	// retryPause is the pause before the second try, twice as long before each
	// further one.
	retryPause = time.Second
	// progressEvery is how often a progress line is written.
	progressEvery = time.Second
)

// API is what the generator needs of SQS, which is also what its role must be
// allowed to do. *sqs.Client is one.
type API interface {
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
	// SendMessageBatch is allowed by sqs:SendMessage too.
	SendMessageBatch(context.Context, *sqs.SendMessageBatchInput, ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
}

// Generator sends prompts. Its fields are those of Config.
type Generator struct {
	API        API
	QueueURL   string
	Count      int
	Rate       float64
	BatchSize  int
	Prompts    []string
	Parameters json.RawMessage
	// Out takes progress lines.
	Out io.Writer

	sent, refused int
	reported      time.Time
}

// message is what is sent, in the format of the inference consumer.
type message struct {
	ID         string          `json:"id"`
	Prompt     string          `json:"prompt"`
	Parameters json.RawMessage `json:"parameters,omitempty"`
}

// Run sends everything, and fails unless SQS has taken all of it.
func (g *Generator) Run(ctx context.Context) error {
	limit := rate.Inf
	if g.Rate > 0 {
		limit = rate.Limit(g.Rate)
	}
	limiter := rate.NewLimiter(limit, g.BatchSize)
	// A full bucket would send the first batch and the second one together.
	limiter.AllowN(time.Now(), g.BatchSize)
	run, begun := strings.ToLower(rand.Text()[:8]), time.Now()
	for first := 0; first < g.Count; first += g.BatchSize {
		n := min(g.BatchSize, g.Count-first)
		if first > 0 {
			if err := limiter.WaitN(ctx, n); err != nil {
				return g.end(begun, fmt.Errorf("interrupted: %w", err))
			}
		}
		if err := g.send(ctx, g.entries(run, first, n)); err != nil {
			return g.end(begun, err)
		}
		if time.Since(g.reported) >= progressEvery {
			g.report(begun)
		}
	}
	return g.end(begun, nil)
}

func (g *Generator) end(begun time.Time, err error) error {
	g.report(begun)
	if err == nil && g.sent < g.Count {
		err = errors.New("SQS did not take every message")
	}
	if err != nil {
		return fmt.Errorf("%d of %d messages were sent: %w", g.sent, g.Count, err)
	}
	return nil
}

func (g *Generator) report(begun time.Time) {
	g.reported = time.Now()
	took := g.reported.Sub(begun)
	_, _ = fmt.Fprintf(g.Out, "sent %d of %d messages in %s (%.1f/s), %d refused\n",
		g.sent, g.Count, took.Round(time.Millisecond), float64(g.sent)/max(took.Seconds(), 0.001), g.refused)
}

func (g *Generator) entries(run string, first, n int) []types.SendMessageBatchRequestEntry {
	entries := make([]types.SendMessageBatchRequestEntry, n)
	for i := range entries {
		number := first + i
		id := fmt.Sprintf("%s-%05d", run, number+1)
		body, err := json.Marshal(message{ID: id, Prompt: g.Prompts[number%len(g.Prompts)], Parameters: g.Parameters})
		if err != nil {
			panic(err) // strings, and JSON that was checked
		}
		entries[i] = types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String(string(body))}
		if strings.HasSuffix(g.QueueURL, ".fifo") {
			// A group of its own: the prompts do not depend on each other.
			entries[i].MessageGroupId, entries[i].MessageDeduplicationId = &id, &id
		}
	}
	return entries
}

// send sends one message or a batch.
func (g *Generator) send(ctx context.Context, entries []types.SendMessageBatchRequestEntry) error {
	if len(entries) > 1 {
		return g.sendBatch(ctx, entries)
	}
	entry := entries[0]
	_, err := g.API.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &g.QueueURL, MessageBody: entry.MessageBody,
		MessageGroupId: entry.MessageGroupId, MessageDeduplicationId: entry.MessageDeduplicationId,
	})
	if err != nil {
		g.refused++
		return g.failed(err)
	}
	g.sent++
	return nil
}

// failed is the error of a call.
func (g *Generator) failed(err error) error {
	return fmt.Errorf("sending to queue %s (the role needs sqs:SendMessage): %w", g.QueueURL, err)
}

// sendBatch sends a batch, and again what SQS did not take of it: a batch call
// succeeds whatever becomes of its entries.
func (g *Generator) sendBatch(ctx context.Context, entries []types.SendMessageBatchRequestEntry) error {
	var last error
	for try := range tries {
		if try > 0 && !sleep(ctx, retryPause<<(try-1)) {
			return ctx.Err()
		}
		out, err := g.API.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &g.QueueURL, Entries: entries})
		if err != nil {
			return g.failed(err)
		}
		g.sent += len(out.Successful)
		entries, last = g.again(entries, out.Failed)
		if len(entries) == 0 {
			return last
		}
	}
	g.refused += len(entries)
	return fmt.Errorf("%w, %d times in a row", last, tries)
}

// again finds the entries worth another try. Those that are at fault themselves
// are not: the error is about one of them.
func (g *Generator) again(entries []types.SendMessageBatchRequestEntry, failed []types.BatchResultErrorEntry) (rest []types.SendMessageBatchRequestEntry, err error) {
	for _, failure := range failed {
		err = fmt.Errorf("SQS refused a message: %s: %s", aws.ToString(failure.Code), aws.ToString(failure.Message))
		if failure.SenderFault {
			g.refused++
			continue
		}
		for _, entry := range entries {
			if aws.ToString(entry.Id) == aws.ToString(failure.Id) {
				rest = append(rest, entry)
			}
		}
	}
	return rest, err
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
