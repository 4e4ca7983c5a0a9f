package aws

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

// slowSQS is an SQS with one queue, which shows what happened only after some
// answers more, as the real one does. It is for what the local stack's SQS, whose
// answers are never late, cannot show.
type slowSQS struct {
	queueAPI

	exists     bool
	attributes map[string]string
	tags       map[string]string
	// recentlyDeleted is how many creations are refused; invisible is for how many
	// answers a new queue does not exist yet, stale for how many the attributes are
	// those from before, and lingering for how many a deleted queue is still there.
	recentlyDeleted, invisible, stale, lingering int
	// hidden is an attribute that is accepted and never shown.
	hidden string
	before map[string]string
	calls  []string
}

var errNoQueue = &types.QueueDoesNotExist{}

func (s *slowSQS) CreateQueue(_ context.Context, in *sqs.CreateQueueInput, _ ...func(*sqs.Options)) (*sqs.CreateQueueOutput, error) {
	s.calls = append(s.calls, "CreateQueue")
	if s.recentlyDeleted > 0 {
		s.recentlyDeleted--
		return nil, &smithy.OperationError{ServiceID: "SQS", OperationName: "CreateQueue", Err: &types.QueueDeletedRecently{}}
	}
	s.exists, s.tags = true, in.Tags
	s.attributes = map[string]string{"QueueArn": testQueue, "CreatedTimestamp": strconv.FormatInt(time.Now().Unix(), 10)}
	maps.Copy(s.attributes, in.Attributes)
	url := "https://sqs.example.com/123456789012/prompts"
	return &sqs.CreateQueueOutput{QueueUrl: &url}, nil
}

func (s *slowSQS) GetQueueUrl(context.Context, *sqs.GetQueueUrlInput, ...func(*sqs.Options)) (*sqs.GetQueueUrlOutput, error) {
	if !s.exists {
		if s.lingering == 0 {
			return nil, errNoQueue
		}
		s.lingering--
	} else if s.invisible > 0 && slices.Contains(s.calls, "CreateQueue") {
		s.invisible--
		return nil, errNoQueue
	}
	url := "https://sqs.example.com/123456789012/prompts"
	return &sqs.GetQueueUrlOutput{QueueUrl: &url}, nil
}

func (s *slowSQS) GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput, ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	shown := maps.Clone(s.attributes)
	if s.before != nil && s.stale > 0 {
		s.stale--
		shown = maps.Clone(s.before)
	}
	delete(shown, s.hidden)
	return &sqs.GetQueueAttributesOutput{Attributes: shown}, nil
}

func (s *slowSQS) SetQueueAttributes(_ context.Context, in *sqs.SetQueueAttributesInput, _ ...func(*sqs.Options)) (*sqs.SetQueueAttributesOutput, error) {
	s.calls = append(s.calls, "SetQueueAttributes")
	s.before = maps.Clone(s.attributes)
	maps.Copy(s.attributes, in.Attributes)
	return &sqs.SetQueueAttributesOutput{}, nil
}

func (s *slowSQS) ListQueueTags(context.Context, *sqs.ListQueueTagsInput, ...func(*sqs.Options)) (*sqs.ListQueueTagsOutput, error) {
	return &sqs.ListQueueTagsOutput{Tags: maps.Clone(s.tags)}, nil
}

func (s *slowSQS) TagQueue(_ context.Context, in *sqs.TagQueueInput, _ ...func(*sqs.Options)) (*sqs.TagQueueOutput, error) {
	s.calls = append(s.calls, "TagQueue")
	maps.Copy(s.tags, in.Tags)
	return &sqs.TagQueueOutput{}, nil
}

func (s *slowSQS) UntagQueue(_ context.Context, in *sqs.UntagQueueInput, _ ...func(*sqs.Options)) (*sqs.UntagQueueOutput, error) {
	s.calls = append(s.calls, "UntagQueue")
	for _, key := range in.TagKeys {
		delete(s.tags, key)
	}
	return &sqs.UntagQueueOutput{}, nil
}

func (s *slowSQS) DeleteQueue(context.Context, *sqs.DeleteQueueInput, ...func(*sqs.Options)) (*sqs.DeleteQueueOutput, error) {
	s.calls = append(s.calls, "DeleteQueue")
	if !s.exists {
		return nil, errNoQueue
	}
	s.exists = false
	return &sqs.DeleteQueueOutput{}, nil
}

const testOwner = "terraform-provider-keda"

// queuesOn are queues whose budgets a test lives to see the end of.
func queuesOn(api queueAPI) *Queues {
	const budget = 5 * time.Second
	return &Queues{api: api, owner: testOwner, now: time.Now, budgets: queueBudgets{
		deletedRecently: budget, visible: budget, attributes: budget, retention: budget, deleted: budget, counts: 2 * time.Second, reads: 2,
	}}
}

// wantedQueue is a queue with the given changes.
func wantedQueue(changes ...func(*Queue)) Queue {
	queue := Queue{
		Name: "prompts", VisibilityTimeout: 130, ReceiveWait: 20, Retention: 345600,
		Redrive: &Redrive{DeadLetterARN: testDeadLetter, MaxReceiveCount: 5}, Tags: map[string]string{"team": "a"},
	}
	for _, change := range changes {
		change(&queue)
	}
	return queue
}

func TestQueueIsMadeOnceItsNameIsFree(t *testing.T) {
	t.Parallel()
	api := &slowSQS{recentlyDeleted: 2, invisible: 1}
	live, adopted, err := queuesOn(api).Create(t.Context(), wantedQueue(), testQueue)
	if err != nil || adopted || live.Tags[OwnerTag] != testOwner || live.Tags["team"] != "a" {
		t.Fatalf("%+v, %t, %v", live, adopted, err)
	}
	if _, err := queuesOn(api).Apply(t.Context(), live, wantedQueue(), nil); err != nil {
		t.Fatal(err)
	}
	if want := []string{"CreateQueue", "CreateQueue", "CreateQueue"}; !slices.Equal(api.calls, want) {
		t.Errorf("calls %q, want %q", api.calls, want)
	}
}

func TestQueueThatExists(t *testing.T) {
	t.Parallel()
	young, old := strconv.FormatInt(time.Now().Add(-time.Hour).Unix(), 10), strconv.FormatInt(time.Now().Add(-25*time.Hour).Unix(), 10)
	for name, test := range map[string]struct {
		tags    map[string]string
		created string
		want    string
	}{
		"of an apply that was cut off": {map[string]string{OwnerTag: testOwner}, young, ""},
		"with a fraction of a second":  {map[string]string{OwnerTag: testOwner}, young + ".75", ""},
		"of an old apply":              {map[string]string{OwnerTag: testOwner}, old, "too long ago"},
		"of another owner":             {map[string]string{OwnerTag: "other"}, young, `is "other"`},
		"of nobody":                    {nil, young, "it has no tag"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &slowSQS{exists: true, tags: test.tags, attributes: map[string]string{"QueueArn": testQueue, "CreatedTimestamp": test.created}}
			_, adopted, err := queuesOn(api).Create(t.Context(), wantedQueue(), testQueue)
			if test.want == "" && (err != nil || !adopted) {
				t.Errorf("not adopted: %v", err)
			}
			var exists *ExistsError
			if test.want != "" && (!errors.As(err, &exists) || !strings.Contains(exists.Reason, test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if len(api.calls) > 0 {
				t.Errorf("calls %q", api.calls)
			}
		})
	}
}

// TestQueueIsBroughtToWhatIsWanted changes everything, and waits until SQS shows
// it, but for a policy that it never shows.
func TestQueueIsBroughtToWhatIsWanted(t *testing.T) {
	t.Parallel()
	api := &slowSQS{}
	queues := queuesOn(api)
	live, _, err := queues.Create(t.Context(), wantedQueue(), testQueue)
	if err != nil {
		t.Fatal(err)
	}
	api.stale, api.hidden = 3, "RedriveAllowPolicy"
	changed := wantedQueue(func(q *Queue) {
		q.VisibilityTimeout, q.Redrive, q.RedriveFrom = 300, nil, []string{testQueue}
		q.Key, q.Tags = &Key{ARN: testKey, Reuse: 300}, map[string]string{"stage": "b"}
	})
	after, err := queues.Apply(t.Context(), live, changed, map[string]string{"team": "a"})
	if err != nil {
		t.Fatal(err)
	}
	if api.stale > 0 || after.Attributes["VisibilityTimeout"] != "300" || after.KeyARN() != testKey {
		t.Errorf("it did not wait: %+v", after.Attributes)
	}
	if _, kept := api.tags["team"]; kept || api.tags["stage"] != "b" || api.tags[OwnerTag] != testOwner {
		t.Errorf("tags %v", api.tags)
	}
	if found := changed.Differences(after, testOwner, false); len(found) > 0 {
		t.Errorf("a policy that SQS does not show counts as drift: %q", found)
	}
	if found := changed.Differences(after, testOwner, true); len(found) != 1 || !strings.Contains(found[0], "RedriveAllowPolicy was changed to nothing") {
		t.Errorf("a policy that SQS has shown before is missing: %q", found)
	}
}

// What SQS writes in another way is no difference.
func TestAttributesAreComparedByMeaning(t *testing.T) {
	t.Parallel()
	wanted := wantedQueue(func(q *Queue) { q.RedriveFrom = []string{testQueue, testDeadLetter} })
	shown := wanted.attributes(testQueue)
	shown["QueueArn"] = testQueue
	shown["RedrivePolicy"] = `{"maxReceiveCount":"5", "deadLetterTargetArn":"` + testDeadLetter + `"}`
	shown["RedriveAllowPolicy"] = `{"sourceQueueArns":["` + testDeadLetter + `","` + testQueue + `"],"redrivePermission":"byQueue"}`
	shown["Policy"] = `{"Statement":{"Effect":"Deny","Sid":"DenyWithoutTLS","Principal":"*","Action":["sqs:*"],"Resource":"` + testQueue + `","Condition":{"Bool":{"aws:SecureTransport":"false"}}},"Version":"2012-10-17"}`
	live := &LiveQueue{ARN: testQueue, Attributes: shown, Tags: owned(wanted.Tags, testOwner)}
	if found := wanted.Differences(live, testOwner, true); len(found) > 0 {
		t.Errorf("got %q", found)
	}
	for name, change := range map[string]func(*LiveQueue){
		"VisibilityTimeout":      func(l *LiveQueue) { l.Attributes["VisibilityTimeout"] = "30" },
		"RedrivePolicy":          func(l *LiveQueue) { delete(l.Attributes, "RedrivePolicy") },
		"RedriveAllowPolicy":     func(l *LiveQueue) { l.Attributes["RedriveAllowPolicy"] = `{"redrivePermission":"allowAll"}` },
		"Policy":                 func(l *LiveQueue) { delete(l.Attributes, "Policy") },
		"SqsManagedSseEnabled":   func(l *LiveQueue) { l.Attributes["SqsManagedSseEnabled"] = "false" },
		"KmsMasterKeyId":         func(l *LiveQueue) { l.Attributes["KmsMasterKeyId"] = testKey },
		"the tag team was":       func(l *LiveQueue) { l.Tags["team"] = "b" },
		"the tag " + OwnerTag:    func(l *LiveQueue) { delete(l.Tags, OwnerTag) },
		"MessageRetentionPeriod": func(l *LiveQueue) { l.Attributes["MessageRetentionPeriod"] = "60" },
	} {
		changed := &LiveQueue{ARN: testQueue, Attributes: maps.Clone(shown), Tags: maps.Clone(live.Tags)}
		change(changed)
		if found := wanted.Differences(changed, testOwner, true); len(found) != 1 || !strings.Contains(found[0], name) {
			t.Errorf("%s: got %q", name, found)
		}
	}
}

func TestQueueIsGoneWhenItIsNotShownAnyMore(t *testing.T) {
	t.Parallel()
	api := &slowSQS{exists: true, lingering: 3}
	if err := queuesOn(api).Delete(t.Context(), &LiveQueue{Name: "prompts"}); err != nil || api.lingering > 0 {
		t.Errorf("%v, and it is shown %d times more", err, api.lingering)
	}
	if err := queuesOn(api).Delete(t.Context(), &LiveQueue{Name: "prompts"}); err != nil {
		t.Errorf("deleted again: %v", err)
	}
}

func TestMessagesAreCounted(t *testing.T) {
	t.Parallel()
	api := &slowSQS{
		exists: true, attributes: map[string]string{"ApproximateNumberOfMessages": "0"}, stale: 2,
		before: map[string]string{"ApproximateNumberOfMessages": "2", "ApproximateNumberOfMessagesNotVisible": "3", "ApproximateNumberOfMessagesDelayed": "4"},
	}
	if count, err := queuesOn(api).AwaitEmpty(t.Context(), &LiveQueue{}); err != nil || count.Total() != 0 {
		t.Errorf("counts that were late: %+v, %v", count, err)
	}
	api.stale = 1000
	if count, err := queuesOn(api).AwaitEmpty(t.Context(), &LiveQueue{}); err != nil || count != (Messages{Visible: 2, InFlight: 3, Delayed: 4}) {
		t.Errorf("%+v, %v", count, err)
	}
}
