package aws

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// FIFOSuffix ends the name of a FIFO queue, and of no other.
const FIFOSuffix = ".fifo"

// Queue is what the provider sets of a queue that it makes. Every queue is
// encrypted and refuses requests without TLS.
type Queue struct {
	// Name decides by FIFOSuffix which kind of queue it is.
	Name string
	// VisibilityTimeout, ReceiveWait and Retention are in seconds.
	VisibilityTimeout, ReceiveWait, Retention int64
	// ContentBasedDeduplication is for a FIFO queue.
	ContentBasedDeduplication bool
	// Key is the customer's key; nil means a key of SQS' own (SSE-SQS).
	Key *Key
	// Redrive is where messages go that were received too often; nil for a
	// dead-letter queue.
	Redrive *Redrive
	// RedriveFrom are the ARNs of the only queues that may have this one as their
	// dead-letter queue; none means that it is not said.
	RedriveFrom []string
	// Tags are all but the owner's mark.
	Tags map[string]string
}

// Key is a customer's KMS key.
type Key struct {
	ARN string
	// Reuse is for how many seconds SQS reuses a data key before it asks KMS again.
	Reuse int64
}

// Redrive is a queue's redrive policy.
type Redrive struct {
	DeadLetterARN string
	// MaxReceiveCount is how often a message is received before it is moved.
	MaxReceiveCount int64
}

// IsFIFO reports which kind of queue it is.
func (q Queue) IsFIFO() bool { return strings.HasSuffix(q.Name, FIFOSuffix) }

func (q Queue) object() string { return queueObject(q.Name) }

func queueObject(name string) string { return fmt.Sprintf("SQS queue %q", name) }

// LiveQueue is a queue as SQS describes it.
type LiveQueue struct {
	Name, URL, ARN string
	// Attributes are by SQS' names.
	Attributes map[string]string
	Tags       map[string]string
}

// Seconds returns an attribute that is a number, or 0.
func (l *LiveQueue) Seconds(name types.QueueAttributeName) int64 {
	seconds, err := strconv.ParseInt(l.Attributes[string(name)], 10, 64)
	if err != nil {
		return 0
	}
	return seconds
}

// KeyARN is the customer's key, or nothing.
func (l *LiveQueue) KeyARN() string {
	return l.Attributes[string(types.QueueAttributeNameKmsMasterKeyId)]
}

// Redrive is the redrive policy, or nil.
func (l *LiveQueue) Redrive() *Redrive {
	return parseRedrive(l.Attributes[string(types.QueueAttributeNameRedrivePolicy)])
}

// Reports tells whether SQS said anything about an attribute.
func (l *LiveQueue) Reports(name types.QueueAttributeName) bool {
	return l.Attributes[string(name)] != ""
}

// created is when the queue was made, or the beginning of time if SQS does not
// say. Some endpoints give fractions of a second.
func (l *LiveQueue) created() time.Time {
	seconds, err := strconv.ParseFloat(l.Attributes[string(types.QueueAttributeNameCreatedTimestamp)], 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0)
}

// queueAPI is what is used of SQS.
type queueAPI interface {
	CreateQueue(context.Context, *sqs.CreateQueueInput, ...func(*sqs.Options)) (*sqs.CreateQueueOutput, error)
	DeleteQueue(context.Context, *sqs.DeleteQueueInput, ...func(*sqs.Options)) (*sqs.DeleteQueueOutput, error)
	GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
	GetQueueUrl(context.Context, *sqs.GetQueueUrlInput, ...func(*sqs.Options)) (*sqs.GetQueueUrlOutput, error)
	ListQueueTags(context.Context, *sqs.ListQueueTagsInput, ...func(*sqs.Options)) (*sqs.ListQueueTagsOutput, error)
	SetQueueAttributes(context.Context, *sqs.SetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.SetQueueAttributesOutput, error)
	TagQueue(context.Context, *sqs.TagQueueInput, ...func(*sqs.Options)) (*sqs.TagQueueOutput, error)
	UntagQueue(context.Context, *sqs.UntagQueueInput, ...func(*sqs.Options)) (*sqs.UntagQueueOutput, error)
}

// Queues works on the SQS queues of an account and Region.
type Queues struct {
	api     queueAPI
	owner   string
	now     func() time.Time
	budgets queueBudgets
}

// Queues returns what works on queues. The owner is the provider's field
// manager, which marks what it makes. Errors: those of [Account.Config].
func (a *Account) Queues(ctx context.Context, owner string) (*Queues, error) {
	client, err := a.SQS(ctx)
	if err != nil {
		return nil, err
	}
	return &Queues{api: client, owner: owner, now: time.Now, budgets: defaultQueueBudgets}, nil
}

// Find reads a queue of the account by its name. Errors: IsGone reports whether
// there is none.
func (q *Queues) Find(ctx context.Context, name string) (*LiveQueue, error) {
	live, err := q.describe(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	if err != nil {
		return nil, err
	}
	tags, err := q.api.ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: &live.URL})
	if err != nil {
		return nil, about(queueObject(name), err)
	}
	live.Tags = tags.Tags
	return live, nil
}

// Bound reads a queue that somebody else made, by name and account. It reads no
// tags, which need not be allowed.
func (q *Queues) Bound(ctx context.Context, name, accountID string) (*LiveQueue, error) {
	return q.describe(ctx, &sqs.GetQueueUrlInput{QueueName: &name, QueueOwnerAWSAccountId: &accountID})
}

func (q *Queues) describe(ctx context.Context, which *sqs.GetQueueUrlInput) (*LiveQueue, error) {
	found, err := q.api.GetQueueUrl(ctx, which)
	if err != nil {
		return nil, about(queueObject(*which.QueueName), err)
	}
	out, err := q.api.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: found.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		return nil, about(queueObject(*which.QueueName), err)
	}
	return &LiveQueue{
		Name: *which.QueueName, URL: aws.ToString(found.QueueUrl), Attributes: out.Attributes,
		ARN: out.Attributes[string(types.QueueAttributeNameQueueArn)],
	}, nil
}
