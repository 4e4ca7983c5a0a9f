package consumer_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/mototest"
)

// queues are a queue and its dead-letter queue, in an account.
type queues struct {
	aws.Config
	url, deadLetters string
}

// newQueues makes a queue that delivers a message so often. All tests share an
// account, and name what they make after themselves.
func newQueues(t testing.TB, maxReceives int, fifo bool) queues {
	t.Helper()
	q := queues{Config: mototest.Shared(t).AWS()}
	name := strings.NewReplacer("/", "-", "#", "-").Replace(t.Name())
	q.deadLetters = q.create(t, name+"-dead", fifo, nil)
	redrive := fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, q.arn(t, q.deadLetters), maxReceives)
	q.url = q.create(t, name, fifo, map[string]string{"RedrivePolicy": redrive})
	return q
}

func (q queues) create(t testing.TB, name string, fifo bool, attributes map[string]string) string {
	t.Helper()
	if fifo {
		name += ".fifo"
		with := map[string]string{"FifoQueue": "true"}
		maps.Copy(with, attributes)
		attributes = with
	}
	out, err := sqs.NewFromConfig(q.Config).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
	return *out.QueueUrl
}

func (q queues) attributes(t testing.TB, url string) map[string]string {
	t.Helper()
	out, err := sqs.NewFromConfig(q.Config).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Attributes
}

func (q queues) arn(t testing.TB, url string) string {
	t.Helper()
	return q.attributes(t, url)["QueueArn"]
}

// depth is how many messages are visible and how many are in flight.
func (q queues) depth(t testing.TB) (visible, inFlight int) {
	t.Helper()
	attributes := q.attributes(t, q.url)
	visible, err := strconv.Atoi(attributes["ApproximateNumberOfMessages"])
	if err != nil {
		t.Fatal(err)
	}
	inFlight, err = strconv.Atoi(attributes["ApproximateNumberOfMessagesNotVisible"])
	if err != nil {
		t.Fatal(err)
	}
	return visible, inFlight
}

// awaitEmpty waits until every message has been settled.
func (q queues) awaitEmpty(t testing.TB) {
	t.Helper()
	await(t, "an empty queue", func() error {
		if visible, inFlight := q.depth(t); visible+inFlight > 0 {
			return fmt.Errorf("%d messages are visible and %d in flight", visible, inFlight)
		}
		return nil
	})
}

func (q queues) awaitInFlight(t testing.TB, n int) {
	t.Helper()
	await(t, fmt.Sprintf("%d messages in flight", n), func() error {
		if _, inFlight := q.depth(t); inFlight != n {
			return fmt.Errorf("%d are", inFlight)
		}
		return nil
	})
}

// prompt is a message of the guide.
func prompt(id string) string { return fmt.Sprintf(`{"id": %q, "prompt": "Hello"}`, id) }

// refused is one that the model server answers with a 400.
func refused(id string) string {
	return fmt.Sprintf(`{"id": %q, "prompt": "Hello", "parameters": {"max_tokens": 0}}`, id)
}

func (q queues) send(t testing.TB, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		if _, err := sqs.NewFromConfig(q.Config).SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &body}); err != nil {
			t.Fatal(err)
		}
	}
}

// letter is a message of a dead-letter or result queue.
type letter struct {
	body, reason, detail string
	origin               struct {
		MessageID    string `json:"message_id"`
		ReceiveCount int    `json:"receive_count"`
		CutFrom      int    `json:"body_cut_from"`
	}
}

// drain takes everything out of a queue that nobody else reads.
func (q queues) drain(t testing.TB, url string) []letter {
	t.Helper()
	client := sqs.NewFromConfig(q.Config)
	var letters []letter
	for {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return letters
		}
		for _, m := range out.Messages {
			l := letter{
				body: *m.Body, reason: aws.ToString(m.MessageAttributes["DeadLetterReason"].StringValue),
				detail: aws.ToString(m.MessageAttributes["DeadLetterDetail"].StringValue),
			}
			if origin := aws.ToString(m.MessageAttributes["DeadLetterOrigin"].StringValue); origin != "" {
				if err := json.Unmarshal([]byte(origin), &l.origin); err != nil {
					t.Fatal(err)
				}
			}
			letters = append(letters, l)
			if _, err := client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// result is what a consumer writes.
type result struct {
	ID           string
	ReceiveCount int `json:"receive_count"`
	Response     struct{ Choices []any }
}

func parseResult(t testing.TB, text string) result {
	t.Helper()
	var r result
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Response.Choices) != 1 {
		t.Errorf("the result of %s has no answer: %s", r.ID, text)
	}
	return r
}

// bucket makes an S3 bucket.
func (q queues) bucket(t testing.TB, name string) string {
	t.Helper()
	_, err := s3.NewFromConfig(q.Config).CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: &name, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(q.Region)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// results are those in a bucket, by their objects' names.
func (q queues) results(t testing.TB, bucket string) map[string]result {
	t.Helper()
	client := s3.NewFromConfig(q.Config)
	all := map[string]result{}
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range page.Contents {
			out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: object.Key})
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(out.Body)
			if err != nil {
				t.Fatal(err)
			}
			all[strings.TrimSuffix(path.Base(*object.Key), ".json")] = parseResult(t, string(text))
		}
	}
	return all
}
