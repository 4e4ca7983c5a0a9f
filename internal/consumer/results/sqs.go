package results

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
)

// maxMessage is the most that SQS takes, in bytes, without what attributes
// need.
const maxMessage = 1<<20 - 4096

// keyAttribute holds the result's key, so that a reader finds a repeat without
// parsing the body.
const keyAttribute = "ResultKey"

// SendMessage is what a sink needs of SQS. *sqs.Client has it.
type SendMessage interface {
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

type sqsSink struct {
	api SendMessage
	url string
}

// NewSQS makes a sink that sends each result to a queue. A FIFO queue drops a
// repeated result for five minutes; with another one, and later, readers find
// repeats by the ID.
func NewSQS(api SendMessage, url string) Sink { return sqsSink{api, url} }

func (s sqsSink) Write(ctx context.Context, r Result) (bool, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return false, fmt.Errorf("the result of %s is not JSON: %w", r.ID, err)
	}
	if len(body) > maxMessage {
		return false, fmt.Errorf("%w: %d bytes, and a message of SQS has at most 1 MiB; use S3", ErrTooLarge, len(body))
	}
	carrier := propagation.MapCarrier{}
	otel.GetTextMapPropagator().Inject(ctx, carrier)
	input := &sqs.SendMessageInput{
		QueueUrl: &s.url, MessageBody: aws.String(string(body)),
		MessageAttributes: map[string]types.MessageAttributeValue{keyAttribute: attribute(r.Key)},
	}
	for name, value := range carrier {
		input.MessageAttributes[name] = attribute(value)
	}
	if strings.HasSuffix(s.url, ".fifo") {
		input.MessageGroupId = aws.String(cmp.Or(r.GroupID, r.Key))
		input.MessageDeduplicationId = &r.Key
	}
	if _, err := s.api.SendMessage(ctx, input); err != nil {
		return false, fmt.Errorf("sending the result to queue %s: %w", s.url, err)
	}
	return false, nil
}

func attribute(value string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
}
