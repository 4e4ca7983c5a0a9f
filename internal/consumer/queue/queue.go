// Package queue is the consumer's side of an SQS queue and its dead-letter
// queue.
package queue

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// API is what the consumer needs of SQS, which is also what its role must be
// allowed to do. *sqs.Client is one.
type API interface {
	GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	ChangeMessageVisibility(context.Context, *sqs.ChangeMessageVisibilityInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error)
	DeleteMessage(context.Context, *sqs.DeleteMessageInput, ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error)
	// SendMessage is for the dead-letter queue.
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// maxReceive is the most that SQS gives at once.
const maxReceive = 10

// Options are what a Queue is opened with.
type Options struct {
	URL string
	// DeadLetterURL is that of the dead-letter queue; when empty, the one of
	// the queue's redrive policy.
	DeadLetterURL string
	// Visibility is how long a received or extended message stays invisible.
	Visibility time.Duration
	// Wait is how long an empty queue is waited for (long polling).
	Wait time.Duration
}

// Queue is an open queue. Make one with Open.
type Queue struct {
	api     API
	options Options
	// maxReceives is the delivery after which SQS moves a message to the
	// dead-letter queue by itself, or 0 where it does not.
	maxReceives int
}

// Open reads how the queue deals with messages that fail. A queue without a
// dead-letter queue is an error: there would be no place for what can never
// succeed.
func Open(ctx context.Context, api API, options Options) (*Queue, error) {
	out, err := api.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &options.URL, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameRedrivePolicy},
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read the attributes of queue %s (the role needs sqs:GetQueueAttributes): %w", options.URL, err)
	}
	var redrive struct {
		Target      string      `json:"deadLetterTargetArn"`
		MaxReceives json.Number `json:"maxReceiveCount"`
	}
	if policy := out.Attributes[string(types.QueueAttributeNameRedrivePolicy)]; policy != "" {
		if err := json.Unmarshal([]byte(policy), &redrive); err != nil {
			return nil, fmt.Errorf("queue %s has a redrive policy that is not understood: %w", options.URL, err)
		}
	}
	q := &Queue{api: api, options: options}
	if redrive.MaxReceives != "" {
		if q.maxReceives, err = strconv.Atoi(redrive.MaxReceives.String()); err != nil {
			return nil, fmt.Errorf("queue %s has a redrive policy whose maxReceiveCount is no number: %w", options.URL, err)
		}
	}
	if q.options.DeadLetterURL == "" {
		if q.options.DeadLetterURL, err = besides(options.URL, redrive.Target); err != nil {
			return nil, err
		}
	}
	if q.FIFO() != isFIFO(q.options.DeadLetterURL) {
		return nil, fmt.Errorf("queue %s and its dead-letter queue %s are of different types: both must be FIFO queues or neither", options.URL, q.options.DeadLetterURL)
	}
	return q, nil
}

// besides is the URL of a dead-letter queue. SQS wants it in the Region and
// account of its queue, so their URLs differ in the name alone.
func besides(url, deadLetterARN string) (string, error) {
	if deadLetterARN == "" {
		return "", fmt.Errorf("queue %s has no dead-letter queue, and messages that can never succeed need one: give the queue a redrive policy, or name a dead-letter queue", url)
	}
	target, err := arn.Parse(deadLetterARN)
	if err != nil {
		return "", fmt.Errorf("queue %s has a redrive policy with a target that is no ARN: %w", url, err)
	}
	return url[:strings.LastIndexByte(url, '/')+1] + target.Resource, nil
}

// FIFO tells whether the queue keeps an order.
func (q *Queue) FIFO() bool { return isFIFO(q.options.URL) }

func isFIFO(url string) bool { return strings.HasSuffix(url, ".fifo") }

// LastDelivery tells whether SQS will not deliver the message again, but move
// it to the dead-letter queue without a reason.
func (q *Queue) LastDelivery(m Message) bool {
	return q.maxReceives > 0 && m.ReceiveCount >= q.maxReceives
}

// Receive waits for messages, n at the most. Of a FIFO queue it takes one: a
// batch may hold several of one group, and while the first is worked on the
// others would be held up, or overtake it.
func (q *Queue) Receive(ctx context.Context, n int) ([]Message, error) {
	input := &sqs.ReceiveMessageInput{
		QueueUrl:                    &q.options.URL,
		MaxNumberOfMessages:         int32(min(n, maxReceive)), //nolint:gosec // ten at the most
		WaitTimeSeconds:             seconds(q.options.Wait),
		VisibilityTimeout:           seconds(q.options.Visibility),
		MessageAttributeNames:       []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	}
	if q.FIFO() {
		input.MaxNumberOfMessages = 1
		// When the SDK tries again after a lost response, SQS answers with the
		// same messages instead of leaving their groups locked.
		input.ReceiveRequestAttemptId = aws.String(rand.Text())
	}
	out, err := q.api.ReceiveMessage(ctx, input)
	if err != nil {
		return nil, fmt.Errorf("receiving from queue %s: %w", q.options.URL, err)
	}
	received := time.Now()
	messages := make([]Message, len(out.Messages))
	for i, m := range out.Messages {
		messages[i] = newMessage(m, received)
	}
	return messages, nil
}

// Extend keeps the message invisible for the visibility timeout from now on.
func (q *Queue) Extend(ctx context.Context, m Message) error {
	return q.changeVisibility(ctx, m, q.options.Visibility)
}

// Release makes the message visible to all consumers after a delay.
func (q *Queue) Release(ctx context.Context, m Message, delay time.Duration) error {
	return q.changeVisibility(ctx, m, delay)
}

func (q *Queue) changeVisibility(ctx context.Context, m Message, d time.Duration) error {
	_, err := q.api.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &q.options.URL, ReceiptHandle: &m.handle, VisibilityTimeout: seconds(d),
	})
	if err != nil {
		return fmt.Errorf("changing the visibility of message %s: %w", m.ID, err)
	}
	return nil
}

// Delete removes the message, which has been dealt with.
func (q *Queue) Delete(ctx context.Context, m Message) error {
	_, err := q.api.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.options.URL, ReceiptHandle: &m.handle})
	if err != nil {
		return fmt.Errorf("deleting message %s: %w", m.ID, err)
	}
	return nil
}

// Lost tells from an error of Extend that the message is not this consumer's
// any more: it is visible, another one's, or gone.
func Lost(err error) bool {
	var (
		notInFlight *types.MessageNotInflight
		invalid     *types.ReceiptHandleIsInvalid
		noQueue     *types.QueueDoesNotExist
	)
	return errors.As(err, &notInFlight) || errors.As(err, &invalid) || errors.As(err, &noQueue)
}

// seconds rounds up, so that nothing is visible too early.
func seconds(d time.Duration) int32 {
	return int32((d + time.Second - 1) / time.Second) //nolint:gosec // twelve hours at the most
}
