package aws

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// The SDK repeats what is throttled, fails in the service or loses its
// connection. What follows is for answers that are wrong only for a while,
// because AWS services copy their data around: how long hashicorp/aws waits for
// the same is the measure.

// pauses are those between attempts: short at first, because most things are
// visible at once, and never so long that a budget of a minute has few of them.
func pauses() wait.Backoff {
	return wait.Backoff{Duration: 250 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: 32, Cap: 5 * time.Second}
}

// InterruptedError says that the time allowed for a call ran out, or that it was
// cancelled, before AWS gave the answer that was waited for.
type InterruptedError struct {
	// Cause is context.DeadlineExceeded or context.Canceled.
	Cause error
	// Last is what AWS answered last.
	Last error
}

func (e *InterruptedError) Error() string {
	return fmt.Sprintf("gave up (%v) after: %v", e.Cause, e.Last)
}

// Unwrap gives both, so that errors.Is and errors.As find either.
func (e *InterruptedError) Unwrap() []error { return []error{e.Cause, e.Last} }

// retry repeats a request for as long as its error passes and the budget
// lasts, and returns the last answer. A request that is under way is not cut off
// by the budget, only by ctx. Errors: the request's last one; once ctx has ended,
// an *InterruptedError around it.
func retry[T any](ctx context.Context, budget time.Duration, passes func(error) bool, request func(context.Context) (T, error)) (T, error) {
	limited, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	var (
		result T
		last   error
	)
	_ = pauses().DelayFunc().Until(limited, true, true, func(context.Context) (bool, error) {
		answer, err := request(ctx)
		if ctx.Err() != nil && last != nil && isContextError(err) {
			// The answer before says more.
			return true, nil
		}
		result, last = answer, err
		return err == nil || !passes(err), nil
	})
	if ctx.Err() != nil && last != nil && !isContextError(last) {
		return result, &InterruptedError{Cause: context.Cause(ctx), Last: last}
	}
	return result, last
}

// errNotYet is an answer that is to become another.
var errNotYet = errors.New("AWS does not show the change yet")

func isNotYet(err error) bool { return errors.Is(err, errNotYet) }

// settle polls until observe has reported true so many times in a row: an
// answer comes from any of several copies, and the next may come from one that
// is behind. Errors: observe's; one that satisfies isNotYet if the budget ends;
// once ctx has ended, an *InterruptedError.
func settle(ctx context.Context, budget time.Duration, times int, observe func(context.Context) (bool, error)) error {
	inARow := 0
	_, err := retry(ctx, budget, isNotYet, func(ctx context.Context) (struct{}, error) {
		settled, err := observe(ctx)
		if err != nil {
			return struct{}{}, err
		}
		if inARow++; !settled {
			inARow = 0
		}
		if inARow < times {
			return struct{}{}, errNotYet
		}
		return struct{}{}, nil
	})
	return err
}

func isContextError(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
