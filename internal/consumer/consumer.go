// Package consumer is the program sqs-inference-consumer: it takes prompts from
// an SQS queue, has a server with the OpenAI API answer them, and keeps the
// results. It delivers at least once; where the destination can tell a repeat,
// a result is kept once.
//
// Its role needs, on the queue, sqs:GetQueueAttributes, sqs:ReceiveMessage,
// sqs:ChangeMessageVisibility and sqs:DeleteMessage; on the dead-letter queue
// sqs:SendMessage; and for results sqs:SendMessage on their queue, or
// s3:PutObject on their objects.
package consumer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/eventscale/terraform-provider-keda/internal/consumer/config"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/health"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/model"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/queue"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/results"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/telemetry"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/worker"
)

// Name is the program's.
const Name = "sqs-inference-consumer"

const (
	// apiKeyVariable has no flag: a flag's value is in the list of processes.
	apiKeyVariable = "OPENAI_API_KEY"
	// probeInterval is how often the model server's health is looked at.
	probeInterval = 2 * time.Second
	// startTimeout bounds what is asked of AWS before the loop begins.
	startTimeout = 30 * time.Second
	// flushTimeout bounds the sending of the last traces.
	flushTimeout = 2 * time.Second
)

// Main runs the program until SIGTERM or SIGINT has drained it, and returns its
// exit status: 0 after that, 1 when it cannot begin, 80 for a configuration
// that is wrong.
func Main() int {
	var c config.Config
	kong.Parse(&c, kong.Name(Name), kong.Description("Takes prompts from an SQS queue and has a server with the OpenAI API answer them. Each flag has an environment variable, given in parentheses. "+
		apiKeyVariable+", where it is set, is sent to the server as a bearer token. AWS credentials and Region are those of the AWS SDK's default chain; traces go where OTEL_EXPORTER_OTLP_ENDPOINT says."))
	c.APIKey = os.Getenv(apiKeyVariable)
	log := newLog(os.Stdout, c.LogLevel)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	// A second signal ends the program at once.
	defer context.AfterFunc(ctx, stop)()
	if err := Run(ctx, c, log); err != nil {
		log.Error("the consumer cannot run", "error", err)
		return 1
	}
	return 0
}

func newLog(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}))
}

// Run consumes until ctx ends and what was under way then is settled.
func Run(ctx context.Context, c config.Config, log *slog.Logger) error {
	flush, err := telemetry.StartTracing(ctx, Name)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
		defer cancel()
		if err := flush(ctx); err != nil {
			log.Warn("the last traces are lost", "error", err)
		}
	}()
	metrics := telemetry.NewMetrics(c.Concurrency)
	loop, err := newLoop(ctx, c, metrics, log)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen for health and metrics: %w", err)
	}

	// What serves the loop outlives ctx, and ends with the loop.
	serving, end := context.WithCancel(context.WithoutCancel(ctx))
	consuming, fail := context.WithCancelCause(ctx)
	served := make(chan struct{})
	go func() {
		defer close(served)
		checks := health.Checks{Idle: loop.Idle, Draining: loop.Draining, Model: loop.Health.Err}
		if err := health.Serve(serving, listener, health.Handler(checks, metrics.Handler())); err != nil {
			fail(err)
		}
	}()
	go loop.Health.Run(serving)
	log.Info("consuming", "queue", c.QueueURL, "results", c.Results, "endpoint", c.Endpoint.Redacted(), "model", c.Model, "concurrency", c.Concurrency,
		"listen", listener.Addr().String())
	loop.Run(consuming)
	end()
	<-served
	log.Info("drained")
	if ctx.Err() == nil {
		return context.Cause(consuming)
	}
	return nil
}

func newLoop(ctx context.Context, c config.Config, metrics *telemetry.Metrics, log *slog.Logger) (*worker.Loop, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	account, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("the AWS configuration cannot be read: %w", err)
	}
	if account.Region == "" {
		return nil, errors.New("no AWS Region: set AWS_REGION, as EKS does for a service account with a role")
	}
	queues := sqs.NewFromConfig(account)
	q, err := queue.Open(ctx, queues, queue.Options{URL: c.QueueURL, DeadLetterURL: c.DeadLetterQueueURL, Visibility: c.VisibilityTimeout, Wait: c.WaitTime})
	if err != nil {
		return nil, err
	}
	sink, err := newSink(account, queues, c.Results, log)
	if err != nil {
		return nil, err
	}
	server := model.New(model.Options{Endpoint: c.Endpoint, HealthPath: c.HealthPath, Key: c.APIKey, Concurrency: c.Concurrency})
	return &worker.Loop{
		Queue: q, Model: server, Health: watch(server, metrics, log), Results: sink, Metrics: metrics, Log: log,
		Backoff:  worker.Backoff{First: c.RetryDelay, Longest: c.MaxRetryDelay},
		QueueURL: c.QueueURL, ModelName: c.Model, Concurrency: c.Concurrency, MaxInference: c.MaxInference,
		Visibility: c.VisibilityTimeout, Wait: c.WaitTime, Drain: c.DrainTimeout, LogPrompts: c.LogPrompts,
	}, nil
}

func newSink(account aws.Config, queues *sqs.Client, text string, log *slog.Logger) (results.Sink, error) {
	destination, err := results.Parse(text)
	switch {
	case err != nil:
		return nil, err
	case destination.Bucket != "":
		return results.NewS3(s3.NewFromConfig(account), destination), nil
	case destination.QueueURL != "":
		return results.NewSQS(queues, destination.QueueURL), nil
	}
	return results.NewLog(log), nil
}

// watch follows the model server, and says when it comes and goes.
func watch(server *model.Client, metrics *telemetry.Metrics, log *slog.Logger) *model.Watch {
	return model.NewWatch(server.Healthy, probeInterval, func(err error) {
		metrics.ModelReady(err == nil)
		if err != nil {
			log.Warn("the model server is not healthy: no messages are received until it is", "error", err)
			return
		}
		log.Info("the model server is healthy")
	})
}
