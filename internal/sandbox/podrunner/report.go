package podrunner

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

// keepStatus brings the API server's status up to date after each change. It
// also puts right what others set wrongly, such as a node controller that took
// the node for lost.
func (w *worker) keepStatus(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.dirty:
		}
		if err := w.syncStatus(ctx); err != nil && ctx.Err() == nil {
			w.log.Warn("cannot report the pod's status, trying again", "error", err)
			sleep(ctx, retryPause)
			w.touch()
		}
	}
}

// syncStatus patches the status when it differs from what the API server has.
// A strategic merge keeps conditions that others set.
func (w *worker) syncStatus(ctx context.Context) error {
	w.mu.Lock()
	pod := w.pod
	status := podStatus(pod, w.state)
	patch, err := statusPatch(pod, status)
	w.mu.Unlock()
	if err != nil || patch == nil {
		return err
	}
	updated, err := w.r.config.Client.CoreV1().Pods(w.key.Namespace).Patch(
		ctx, w.key.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil // gone, or another pod by this name: the informer tells
	}
	if err != nil {
		return err
	}
	w.observe(updated)
	return nil
}

// statusPatch returns the patch that gives a pod a status, or nil when it has
// it already. The UID in it is the precondition that it still is this pod.
func statusPatch(pod *corev1.Pod, status corev1.PodStatus) ([]byte, error) {
	if equality.Semantic.DeepEqual(pod.Status, status) {
		return nil, nil
	}
	before, err := json.Marshal(corev1.Pod{Status: pod.Status})
	if err != nil {
		return nil, err
	}
	after, err := json.Marshal(corev1.Pod{ObjectMeta: metav1.ObjectMeta{UID: pod.UID}, Status: status})
	if err != nil {
		return nil, err
	}
	patch, err := strategicpatch.CreateTwoWayMergePatch(before, after, corev1.Pod{})
	if err != nil {
		return nil, fmt.Errorf("cannot compute a status patch: %w", err)
	}
	return patch, nil
}

// event records an event on the pod, or on one of its containers.
func (w *worker) event(container *corev1.Container, kind, reason, message string) {
	ref := &corev1.ObjectReference{
		Kind: "Pod", APIVersion: "v1", Namespace: w.key.Namespace, Name: w.key.Name, UID: w.uid,
	}
	if container != nil {
		ref.FieldPath = "spec.containers{" + container.Name + "}"
	}
	w.r.recorder.Event(ref, kind, reason, message)
}
