package kube

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// DeleteError says that an object is still there, and what keeps it.
type DeleteError struct {
	Object Ref
	// After is how long the wait was.
	After time.Duration
	// Blockers are what keeps the object, in words.
	Blockers []string
	// Unsure is why it is not known whether a finalizer's controller is absent.
	Unsure error
	// Events are the object's Warning events since the deletion, newest first.
	Events []Event
	// Cause is context.DeadlineExceeded, context.Canceled, or the error that the
	// cluster gave.
	Cause error
}

func (e *DeleteError) Error() string {
	var words strings.Builder
	fmt.Fprintf(&words, "%s is not gone after %s", e.Object, e.After.Round(time.Second))
	words.WriteString(ending(e.Cause))
	for _, blocker := range e.Blockers {
		fmt.Fprintf(&words, "\n- %s", blocker)
	}
	if e.Unsure != nil {
		fmt.Fprintf(&words, "\n- whether the finalizer's controller is absent is not known: %v", e.Unsure)
	}
	writeEvents(&words, e.Events)
	return words.String()
}

func (e *DeleteError) Unwrap() error { return e.Cause }

// blockers says what keeps an object that is being deleted.
func blockers(live *unstructured.Unstructured) []string {
	var found []string
	for _, finalizer := range live.GetFinalizers() {
		switch finalizer {
		case metav1.FinalizerDeleteDependents:
			found = append(found, "objects that it owns, and whose owner reference blocks its deletion, are not gone (finalizer foregroundDeletion)")
		case metav1.FinalizerOrphanDependents:
			found = append(found, "the garbage collector has not yet released the objects that it owns (finalizer orphan)")
		default:
			found = append(found, fmt.Sprintf("the finalizer %q is not removed: its controller has not finished, or does not run", finalizer))
		}
	}
	found = append(found, remains(live)...)
	if len(found) == 0 {
		found = append(found, fmt.Sprintf("no finalizer is left; its grace period of %d s has begun", graceSeconds(live)))
	}
	return found
}

func graceSeconds(live *unstructured.Unstructured) int64 {
	if seconds := live.GetDeletionGracePeriodSeconds(); seconds != nil {
		return *seconds
	}
	return 0
}

// remains reads the conditions in which a namespace and a
// CustomResourceDefinition say what they still hold.
func remains(live *unstructured.Unstructured) []string {
	if kind := live.GetKind(); kind != "Namespace" && kind != "CustomResourceDefinition" {
		return nil
	}
	var found []string
	for _, condition := range Conditions(live) {
		deleting := strings.HasPrefix(condition.Type, "Namespace") || condition.Type == "Terminating"
		if deleting && condition.Status == "True" && condition.Message != "" {
			found = append(found, condition.Message)
		}
	}
	return found
}
