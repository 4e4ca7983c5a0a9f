package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Message attributes of a dead-letter entry, beside those that the message had.
const (
	// ReasonAttribute is a word for programs, such as "not_json" or "rejected".
	ReasonAttribute = "DeadLetterReason"
	// DetailAttribute says it in a sentence.
	DetailAttribute = "DeadLetterDetail"
	// OriginAttribute is JSON: the queue's URL, the message's ID there, the
	// number of its deliveries and, where it was cut, the body's length.
	OriginAttribute = "DeadLetterOrigin"
)

const (
	// maxMessage is the most that SQS takes, in bytes: body and attributes.
	maxMessage = 1 << 20
	// maxAttributes is how many attributes SQS takes.
	maxAttributes = 10
	// maxDetail bounds a sentence, in bytes. Servers quote requests in errors.
	maxDetail = 2048
)

// Reason is why a message cannot be dealt with.
type Reason struct{ Word, Detail string }

// origin says where a dead-letter entry comes from.
type origin struct {
	Queue        string `json:"queue"`
	MessageID    string `json:"message_id"`
	ReceiveCount int    `json:"receive_count"`
	// CutFrom is the length of the body, in bytes, when it had to be cut.
	CutFrom int `json:"body_cut_from,omitempty"`
}

// DeadLetter puts the message into the dead-letter queue with the reason. The
// message is then to be deleted. When a consumer dies between the two, a
// standard queue has the entry twice.
func (q *Queue) DeadLetter(ctx context.Context, m Message, reason Reason) error {
	input := &sqs.SendMessageInput{QueueUrl: &q.options.DeadLetterURL}
	input.MessageBody, input.MessageAttributes = deadLetter(q.options.URL, m, reason)
	if q.FIFO() {
		input.MessageGroupId, input.MessageDeduplicationId = &m.GroupID, &m.ID
	}
	if _, err := q.api.SendMessage(ctx, input); err != nil {
		return fmt.Errorf("putting message %s into the dead-letter queue %s: %w", m.ID, q.options.DeadLetterURL, err)
	}
	return nil
}

// deadLetter is the entry's body and attributes. The reason is worth more than
// the last bytes of a body that leaves no room for it.
func deadLetter(url string, m Message, reason Reason) (*string, map[string]types.MessageAttributeValue) {
	from := origin{Queue: url, MessageID: m.ID, ReceiveCount: m.ReceiveCount}
	attributes := deadLetterAttributes(m, reason, from)
	body := m.Body
	if over := len(body) + size(attributes) - maxMessage; over > 0 {
		from.CutFrom = len(m.Body)
		attributes = deadLetterAttributes(m, reason, from)
		body = cut(body, maxMessage-size(attributes))
	}
	if body == "" {
		body = " " // SQS takes no empty body
	}
	return &body, attributes
}

func deadLetterAttributes(m Message, reason Reason, from origin) map[string]types.MessageAttributeValue {
	where, err := json.Marshal(from)
	if err != nil {
		panic(err) // three strings and numbers
	}
	attributes := map[string]types.MessageAttributeValue{
		ReasonAttribute: text(reason.Word), DetailAttribute: text(reason.Detail), OriginAttribute: text(string(where)),
	}
	for _, name := range slices.Sorted(maps.Keys(m.attributes)) {
		if _, ours := attributes[name]; !ours && len(attributes) < maxAttributes {
			attributes[name] = m.attributes[name]
		}
	}
	return attributes
}

// text is an attribute of type String. SQS refuses an empty one and characters
// that XML does not have.
func text(value string) types.MessageAttributeValue {
	value = cut(strings.Map(xmlCharacter, strings.ToValidUTF8(value, "\uFFFD")), maxDetail)
	if value == "" {
		value = "unknown"
	}
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
}

func xmlCharacter(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
		return r
	}
	return '\uFFFD'
}

// size is what the attributes count of a message's size.
func size(attributes map[string]types.MessageAttributeValue) int {
	total := 0
	for name, value := range attributes {
		total += len(name) + len(aws.ToString(value.DataType)) + len(aws.ToString(value.StringValue)) + len(value.BinaryValue)
	}
	return total
}

// cut shortens a text to a number of bytes and leaves its characters whole.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
