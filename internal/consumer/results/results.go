// Package results puts answers where somebody reads them.
package results

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"
)

// ErrTooLarge is the error of an answer that the destination can never hold.
var ErrTooLarge = errors.New("the result is too large for its destination")

// Result is what becomes of a message. Its JSON is what is written.
type Result struct {
	ID           string    `json:"id"`
	MessageID    string    `json:"message_id"`
	ReceiveCount int       `json:"receive_count"`
	Model        string    `json:"model,omitempty"`
	StartedAt    time.Time `json:"started_at"`
	FinishedAt   time.Time `json:"finished_at"`
	// Response is the server's answer as it came.
	Response json.RawMessage `json:"response"`

	// Key is the ID as a name; see job.Job.
	Key string `json:"-"`
	// GroupID is that of the message in a FIFO queue.
	GroupID string `json:"-"`
}

// Sink is a destination. Write returns once the result is kept there; repeated
// tells that one with its key was there before, which stays.
type Sink interface {
	Write(ctx context.Context, r Result) (repeated bool, err error)
}

// Log is the destination that writes results into the log.
const Log = "log"

// Destination is a parsed destination.
type Destination struct {
	// Bucket and Prefix are those of an S3 URL.
	Bucket, Prefix string
	// QueueURL is that of an SQS queue.
	QueueURL string
}

// Parse reads "log", "s3://bucket/prefix" or the URL of an SQS queue. Of the
// first, both are empty.
func Parse(text string) (Destination, error) {
	if text == Log {
		return Destination{}, nil
	}
	parsed, err := url.Parse(text)
	if err != nil {
		return Destination{}, fmt.Errorf("%q is no URL", text)
	}
	switch {
	case parsed.Scheme == "s3" && parsed.Host != "" && parsed.RawQuery == "":
		prefix := strings.Trim(parsed.Path, "/")
		if prefix != "" {
			prefix += "/"
		}
		return Destination{Bucket: parsed.Host, Prefix: prefix}, nil
	case (parsed.Scheme == "https" || parsed.Scheme == "http") && parsed.Host != "" && strings.Count(parsed.Path, "/") == 2:
		return Destination{QueueURL: text}, nil
	}
	return Destination{}, fmt.Errorf("%q is none of %s, s3://BUCKET/PREFIX and the URL of an SQS queue", text, Log)
}

// logSink writes results as log records.
type logSink struct{ log *slog.Logger }

// NewLog makes the sink of the destination Log.
func NewLog(log *slog.Logger) Sink { return logSink{log} }

func (s logSink) Write(ctx context.Context, r Result) (bool, error) {
	s.log.LogAttrs(ctx, slog.LevelInfo, "result", slog.Any("result", r))
	return false, nil
}
