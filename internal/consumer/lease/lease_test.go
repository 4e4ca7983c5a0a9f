package lease

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const visibility = 120 * time.Second

var errGone = errors.New("gone")

func keeper() Keeper {
	return Keeper{Visibility: visibility, Lost: func(err error) bool { return errors.Is(err, errGone) }}
}

func TestHeartbeatsWhileHeld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var beats atomic.Int32
		held, release := keeper().Hold(t.Context(), time.Now(), func(context.Context) error {
			beats.Add(1)
			return nil
		})
		<-time.After(10*visibility + time.Second)
		if held.Err() != nil {
			t.Errorf("the lease is lost: %v", context.Cause(held))
		}
		if got := beats.Load(); got != 30 {
			t.Errorf("%d heartbeats in ten visibility timeouts, want 30", got)
		}
		release()
		release()
		if !errors.Is(context.Cause(held), context.Canceled) {
			t.Errorf("after release the cause is %v", context.Cause(held))
		}
		<-time.After(visibility)
		if got := beats.Load(); got != 30 {
			t.Errorf("%d heartbeats after release", got-30)
		}
	})
}

func TestFewFailuresLoseNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var beats, failed atomic.Int32
		k := keeper()
		k.Failed = func(error) { failed.Add(1) }
		held, release := k.Hold(t.Context(), time.Now(), func(context.Context) error {
			if beats.Add(1)%4 == 1 {
				return errors.New("throttled")
			}
			return nil
		})
		defer release()
		<-time.After(10 * visibility)
		if held.Err() != nil {
			t.Errorf("the lease is lost: %v", context.Cause(held))
		}
		if failed.Load() == 0 {
			t.Error("nobody was told of the failures")
		}
	})
}

func TestLeaseIsLostBeforeTheMessageIsVisible(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(context.Context) error{
		"failing": func(context.Context) error { return errors.New("throttled") },
		"hanging": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				held, release := keeper().Hold(t.Context(), begun, fails)
				defer release()
				<-held.Done()
				if !errors.Is(context.Cause(held), ErrLost) {
					t.Errorf("the cause is %v, want ErrLost", context.Cause(held))
				}
				if took := time.Since(begun); took >= visibility || took < visibility/2 {
					t.Errorf("lost after %s of %s", took, visibility)
				}
			})
		})
	}
}

func TestMessageThatIsGoneIsLostAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		held, release := keeper().Hold(t.Context(), begun, func(context.Context) error { return errGone })
		defer release()
		<-held.Done()
		if took := time.Since(begun); took != visibility/3 {
			t.Errorf("lost after %s, want at the first heartbeat", took)
		}
		if !errors.Is(context.Cause(held), ErrLost) || !errors.Is(context.Cause(held), errGone) {
			t.Errorf("the cause is %v", context.Cause(held))
		}
	})
}

func TestReleaseWaitsForTheHeartbeatUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var over atomic.Bool
		_, release := keeper().Hold(t.Context(), time.Now(), func(context.Context) error {
			<-time.After(5 * time.Second)
			over.Store(true)
			return nil
		})
		<-time.After(visibility/3 + time.Second)
		release()
		if !over.Load() {
			t.Error("release did not wait")
		}
	})
}
