package results

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Destination{
		"log":               {},
		"s3://bucket":       {Bucket: "bucket"},
		"s3://bucket/a/b/":  {Bucket: "bucket", Prefix: "a/b/"},
		"https://sqs.x/1/q": {QueueURL: "https://sqs.x/1/q"},
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "stdout", "s3:///a", "s3://b?x=y", "https://bucket.s3.amazonaws.com/a/b/c", "https://host", "://"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("no error for %q", text)
		}
	}
}

func TestLogSinkWritesTheAnswerAsItCame(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	sink := NewLog(slog.New(slog.NewJSONHandler(&out, nil)))
	if _, err := sink.Write(t.Context(), Result{ID: "1", Response: json.RawMessage(`{"choices":[{}]}`)}); err != nil {
		t.Fatal(err)
	}
	var record struct{ Result Result }
	if err := json.Unmarshal([]byte(out.String()), &record); err != nil || string(record.Result.Response) != `{"choices":[{}]}` {
		t.Errorf("the record is %s (%v)", out.String(), err)
	}
}

// neverSent fails a test that sends what SQS would not take.
type neverSent struct{ t *testing.T }

func (n neverSent) SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	n.t.Error("the result was sent")
	return nil, nil
}

func TestResultTooLargeForSQS(t *testing.T) {
	t.Parallel()
	response, err := json.Marshal(strings.Repeat("x", 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	_, err = NewSQS(neverSent{t}, "https://sqs.x/1/q").Write(t.Context(), Result{ID: "1", Key: "1", Response: response})
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
}
