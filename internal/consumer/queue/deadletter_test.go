package queue

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const testURL = "https://sqs.us-west-2.amazonaws.com/1/q"

func TestDeadLetterKeepsTheMessage(t *testing.T) {
	t.Parallel()
	m := Message{ID: "m", Body: "b", ReceiveCount: 2, attributes: map[string]types.MessageAttributeValue{}}
	for i := range 10 {
		m.attributes[fmt.Sprint("own", i)] = text("value")
	}
	body, attributes := deadLetter(testURL, m, Reason{Word: "rejected", Detail: "no \x00 \xff good"})
	if *body != "b" || len(attributes) != maxAttributes || attributes["own0"].StringValue == nil {
		t.Errorf("body %q and %d attributes, want b and %d", *body, len(attributes), maxAttributes)
	}
	if got := *attributes[DetailAttribute].StringValue; got != "no \uFFFD \uFFFD good" {
		t.Errorf("detail %q", got)
	}
	if got := *attributes[OriginAttribute].StringValue; got != `{"queue":"`+testURL+`","message_id":"m","receive_count":2}` {
		t.Errorf("origin %s", got)
	}
}

// SQS counts attributes: a body of the full size leaves no room for the reason.
func TestDeadLetterFits(t *testing.T) {
	t.Parallel()
	for _, length := range []int{maxMessage, maxMessage - 100, maxMessage - 10_000} {
		m := Message{ID: "m", Body: strings.Repeat("ü", length/2)}
		body, attributes := deadLetter(testURL, m, Reason{Word: "not_json", Detail: strings.Repeat("x", 5000)})
		if total := len(*body) + size(attributes); total > maxMessage {
			t.Errorf("an entry for %d bytes has %d", length, total)
		}
		var from origin
		if err := json.Unmarshal([]byte(aws.ToString(attributes[OriginAttribute].StringValue)), &from); err != nil {
			t.Fatal(err)
		}
		wasCut := len(*body) < len(m.Body)
		if wasCut != (from.CutFrom == len(m.Body)) || !utf8.ValidString(*body) || wasCut == (length == maxMessage-10_000) {
			t.Errorf("of %d bytes %d are left; the entry says %d", length, len(*body), from.CutFrom)
		}
	}
}

func TestDeadLetterQueueURL(t *testing.T) {
	t.Parallel()
	got, err := besides("http://127.0.0.1:5000/123456789012/prompts", "arn:aws:sqs:us-west-2:123456789012:prompts-dead")
	if err != nil || got != "http://127.0.0.1:5000/123456789012/prompts-dead" {
		t.Errorf("%s, %v", got, err)
	}
	for _, target := range []string{"", "prompts-dead"} {
		if _, err := besides(testURL, target); err == nil {
			t.Errorf("no error for %q", target)
		}
	}
}

func TestLastDelivery(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		maxReceives, count int
		want               bool
	}{{5, 4, false}, {5, 5, true}, {5, 6, true}, {0, 100, false}} {
		if got := (&Queue{maxReceives: c.maxReceives}).LastDelivery(Message{ReceiveCount: c.count}); got != c.want {
			t.Errorf("delivery %d of %d is the last one: %t", c.count, c.maxReceives, got)
		}
	}
}
