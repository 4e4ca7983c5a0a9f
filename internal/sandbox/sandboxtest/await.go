package sandboxtest

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Await polls until the condition holds. A part of a local stack that dies, or
// the limit, ends the test with what was seen last.
func (s *Stack) Await(t testing.TB, what string, limit time.Duration, holds func() error) {
	t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		last := holds()
		if last == nil {
			return
		}
		select {
		case <-s.failed():
			t.Fatalf("waiting for %s: %v", what, s.local.Err())
		case <-deadline.C:
			t.Fatalf("waited %s for %s: %v", limit, what, last)
		case <-tick.C:
		}
	}
}

// dumpTimeout bounds the reading of events after a failure.
const dumpTimeout = 10 * time.Second

// dump prints what is needed to understand a failure.
func (s *Stack) dump(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), dumpTimeout)
	defer cancel()
	events, err := s.Kubernetes.CoreV1().Events("").List(ctx, metav1.ListOptions{FieldSelector: "type=" + corev1.EventTypeWarning})
	if err != nil {
		t.Logf("events: %v", err)
	} else {
		for _, e := range events.Items {
			t.Logf("%s %s/%s: %s: %s", e.InvolvedObject.Kind, e.Namespace, e.InvolvedObject.Name, e.Reason, e.Message)
		}
	}
	if s.local != nil {
		t.Log(s.local.Logs())
	}
}
