package aws

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var errPasses = errors.New("it passes")

func passes(err error) bool { return errors.Is(err, errPasses) }

func TestRetryWaitsForWhatPasses(t *testing.T) {
	t.Parallel()
	errLasts := errors.New("it lasts")
	for name, test := range map[string]struct {
		// failures is how often the request fails before it succeeds.
		failures int
		err      error
		budget   time.Duration
		want     error
	}{
		"at once":            {0, nil, time.Minute, nil},
		"after a while":      {5, errPasses, time.Minute, nil},
		"not in time":        {1000, errPasses, time.Minute, errPasses},
		"what does not pass": {1, errLasts, time.Minute, errLasts},
	} {
		synctest.Test(t, func(t *testing.T) {
			start, calls := time.Now(), 0
			got, err := retry(t.Context(), test.budget, passes, func(context.Context) (int, error) {
				if calls++; calls <= test.failures {
					return 0, test.err
				}
				return calls, nil
			})
			if !errors.Is(err, test.want) || (err == nil && got != test.failures+1) {
				t.Errorf("%s: got %d, %v", name, got, err)
			}
			if took := time.Since(start); took > test.budget {
				t.Errorf("%s: it took %s", name, took)
			}
		})
	}
}

// A call that ends early says what it waited for.
func TestRetryEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := retry(ctx, time.Hour, passes, func(context.Context) (int, error) { return 0, errPasses })
		if interrupted, ok := errors.AsType[*InterruptedError](err); !ok || !passes(interrupted.Last) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if Classify(err) != Unknown || !strings.Contains(err.Error(), "it passes") {
			t.Errorf("it counts as %s: %v", Classify(err), err)
		}
	})
}

// A request that the context cuts off does not hide the answer before it.
func TestRetryKeepsTheLastAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		calls := 0
		_, err := retry(ctx, time.Hour, passes, func(ctx context.Context) (int, error) {
			if calls++; calls == 1 {
				return 0, errPasses
			}
			<-ctx.Done()
			return 0, ctx.Err()
		})
		if interrupted, ok := errors.AsType[*InterruptedError](err); !ok || !passes(interrupted.Last) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSettleWantsAnswersInARow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []bool
		want    error
	}{
		"settled":    {[]bool{true, true, true}, nil},
		"flickering": {[]bool{true, true, false, true, false, true, true, true}, nil},
		"never":      {nil, errNotYet},
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			err := settle(t.Context(), time.Minute, 3, func(context.Context) (bool, error) {
				calls++
				return calls <= len(test.answers) && test.answers[calls-1], nil
			})
			if !errors.Is(err, test.want) || (err == nil && calls != len(test.answers)) {
				t.Errorf("%s: %v after %d answers", name, err, calls)
			}
		})
	}
	failure := errors.New("refused")
	if err := settle(t.Context(), time.Minute, 3, func(context.Context) (bool, error) { return false, failure }); !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
}
