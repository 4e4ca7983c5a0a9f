// Package config is the consumer's configuration: what can be set, by flag or
// by environment variable, and what of it contradicts itself.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/consumer/results"
)

// Config is the configuration. A flag wins over its environment variable.
type Config struct {
	QueueURL           string `env:"QUEUE_URL" required:"" placeholder:"URL" help:"URL of the SQS queue to take prompts from."`
	DeadLetterQueueURL string `env:"DEAD_LETTER_QUEUE_URL" placeholder:"URL" help:"URL of the queue for messages that can never succeed; each carries the reason in its attributes. Default: the target of the queue's redrive policy."`
	Results            string `env:"RESULTS" default:"log" placeholder:"log|s3://BUCKET/PREFIX|URL" help:"Where results go: log, an S3 location (one object a job, the first one stays), or the URL of an SQS queue (a FIFO queue drops repeats for five minutes). Default: log."`

	Endpoint   *url.URL `env:"MODEL_ENDPOINT" default:"http://127.0.0.1:8000" placeholder:"URL" help:"The model server, without the API's /v1. Default: ${default}."`
	HealthPath string   `env:"MODEL_HEALTH_PATH" default:"/health" placeholder:"PATH" help:"Path at the model server that answers 200 while it can work. Default: ${default}."`
	Model      string   `env:"MODEL_NAME" required:"" placeholder:"NAME" help:"The model's name at the server, for messages that name none."`
	APIKey     string   `kong:"-"`

	Concurrency  int           `env:"CONCURRENCY" default:"5" placeholder:"N" help:"Inferences at a time. A message is received when there is room for it, and not before. Default: ${default}."`
	MaxInference time.Duration `env:"MAX_INFERENCE" default:"120s" placeholder:"DURATION" help:"The longest that one inference may take; then it counts as failed and is tried again. Default: ${default}."`

	VisibilityTimeout time.Duration `env:"VISIBILITY_TIMEOUT" default:"120s" placeholder:"DURATION" help:"How long a message stays invisible to others after each heartbeat, of which there is one each third of it. A consumer that dies holds its messages back for this long. Default: ${default}."`
	WaitTime          time.Duration `env:"WAIT_TIME" default:"20s" placeholder:"DURATION" help:"How long one call waits for messages (long polling), in whole seconds from 1s to 20s. Default: ${default}."`
	RetryDelay        time.Duration `env:"RETRY_DELAY" default:"10s" placeholder:"DURATION" help:"How long a message that failed stays invisible after its first delivery; twice as long after each further one. Default: ${default}."`
	MaxRetryDelay     time.Duration `env:"MAX_RETRY_DELAY" default:"15m" placeholder:"DURATION" help:"The longest such pause. Default: ${default}."`
	DrainTimeout      time.Duration `env:"DRAIN_TIMEOUT" placeholder:"DURATION" help:"How long requests in flight may go on after SIGTERM; then they are cancelled and their messages go back to the queue. The pod's grace period must be longer by 20s. Default: the longest inference."`

	Listen     string     `env:"LISTEN_ADDRESS" default:":8080" placeholder:"HOST:PORT" help:"Address for /healthz, /readyz and /metrics. Default: ${default}."`
	LogLevel   slog.Level `env:"LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"debug, info, warn or error. Default: ${default}."`
	LogPrompts bool       `env:"LOG_PROMPTS" help:"Write requests, and the model server's error messages, which may quote them, into the log."`
}

// Limits of SQS.
const (
	longestWait       = 20 * time.Second
	longestVisibility = 12 * time.Hour
)

// Validate finds what cannot work, all of it at once.
func (c *Config) Validate() error {
	if c.DrainTimeout == 0 {
		c.DrainTimeout = c.MaxInference
	}
	return errors.Join(
		queueURL("queue-url", c.QueueURL),
		c.validateDeadLetterQueue(),
		c.validateResults(),
		c.validateEndpoint(),
		c.validateTimes(),
		check(c.Concurrency >= 1, "concurrency is %d: at least 1 message must be worked on at a time", c.Concurrency),
		check(strings.TrimSpace(c.Model) != "", "model is missing: set MODEL_NAME or --model to the name that the server serves its model under"),
		c.validateListen(),
	)
}

// check is an error unless the condition holds.
func check(holds bool, format string, args ...any) error {
	if holds {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func queueURL(name, text string) error {
	if text == "" {
		return fmt.Errorf("%s is missing: set QUEUE_URL or --%[1]s", name)
	}
	parsed, err := url.Parse(text)
	return check(err == nil && (parsed.Scheme == "https" || parsed.Scheme == "http") && parsed.Host != "" && strings.Count(parsed.Path, "/") == 2,
		"%s is %q, which is not the URL of an SQS queue such as https://sqs.us-west-2.amazonaws.com/123456789012/prompts", name, text)
}

func (c *Config) validateDeadLetterQueue() error {
	if c.DeadLetterQueueURL == "" {
		return nil
	}
	return errors.Join(
		queueURL("dead-letter-queue-url", c.DeadLetterQueueURL),
		check(c.DeadLetterQueueURL != c.QueueURL, "dead-letter-queue-url is the queue itself, so that what fails would come back for ever"),
	)
}

func (c *Config) validateResults() error {
	if _, err := results.Parse(c.Results); err != nil {
		return fmt.Errorf("results: %w", err)
	}
	return check(c.Results != c.QueueURL, "results is the queue itself, so that each result would be taken for a prompt")
}

func (c *Config) validateEndpoint() error {
	e := c.Endpoint
	return errors.Join(
		check((e.Scheme == "http" || e.Scheme == "https") && e.Host != "", "endpoint is %q, which is no http or https URL", e.Redacted()),
		check(!strings.HasSuffix(strings.TrimSuffix(e.Path, "/"), "/v1"), "endpoint is %q: leave out /v1, the health endpoint is beside it", e.Redacted()),
		check(strings.HasPrefix(c.HealthPath, "/"), "health-path is %q: it must begin with /", c.HealthPath),
	)
}

func (c *Config) validateTimes() error {
	return errors.Join(
		check(c.MaxInference > 0 && c.MaxInference < longestVisibility, "max-inference is %s: it must be more than 0s and less than %s, the longest that SQS lets a message be worked on", c.MaxInference, longestVisibility),
		wholeSeconds("visibility-timeout", c.VisibilityTimeout, time.Second, longestVisibility),
		wholeSeconds("wait-time", c.WaitTime, time.Second, longestWait),
		wholeSeconds("retry-delay", c.RetryDelay, 0, longestVisibility),
		wholeSeconds("max-retry-delay", c.MaxRetryDelay, 0, longestVisibility),
		check(c.MaxRetryDelay >= c.RetryDelay, "max-retry-delay is %s, less than retry-delay, %s", c.MaxRetryDelay, c.RetryDelay),
		check(c.DrainTimeout > c.WaitTime, "drain-timeout is %s: it must be longer than wait-time, %s, or messages that arrive during the shutdown stay invisible until visibility-timeout is over", c.DrainTimeout, c.WaitTime),
	)
}

// wholeSeconds checks what SQS takes as a number of seconds.
func wholeSeconds(name string, d, least, most time.Duration) error {
	return check(d >= least && d <= most && d%time.Second == 0, "%s is %s: SQS takes whole seconds from %s to %s", name, d, least, most)
}

func (c *Config) validateListen() error {
	_, _, err := net.SplitHostPort(c.Listen)
	return check(err == nil, "listen is %q, which is no HOST:PORT", c.Listen)
}
