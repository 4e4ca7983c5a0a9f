package aws

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Create makes a queue, or takes over one that an interrupted apply left, which
// Apply then brings to what is wanted. The ARN is the one that the queue will
// have. Errors: an *ExistsError for a queue of somebody else.
func (q *Queues) Create(ctx context.Context, wanted Queue, arn string) (live *LiveQueue, adopted bool, err error) {
	live, err = q.Find(ctx, wanted.Name)
	if err == nil {
		if reason := notLeftByUs(live.Tags, q.owner, live.created(), q.now()); reason != "" {
			return nil, false, &ExistsError{Object: wanted.object(), Reason: reason}
		}
		return live, true, nil
	}
	if !IsGone(err) {
		return nil, false, err
	}
	live, err = q.make(ctx, wanted, arn)
	return live, false, err
}

// Ensure makes a queue if there is none. It is for a queue that this
// configuration is known to have made.
func (q *Queues) Ensure(ctx context.Context, wanted Queue, arn string) (*LiveQueue, error) {
	live, err := q.Find(ctx, wanted.Name)
	if err != nil && IsGone(err) {
		return q.make(ctx, wanted, arn)
	}
	return live, err
}

func (q *Queues) make(ctx context.Context, wanted Queue, arn string) (*LiveQueue, error) {
	attributes := wanted.attributes(arn)
	// It names queues that may not exist yet. Apply adds it when they do.
	delete(attributes, string(types.QueueAttributeNameRedriveAllowPolicy))
	if wanted.IsFIFO() {
		attributes[string(types.QueueAttributeNameFifoQueue)] = "true"
	}
	_, err := retry(ctx, q.budgets.deletedRecently, wasDeletedRecently, func(ctx context.Context) (*sqs.CreateQueueOutput, error) {
		return q.api.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &wanted.Name, Attributes: attributes, Tags: owned(wanted.Tags, q.owner)})
	})
	if err != nil {
		return nil, about(wanted.object(), err)
	}
	return retry(ctx, q.budgets.visible, IsGone, func(ctx context.Context) (*LiveQueue, error) { return q.Find(ctx, wanted.Name) })
}

// wasDeletedRecently is a name that is not free yet. SQS' two protocols write
// the code with and without its namespace.
func wasDeletedRecently(err error) bool {
	return strings.HasSuffix(codeOf(err), "QueueDeletedRecently")
}

// Apply brings a queue to what is wanted, and returns it once SQS shows it so.
// Former are the tags that the configuration set before.
func (q *Queues) Apply(ctx context.Context, live *LiveQueue, wanted Queue, former map[string]string) (*LiveQueue, error) {
	if err := q.tag(ctx, live, wanted, former); err != nil {
		return nil, about(wanted.object(), err)
	}
	differing := wanted.differing(live)
	if len(differing) == 0 {
		return live, nil
	}
	attributes := wanted.attributes(live.ARN)
	if wanted.Key == nil && live.KeyARN() != "" {
		attributes[string(types.QueueAttributeNameKmsMasterKeyId)] = ""
	}
	if _, err := retry(ctx, q.budgets.visible, IsGone, func(ctx context.Context) (*sqs.SetQueueAttributesOutput, error) {
		return q.api.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &live.URL, Attributes: attributes})
	}); err != nil {
		return nil, about(wanted.object(), err)
	}
	return q.await(ctx, wanted, slices.Contains(differing, string(types.QueueAttributeNameMessageRetentionPeriod)))
}

// await waits until SQS shows what was set. Nothing of the apply depends on the
// redrive-allow policy, and not every endpoint shows it: it is not waited for.
func (q *Queues) await(ctx context.Context, wanted Queue, retention bool) (*LiveQueue, error) {
	budget := q.budgets.attributes
	if retention {
		budget = q.budgets.retention
	}
	var latest *LiveQueue
	err := settle(ctx, budget, q.budgets.reads, func(ctx context.Context) (bool, error) {
		live, err := q.Find(ctx, wanted.Name)
		if err != nil {
			return false, err
		}
		latest = live
		awaited := slices.DeleteFunc(wanted.differing(live), func(name string) bool {
			return name == string(types.QueueAttributeNameRedriveAllowPolicy)
		})
		return len(awaited) == 0, nil
	})
	return latest, about(wanted.object(), err)
}

func (q *Queues) tag(ctx context.Context, live *LiveQueue, wanted Queue, former map[string]string) error {
	set, remove := tagChanges(live.Tags, former, owned(wanted.Tags, q.owner))
	if len(set) > 0 {
		if _, err := q.api.TagQueue(ctx, &sqs.TagQueueInput{QueueUrl: &live.URL, Tags: set}); err != nil {
			return err
		}
	}
	if len(remove) > 0 {
		if _, err := q.api.UntagQueue(ctx, &sqs.UntagQueueInput{QueueUrl: &live.URL, TagKeys: remove}); err != nil {
			return err
		}
	}
	if live.Tags == nil {
		live.Tags = map[string]string{}
	}
	maps.Copy(live.Tags, set)
	return nil
}

// Delete deletes a queue with the messages in it and waits until it is gone,
// which it is too when there was none.
func (q *Queues) Delete(ctx context.Context, live *LiveQueue) error {
	if _, err := q.api.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &live.URL}); err != nil && !IsGone(err) {
		return about(queueObject(live.Name), err)
	}
	err := settle(ctx, q.budgets.deleted, q.budgets.reads, func(ctx context.Context) (bool, error) {
		_, err := q.Find(ctx, live.Name)
		if err != nil && IsGone(err) {
			return true, nil
		}
		return false, err
	})
	return about(queueObject(live.Name), err)
}

// IsMine reports whether the queue has the owner's mark.
func (q *Queues) IsMine(live *LiveQueue) bool { return live.Tags[OwnerTag] == q.owner }

// Messages is how many messages a queue has.
type Messages struct{ Visible, InFlight, Delayed int64 }

// Total is all of them.
func (m Messages) Total() int64 { return m.Visible + m.InFlight + m.Delayed }

// AwaitEmpty returns how many messages the queue has, once it has none or the
// counts can be trusted: they are approximate, and may name messages that are
// gone.
func (q *Queues) AwaitEmpty(ctx context.Context, live *LiveQueue) (Messages, error) {
	var count Messages
	err := settle(ctx, q.budgets.counts, 1, func(ctx context.Context) (bool, error) {
		out, err := q.api.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &live.URL, AttributeNames: []types.QueueAttributeName{
			types.QueueAttributeNameApproximateNumberOfMessages,
			types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
			types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
		}})
		if err != nil && IsGone(err) {
			count = Messages{}
			return true, nil
		}
		if err != nil {
			return false, err
		}
		counted := &LiveQueue{Attributes: out.Attributes}
		count = Messages{
			Visible:  counted.Seconds(types.QueueAttributeNameApproximateNumberOfMessages),
			InFlight: counted.Seconds(types.QueueAttributeNameApproximateNumberOfMessagesNotVisible),
			Delayed:  counted.Seconds(types.QueueAttributeNameApproximateNumberOfMessagesDelayed),
		}
		return count.Total() == 0, nil
	})
	if isNotYet(err) {
		err = nil
	}
	return count, about(queueObject(live.Name), err)
}
