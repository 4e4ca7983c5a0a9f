package model

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestWatchFollowsTheServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		down.Store(true)
		var changes []bool
		w := NewWatch(func(context.Context) error {
			if down.Load() {
				return errors.New("loading")
			}
			return nil
		}, time.Minute, func(err error) { changes = append(changes, err == nil) })
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go w.Run(ctx)
		<-time.After(90 * time.Second)
		if w.Err() == nil {
			t.Error("ready while the server is loading")
		}
		down.Store(false)
		begun := time.Now()
		<-w.Ready()
		if took := time.Since(begun); took != 30*time.Second {
			t.Errorf("ready after %s, want at the next probe", took)
		}
		ready := w.Ready()
		down.Store(true)
		w.Suspect()
		w.Suspect()
		synctest.Wait()
		if w.Err() == nil || w.Ready() == ready {
			t.Error("still ready after a failure that was suspected")
		}
		if len(changes) != 2 || !changes[0] || changes[1] {
			t.Errorf("changes %v, want up and down", changes)
		}
	})
}
