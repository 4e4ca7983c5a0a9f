package generator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// batches refuses entries as SQS does, in an answer of status 200, which moto
// never gives.
type batches struct {
	refuse   func(call int, entry types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry
	calls    int
	received []types.SendMessageBatchRequestEntry
}

func (b *batches) SendMessageBatch(_ context.Context, in *sqs.SendMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	b.calls++
	out := &sqs.SendMessageBatchOutput{}
	for _, entry := range in.Entries {
		if b.refuse != nil {
			if failure := b.refuse(b.calls, entry); failure != nil {
				failure.Id = entry.Id
				out.Failed = append(out.Failed, *failure)
				continue
			}
		}
		b.received = append(b.received, entry)
		out.Successful = append(out.Successful, types.SendMessageBatchResultEntry{Id: entry.Id})
	}
	return out, nil
}

func (b *batches) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	b.calls++
	b.received = append(b.received, types.SendMessageBatchRequestEntry{
		MessageBody: in.MessageBody, MessageGroupId: in.MessageGroupId, MessageDeduplicationId: in.MessageDeduplicationId,
	})
	return &sqs.SendMessageOutput{}, nil
}

func newGenerator(api API, out *strings.Builder) *Generator {
	return &Generator{
		API: api, QueueURL: "https://sqs.us-west-2.amazonaws.com/1/q", Count: 50, Rate: 2, BatchSize: 1,
		Prompts: []string{"a", "b"}, Parameters: json.RawMessage(`{"max_tokens":100}`), Out: out,
	}
}

// The guide's Job: 50 prompts, half a second apart.
func TestDefaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		api := &batches{}
		begun := time.Now()
		if err := newGenerator(api, &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took != 49*500*time.Millisecond {
			t.Errorf("it took %s, want 24.5s", took)
		}
		ids := map[string]bool{}
		for i, entry := range api.received {
			var m message
			if err := json.Unmarshal([]byte(*entry.MessageBody), &m); err != nil {
				t.Fatal(err)
			}
			if m.Prompt != []string{"a", "b"}[i%2] || string(m.Parameters) != `{"max_tokens":100}` {
				t.Errorf("message %d is %s", i, *entry.MessageBody)
			}
			ids[m.ID] = true
		}
		if len(ids) != 50 {
			t.Errorf("%d different IDs, want 50", len(ids))
		}
		if !strings.HasSuffix(out.String(), "sent 50 of 50 messages in 24.5s (2.0/s), 0 refused\n") {
			t.Errorf("the last progress line is wrong:\n%s", out.String())
		}
	})
}

func TestBatches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		api := &batches{}
		g := newGenerator(api, &out)
		g.Count, g.BatchSize, g.Rate = 25, 10, 10
		begun := time.Now()
		if err := g.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if api.calls != 3 || len(api.received) != 25 {
			t.Errorf("%d messages in %d calls, want 25 in 3", len(api.received), api.calls)
		}
		// Ten, a second later ten, and half a second later five.
		if took := time.Since(begun); took != 1500*time.Millisecond {
			t.Errorf("it took %s, want 1.5s", took)
		}
	})
}

func TestRefusedEntries(t *testing.T) {
	t.Parallel()
	throttled := &types.BatchResultErrorEntry{Code: aws.String("ThrottlingException"), Message: aws.String("slow down")}
	tooLong := &types.BatchResultErrorEntry{Code: aws.String("MessageTooLong"), Message: aws.String("shorter"), SenderFault: true}
	for name, c := range map[string]struct {
		refuse  func(int, types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry
		sent    int
		failure string
	}{
		"once": {func(call int, e types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry {
			if call == 1 && *e.Id == "3" {
				return throttled
			}
			return nil
		}, 10, ""},
		"always": {func(_ int, e types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry {
			if *e.Id == "3" {
				return throttled
			}
			return nil
		}, 9, "9 of 10 messages were sent: SQS refused a message: ThrottlingException: slow down, 4 times in a row"},
		"for its own fault": {func(_ int, e types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry {
			if *e.Id == "3" {
				return tooLong
			}
			return nil
		}, 9, "9 of 10 messages were sent: SQS refused a message: MessageTooLong: shorter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var out strings.Builder
				api := &batches{refuse: c.refuse}
				g := newGenerator(api, &out)
				g.Count, g.BatchSize, g.Rate = 10, 10, 0
				err := g.Run(t.Context())
				if fmt.Sprint(err) != cmp.Or(c.failure, "<nil>") {
					t.Errorf("error %v, want %q", err, c.failure)
				}
				if len(api.received) != c.sent {
					t.Errorf("%d messages were sent, want %d", len(api.received), c.sent)
				}
			})
		})
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		err := newGenerator(&batches{}, &out).Run(ctx)
		if err == nil || !strings.Contains(err.Error(), "of 50 messages were sent: interrupted") {
			t.Errorf("error %v", err)
		}
	})
}

func TestFIFO(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	api := &batches{}
	g := newGenerator(api, &out)
	g.QueueURL, g.Count, g.Rate = g.QueueURL+".fifo", 2, 0
	if err := g.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if *api.received[0].MessageGroupId == *api.received[1].MessageGroupId || *api.received[0].MessageDeduplicationId == *api.received[1].MessageDeduplicationId {
		t.Error("two messages have one group or one deduplication ID")
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	good := Config{QueueURL: "https://sqs.us-west-2.amazonaws.com/1/q", Count: 50, Rate: 2, BatchSize: 1, Parameters: "{}"}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for text, change := range map[string]func(*Config){
		"queue-url":  func(c *Config) { c.QueueURL = "prompts" },
		"count":      func(c *Config) { c.Count = 0 },
		"rate":       func(c *Config) { c.Rate = -1 },
		"batch-size": func(c *Config) { c.BatchSize = 11 },
		"parameters": func(c *Config) { c.Parameters = "[]" },
	} {
		bad := good
		change(&bad)
		if err := bad.Validate(); err == nil || !strings.HasPrefix(err.Error(), text) {
			t.Errorf("%s: error %v", text, err)
		}
	}
}
