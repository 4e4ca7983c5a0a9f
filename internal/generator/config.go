package generator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Name is the program's.
const Name = "prompt-generator"

// maxBatch is the most that SQS takes in one call.
const maxBatch = 10

// prompts are what is asked where nothing else is given.
var prompts = []string{
	"Explain in two sentences what a message queue is for.",
	"Name three things that make a good container image.",
	"Write a haiku about autoscaling.",
	"What is the difference between latency and throughput?",
	"Give an example of an idempotent operation, and one that is not.",
}

// Config is the configuration. A flag wins over its environment variable.
type Config struct {
	QueueURL   string   `env:"QUEUE_URL" required:"" placeholder:"URL" help:"URL of the SQS queue to send to. Each message of a FIFO queue gets a group of its own."`
	Count      int      `env:"COUNT" default:"50" placeholder:"N" help:"Messages to send. Default: ${default}."`
	Rate       float64  `env:"RATE" default:"2" placeholder:"N" help:"Messages a second; 0 is as fast as SQS takes them. Default: ${default}, which is one each 0.5 s."`
	BatchSize  int      `env:"BATCH_SIZE" default:"1" placeholder:"N" help:"Messages sent with one call, from 1 to 10. Default: ${default}."`
	Prompt     []string `env:"PROMPT" sep:"none" placeholder:"TEXT" help:"A prompt; may be given several times, and prompts are then sent in turn. Default: a few that come with the program."`
	Parameters string   `env:"PARAMETERS" default:"{\"max_tokens\": 100}" placeholder:"JSON" help:"Parameters of the chat completions API, a JSON object. Default: ${default}."`
}

// Validate finds what cannot work, all of it at once.
func (c *Config) Validate() error {
	var parameters map[string]json.RawMessage
	return errors.Join(
		check(c.QueueURL != "", "queue-url is missing: set QUEUE_URL or --queue-url"),
		check(c.QueueURL == "" || strings.HasPrefix(c.QueueURL, "https://") || strings.HasPrefix(c.QueueURL, "http://"),
			"queue-url is %q, which is not the URL of an SQS queue such as https://sqs.us-west-2.amazonaws.com/123456789012/prompts", c.QueueURL),
		check(c.Count >= 1, "count is %d: at least 1 message must be sent", c.Count),
		check(c.Rate >= 0, "rate is %g: it cannot be negative", c.Rate),
		check(c.BatchSize >= 1 && c.BatchSize <= maxBatch, "batch-size is %d: SQS takes from 1 to %d messages at once", c.BatchSize, maxBatch),
		check(json.Unmarshal([]byte(c.Parameters), &parameters) == nil && parameters != nil, "parameters is %q, which is no JSON object", c.Parameters),
	)
}

func check(holds bool, format string, args ...any) error {
	if holds {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// Main runs the program and returns its exit status: 0 when SQS has taken every
// message, 1 when not, 80 for a configuration that is wrong.
func Main() int {
	var c Config
	kong.Parse(&c, kong.Name(Name), kong.Description("Sends prompts to an SQS queue, for an inference consumer. Each flag has an environment variable, given in parentheses. AWS credentials and Region are those of the AWS SDK's default chain."))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, c); err != nil {
		fmt.Fprintln(os.Stderr, Name+": "+err.Error())
		return 1
	}
	return 0
}

func run(ctx context.Context, c Config) error {
	account, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("the AWS configuration cannot be read: %w", err)
	}
	g := Generator{
		API: sqs.NewFromConfig(account), QueueURL: c.QueueURL, Count: c.Count, Rate: c.Rate, BatchSize: c.BatchSize,
		Prompts: c.Prompt, Parameters: json.RawMessage(c.Parameters), Out: os.Stdout,
	}
	if len(g.Prompts) == 0 {
		g.Prompts = prompts
	}
	return g.Run(ctx)
}
