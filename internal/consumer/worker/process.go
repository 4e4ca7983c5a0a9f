package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/eventscale/terraform-provider-keda/internal/consumer/job"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/lease"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/model"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/queue"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/results"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/telemetry"
)

// SettleTimeout bounds each of the two steps that follow an inference: keeping
// its result, and telling SQS. It is short, because after the drain time a
// process has little more than that to live; what fails is tried again as a
// redelivery.
const SettleTimeout = 10 * time.Second

// process works on one message from its delivery to its end here. When work
// ends, so does the inference, and the message goes back.
func (l *Loop) process(work context.Context, m queue.Message, place *slot) {
	ctx, span := telemetry.StartMessage(context.WithoutCancel(work), l.QueueURL, m.ID, m.Attribute)
	l.Metrics.Received(m.Sent, m.Received)
	held, release := l.keeper(m).Hold(ctx, m.Received, func(ctx context.Context) error { return l.Queue.Extend(ctx, m) })
	defer release()

	d := l.decide(work, held, m, place)
	if d.class != "" {
		l.Metrics.Failed(d.class)
	}
	if d.outcome != lost {
		d = l.settle(ctx, m, d, release)
	}
	l.Metrics.Settled(d.outcome, time.Since(m.Received))
	l.report(m, d)
	span.SetAttributes(attribute.String("job.id", d.jobID), attribute.Int("messaging.aws_sqs.receive_count", m.ReceiveCount))
	telemetry.EndMessage(span, d.outcome, d.err)
}

func (l *Loop) keeper(m queue.Message) lease.Keeper {
	return lease.Keeper{Visibility: l.Visibility, Lost: queue.Lost, Failed: func(err error) {
		l.Metrics.HeartbeatFailed()
		l.Log.Warn("a heartbeat failed", "message_id", m.ID, "error", err)
	}}
}

// decide does the work. It returns what SQS is to be told.
func (l *Loop) decide(work, held context.Context, m queue.Message, place *slot) decision {
	j, err := job.Decode(m.Body, job.Source{MessageID: m.ID, Model: l.ModelName})
	if no, is := errors.AsType[*job.Invalid](err); is {
		return invalid(no)
	}
	if l.LogPrompts {
		l.Log.Info("request", "message_id", m.ID, "job_id", j.ID, "request", j.Request)
	}
	d := l.infer(work, held, m, j, place)
	d.jobID = j.ID
	if context.Cause(held) != nil && errors.Is(context.Cause(held), lease.ErrLost) && d.outcome != succeeded {
		return decision{outcome: lost, class: leaseLost, err: context.Cause(held), jobID: j.ID}
	}
	return d
}

// infer asks the model server and keeps its answer.
func (l *Loop) infer(work, held context.Context, m queue.Message, j job.Job, place *slot) decision {
	ctx, cancel := context.WithTimeoutCause(held, l.MaxInference, fmt.Errorf("no answer within %s, the longest that an inference may take", l.MaxInference))
	defer cancel()
	// Two contexts end the request: the message's lease, and the drain time.
	ctx, interrupt := context.WithCancelCause(ctx)
	defer interrupt(nil)
	defer context.AfterFunc(work, func() { interrupt(context.Cause(work)) })()

	begun := time.Now()
	response, failure := l.Model.Complete(ctx, j.Path, j.Request)
	switch {
	case failure == nil:
	case work.Err() != nil && errors.Is(context.Cause(ctx), context.Cause(work)):
		return decision{outcome: returned, class: interrupted, err: context.Cause(work), detail: "the consumer ended before the inference did"}
	default:
		if failure.Class == model.Unreachable || failure.Class == model.ServerError {
			l.Health.Suspect()
		}
		return failed(failure)
	}
	l.Metrics.Answered(time.Since(begun), response.Usage.PromptTokens, response.Usage.CompletionTokens)
	place.answered()
	return l.keep(held, m, j, response, begun)
}

// keep writes the result.
func (l *Loop) keep(held context.Context, m queue.Message, j job.Job, response model.Response, begun time.Time) decision {
	ctx, cancel := context.WithTimeout(held, SettleTimeout)
	defer cancel()
	repeated, err := l.Results.Write(ctx, results.Result{
		ID: j.ID, MessageID: m.ID, ReceiveCount: m.ReceiveCount, Model: l.ModelName,
		StartedAt: begun.UTC(), FinishedAt: time.Now().UTC(), Response: response.Body,
		Key: j.Key(), GroupID: m.GroupID,
	})
	switch {
	case errors.Is(err, results.ErrTooLarge):
		return decision{outcome: deadLettered, class: resultTooBig, err: err, detail: err.Error(), usage: response.Usage}
	case err != nil:
		return decision{outcome: retried, class: resultFailed, err: err, detail: "the result could not be kept: " + err.Error(), usage: response.Usage}
	}
	if repeated {
		l.Metrics.Repeated()
		l.Log.Info("the result was there already: the message was delivered again", "message_id", m.ID, "job_id", j.ID)
	}
	return decision{outcome: succeeded, usage: response.Usage}
}

// settle tells SQS. A message that would not be delivered again goes to the
// dead-letter queue here, with the reason that SQS does not know.
func (l *Loop) settle(ctx context.Context, m queue.Message, d decision, release func()) decision {
	ctx, cancel := context.WithTimeout(ctx, SettleTimeout)
	defer cancel()
	if (d.outcome == retried || d.outcome == returned) && l.Queue.LastDelivery(m) {
		d.outcome = deadLettered
		d.detail = fmt.Sprintf("delivery %d was the last one: %s", m.ReceiveCount, d.detail)
	}
	var err error
	switch d.outcome {
	case succeeded:
		release()
		err = l.Queue.Delete(ctx, m)
	case deadLettered:
		err = l.Queue.DeadLetter(ctx, m, d.reason())
		release()
		if err == nil {
			err = l.Queue.Delete(ctx, m)
		}
	case returned:
		release()
		err = l.Queue.Release(ctx, m, 0)
	case retried:
		d.delay = l.Backoff.Delay(m.ReceiveCount)
		release()
		err = l.Queue.Release(ctx, m, d.delay)
	}
	if err != nil {
		l.Metrics.Failed(settleFailed)
		d.outcome, d.err = stuck, errors.Join(d.err, err)
	}
	return d
}

// report is the one log line of a message. The server's sentence may quote the
// prompt and is left out unless prompts are wanted.
func (l *Loop) report(m queue.Message, d decision) {
	attributes := []any{
		"message_id", m.ID, "job_id", d.jobID, "outcome", d.outcome, "receive_count", m.ReceiveCount,
		"duration", time.Since(m.Received).Round(time.Millisecond).String(),
	}
	level := slog.LevelInfo
	switch {
	case d.class != "":
		level = slog.LevelWarn
		attributes = append(attributes, "class", d.class, "error", d.err)
		if d.delay > 0 {
			attributes = append(attributes, "visible_in", d.delay.Round(time.Second).String())
		}
		if l.LogPrompts && d.detail != "" {
			attributes = append(attributes, "detail", d.detail)
		}
	case d.err != nil:
		level = slog.LevelWarn
		attributes = append(attributes, "error", d.err)
	default:
		attributes = append(attributes, "prompt_tokens", d.usage.PromptTokens, "completion_tokens", d.usage.CompletionTokens)
	}
	l.Log.Log(context.Background(), level, "message "+d.outcome, attributes...)
}
