package kube

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// How long a failing request is tried again, by what fails. All end early with
// the caller's context.
const (
	// transientBudget covers the replacement of an API server behind its load
	// balancer and the election of an etcd leader, both of which end within
	// seconds, and the DNS name of a cluster that was made a moment ago. A
	// cluster that is away for longer is reported rather than waited for.
	transientBudget = 30 * time.Second
	// webhookBudget covers the start of a webhook's pods, which often roll out
	// in the same apply as the objects that they check.
	webhookBudget = 60 * time.Second
	// installBudget covers the moment between a CustomResourceDefinition being
	// Established and every API server serving it: each learns of it by a watch of
	// its own. Only an apply waits for it, as a read of a missing kind is common.
	installBudget = 5 * time.Second
	// requestTimeout bounds one attempt: the API server itself gives up after 60
	// seconds (--request-timeout), so a longer silence is a lost connection.
	requestTimeout = 70 * time.Second
)

func newBackoff() wait.Backoff {
	return wait.Backoff{Duration: 200 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: 32, Cap: 5 * time.Second}
}

// InterruptedError says that the time allowed for a call ran out, or that it
// was cancelled, while the cluster gave only errors.
type InterruptedError struct {
	// Cause is context.DeadlineExceeded or context.Canceled.
	Cause error
	// Last is what the cluster answered last.
	Last error
}

func (e *InterruptedError) Error() string {
	return fmt.Sprintf("gave up (%v) after: %v", e.Cause, e.Last)
}

// Unwrap gives both, so that errors.Is and errors.As find either.
func (e *InterruptedError) Unwrap() []error { return []error{e.Cause, e.Last} }

// retry repeats an idempotent request while it fails for a reason that passes.
// Every request of this package is idempotent: reads, server-side applies, and
// deletes and patches that name the object's UID or version.
func retry[T any](ctx context.Context, request func(context.Context) (T, error)) (T, error) {
	return repeat(ctx, transience, request)
}

// repeat repeats a request for as long as budget allows for its error.
func repeat[T any](ctx context.Context, budget func(error) time.Duration, request func(context.Context) (T, error)) (T, error) {
	backoff := newBackoff()
	start := time.Now()
	var last error
	for {
		result, err := attempt(ctx, request)
		if err == nil {
			return result, nil
		}
		if ctx.Err() != nil {
			return result, interrupted(ctx, err, last)
		}
		last = err
		delay := backoff.Step()
		if time.Since(start)+delay > budget(err) {
			return result, err
		}
		if pause(ctx, delay) != nil {
			return result, interrupted(ctx, nil, last)
		}
	}
}

func attempt[T any](ctx context.Context, request func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	return request(ctx)
}

// interrupted prefers the cluster's own last words to "context deadline exceeded".
func interrupted(ctx context.Context, err, last error) error {
	if last == nil {
		last = err
	}
	if err != nil && !isContextError(err) {
		last = err
	}
	if isContextError(last) {
		return last
	}
	return &InterruptedError{Cause: context.Cause(ctx), Last: last}
}

func isContextError(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// transience is how long to repeat a request for the cluster to recover.
func transience(err error) time.Duration {
	switch Classify(err) {
	case WebhookUnavailable:
		return webhookBudget
	case Unreachable, Throttled, ServerError, TimedOut:
		return transientBudget
	}
	return 0
}

// installation is how long to repeat a request for a kind to be served.
func installation(err error) time.Duration {
	if Classify(err) == KindNotInstalled {
		return installBudget
	}
	return 0
}

// lostRaceError is a failure that another client of the cluster caused by being
// faster: the same request may well succeed next time.
type lostRaceError struct{ error }

func (e *lostRaceError) Unwrap() error { return e.error }

// contention is how long to repeat a call for others to get out of the way.
func contention(err error) time.Duration {
	if _, ok := errors.AsType[*lostRaceError](err); ok {
		return transientBudget
	}
	return 0
}

// pause waits, and ends early with the context.
func pause(ctx context.Context, delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
