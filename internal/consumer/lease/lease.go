// Package lease keeps a message invisible to other consumers while it is worked
// on, and ends the work when that fails: the message may be another's by then.
package lease

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrLost is the cause of a context that ended with its lease.
var ErrLost = errors.New("the lease of the message is lost")

// A heartbeat comes at a third of the visibility timeout, so that two may fail.
// Then there is one each twelfth, until a tenth of it is left: the work must
// have ended before another consumer begins.
const (
	heartbeats = 3
	retries    = 12
	reserve    = 10
)

// Keeper keeps leases.
type Keeper struct {
	// Visibility is how long one heartbeat is good for.
	Visibility time.Duration
	// Lost tells from an error of a heartbeat that there is nothing to keep.
	Lost func(error) bool
	// Failed is told of each heartbeat that failed. It may be nil.
	Failed func(error)
}

// Hold calls extend from time to time, until release is called or ctx ends. The
// context that it returns ends with the lease; its cause is then ErrLost.
// Release waits for a heartbeat that is under way: one that arrived after what
// the caller does next could undo it.
func (k Keeper) Hold(ctx context.Context, received time.Time, extend func(context.Context) error) (held context.Context, release func()) {
	held, cancel := context.WithCancelCause(ctx)
	released, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		if err := k.keep(held, released, received.Add(k.Visibility), extend); err != nil {
			cancel(fmt.Errorf("%w: %w", ErrLost, err))
		}
	}()
	return held, sync.OnceFunc(func() {
		close(released)
		<-done
		cancel(context.Canceled)
	})
}

// keep returns the reason why the lease is lost, or nil when it was released or
// ctx ended.
func (k Keeper) keep(ctx context.Context, released <-chan struct{}, expires time.Time, extend func(context.Context) error) error {
	pause := k.Visibility / heartbeats
	// What SQS said last is why the lease is lost in the end.
	last := errors.New("no heartbeat in time")
	for {
		limit := expires.Add(-k.Visibility / reserve)
		if !sleep(ctx, released, min(pause, time.Until(limit))) {
			return nil
		}
		if !time.Now().Before(limit) {
			return last
		}
		begun := time.Now()
		err := k.beat(ctx, limit, extend)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			expires, pause = begun.Add(k.Visibility), k.Visibility/heartbeats
			continue
		case k.Failed != nil:
			k.Failed(err)
		}
		if k.Lost(err) {
			return err
		}
		last, pause = err, k.Visibility/retries
	}
}

// beat does not wait for an answer so long that no other try is possible.
func (k Keeper) beat(ctx context.Context, limit time.Time, extend func(context.Context) error) error {
	try := time.Now().Add(k.Visibility / heartbeats)
	if try.After(limit) {
		try = limit
	}
	ctx, cancel := context.WithDeadline(ctx, try)
	defer cancel()
	return extend(ctx)
}

// sleep returns false when it was cut short.
func sleep(ctx context.Context, released <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-released:
	case <-ctx.Done():
	}
	return false
}
