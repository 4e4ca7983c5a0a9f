package kube

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Predicate looks at an object and says whether it is as wanted. If not,
// progress says in words what it still waits for. An error ends the wait: the
// object will never be as wanted.
//
// It is called at every change and every two seconds, so it may depend on time.
type Predicate func(live *unstructured.Unstructured) (done bool, progress string, err error)

// WaitError says that an object did not become as wanted in time.
type WaitError struct {
	Object Ref
	// After is how long the wait was.
	After time.Duration
	// Progress is what the predicate said last.
	Progress string
	// Events are the object's Warning events since the wait began, newest first.
	Events []Event
	// Cause is context.DeadlineExceeded, context.Canceled, or the error that the
	// cluster gave.
	Cause error
}

func (e *WaitError) Error() string {
	var words strings.Builder
	fmt.Fprintf(&words, "%s is not ready after %s", e.Object, e.After.Round(time.Second))
	if e.Progress != "" {
		fmt.Fprintf(&words, ": %s", e.Progress)
	}
	words.WriteString(ending(e.Cause))
	writeEvents(&words, e.Events)
	return words.String()
}

func (e *WaitError) Unwrap() error { return e.Cause }

// ending says how a wait ended, unless its time ran out, which goes without
// saying.
func ending(cause error) string {
	var interrupted *InterruptedError
	switch {
	case errors.As(cause, &interrupted):
		return fmt.Sprintf(" (%v)", interrupted.Last)
	case errors.Is(cause, context.Canceled):
		return " (cancelled)"
	case errors.Is(cause, context.DeadlineExceeded):
		return ""
	}
	return fmt.Sprintf(" (%v)", cause)
}

// GoneError says that an object was deleted while it was waited for.
type GoneError struct{ Object Ref }

func (e *GoneError) Error() string {
	return fmt.Sprintf("%s was deleted by someone else while it was waited for", e.Object)
}

// Wait returns the object once ready says it is as wanted. It looks first at
// live, which is the object as an apply returned it, so that a wait for what
// holds already costs no request. ctx bounds it.
//
// Errors: ready's own, a *GoneError, or a *WaitError.
func (c *Client) Wait(ctx context.Context, live *unstructured.Unstructured, ready Predicate) (*unstructured.Unstructured, error) {
	var (
		ref      = RefOf(live)
		latest   = live
		start    = time.Now()
		progress string
		decided  error
	)
	err := c.observe(ctx, ref, live, func(_ context.Context, seen *unstructured.Unstructured) (bool, error) {
		if seen == nil {
			decided = &GoneError{Object: ref}
			return false, decided
		}
		latest = seen
		var done bool
		done, progress, decided = ready(seen)
		return done, decided
	})
	switch {
	case err == nil:
		return latest, nil
	case decided != nil:
		return latest, decided
	}
	return latest, &WaitError{
		Object: ref, After: time.Since(start), Progress: progress, Cause: err,
		Events: c.lastWords(ctx, latest, start),
	}
}
