package provider

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
)

type callKey struct{}

func TestCall(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), callKey{}, "value"), time.Hour)
	defer cancel()

	during := newCall(ctx)
	inner, cancelInner := context.WithCancel(during)
	defer cancelInner()

	if _, bounded := inner.Deadline(); !bounded || inner.Value(callKey{}) != "value" || inner.Err() != nil {
		t.Error("the call's own context does not show through")
	}

	cancel()
	<-inner.Done()

	if !errors.Is(during.Err(), context.Canceled) {
		t.Errorf("a cancelled call says %v", during.Err())
	}
}

// TestEndedCall keeps contexts as the framework does, and nothing of the calls.
func TestEndedCall(t *testing.T) {
	t.Parallel()

	freed := make(chan struct{})
	kept := func() context.Context {
		request := new([1 << 20]byte)
		runtime.AddCleanup(request, func(done chan struct{}) { close(done) }, freed)

		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), callKey{}, request))
		defer cancel()

		during := newCall(ctx)
		defer during.end()

		inner, cancelInner := context.WithCancel(during)
		t.Cleanup(cancelInner)

		return inner
	}()

	for {
		runtime.GC()

		select {
		case <-freed:
			if kept.Err() == nil || kept.Value(callKey{}) != nil {
				t.Error("an ended call still has its context")
			}

			return
		case <-t.Context().Done():
			t.Fatal("what belongs to a call is kept after its end")
		case <-time.After(time.Millisecond):
		}
	}
}
