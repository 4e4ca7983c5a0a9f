package queue

import (
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Message is a received message. It is this consumer's for the queue's
// visibility timeout from Received on.
type Message struct {
	ID, Body string
	// GroupID is that of a FIFO queue's message.
	GroupID string
	// ReceiveCount is the number of this delivery, 1 for the first.
	ReceiveCount   int
	Sent, Received time.Time

	handle     string
	attributes map[string]types.MessageAttributeValue
}

func newMessage(m types.Message, received time.Time) Message {
	count, err := strconv.Atoi(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)])
	if err != nil {
		count = 1
	}
	sent := received
	if ms, err := strconv.ParseInt(m.Attributes[string(types.MessageSystemAttributeNameSentTimestamp)], 10, 64); err == nil {
		sent = time.UnixMilli(ms)
	}
	return Message{
		ID: aws.ToString(m.MessageId), Body: aws.ToString(m.Body), GroupID: m.Attributes[string(types.MessageSystemAttributeNameMessageGroupId)],
		ReceiveCount: count, Sent: sent, Received: received,
		handle: aws.ToString(m.ReceiptHandle), attributes: m.MessageAttributes,
	}
}

// Attribute is the text of a message attribute, or empty. With it a Message is
// a carrier of trace context.
func (m Message) Attribute(name string) string {
	return aws.ToString(m.attributes[name].StringValue)
}
