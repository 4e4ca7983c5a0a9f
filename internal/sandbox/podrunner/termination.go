package podrunner

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// defaultGrace is the API's default termination grace period.
const defaultGrace = 30 * time.Second

// retryPause is the pause between attempts of a request that must not be lost.
const retryPause = time.Second

// gracePeriod is what the pod's programs get to end: the deletion's, or before
// a deletion the pod's own.
func (w *worker) gracePeriod() time.Duration {
	pod := w.current()
	switch {
	case pod.DeletionGracePeriodSeconds != nil:
		return time.Duration(*pod.DeletionGracePeriodSeconds) * time.Second
	case pod.Spec.TerminationGracePeriodSeconds != nil:
		return time.Duration(*pod.Spec.TerminationGracePeriodSeconds) * time.Second
	}
	return defaultGrace
}

// halt ends what still runs: the main containers together with init containers
// in progress, then the sidecars in the reverse order of their start, all
// within one grace period.
func (w *worker) halt() {
	w.end()
	deadline := time.Now().Add(w.gracePeriod())
	var sidecars, others []*container
	for _, c := range w.inits {
		if sidecar(c.spec) {
			sidecars = append(sidecars, c)
		} else {
			others = append(others, c)
		}
	}
	others = append(others, w.containers...)
	for _, c := range others {
		c.stop(deadline)
	}
	for _, c := range others {
		c.awaitEnd()
	}
	for _, sidecar := range slices.Backward(sidecars) {
		sidecar.stop(deadline)
		sidecar.awaitEnd()
	}
	w.change(func(o *observed) { o.ended = true })
}

// finish reports the end, waits until the pod is to be deleted, and deletes it.
func (w *worker) finish() {
	for w.forced.Err() == nil && w.syncStatus(w.forced) != nil {
		sleep(w.forced, retryPause)
	}
	select {
	case <-w.deleted:
	case <-w.forced.Done():
		if !w.orphan.Load() {
			return // gone from the API server, or the runner ends
		}
	}
	for w.r.ctx.Err() == nil && !w.delete(w.r.ctx) {
		sleep(w.r.ctx, retryPause)
	}
}

// delete removes the pod from the API server; it returns false when that must
// be tried again. The UID keeps it from removing a successor of the same name.
func (w *worker) delete(ctx context.Context) bool {
	none := int64(0)
	err := w.r.config.Client.CoreV1().Pods(w.key.Namespace).Delete(ctx, w.key.Name, metav1.DeleteOptions{
		GracePeriodSeconds: &none, Preconditions: &metav1.Preconditions{UID: &w.uid},
	})
	if err == nil || apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return true
	}
	w.log.Warn("cannot delete the pod, trying again", "error", err)
	return false
}

// cleanUp leaves nothing of the pod but its logs.
func (w *worker) cleanUp() {
	w.force()
	w.r.ips.release(w.ip)
	for _, c := range w.inits {
		w.r.backoff.DeleteEntry(w.dir + "/" + c.spec.Name)
	}
	for _, c := range w.containers {
		w.r.backoff.DeleteEntry(w.dir + "/" + c.spec.Name)
	}
	if !w.programs {
		return
	}
	for _, sub := range []string{"home", "tmp", "volumes", kubeconfigName} {
		if err := os.RemoveAll(filepath.Join(w.dir, sub)); err != nil {
			w.log.Warn("cannot remove a part of the pod's folder", "error", err)
		}
	}
}
