package readiness

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

const (
	// defaultPollingInterval is KEDA's (scaledobject_types.go).
	defaultPollingInterval = 30
	// pollMargin is how much longer than its interval a poll may take to show:
	// the query of a source, and two writes to the API server.
	pollMargin = 5 * time.Second
	// propagation is how long IAM may take to apply a permission that was granted
	// in the same apply.
	propagation = 30 * time.Second
	// settling is how long an object that has been changed has to look ready. KEDA
	// sees a change within milliseconds, unless it is busy, and polls at once.
	settling = 3 * time.Second
	// operatorSilence is how long a running operator takes at most to notice an
	// object, unless it has hundreds to look at.
	operatorSilence = 15 * time.Second
	// diagnoseAgain spares the cluster: a predicate is asked every two seconds.
	diagnoseAgain = 10 * time.Second
)

// watcher follows one object until it is ready.
type watcher struct {
	ctx       context.Context //nolint:containedctx // a predicate has no context of its own
	cluster   Cluster
	judge     func(*unstructured.Unstructured) verdict
	hasTarget bool
	now       func() time.Time

	// applied is the time of the last change, by the cluster's clock.
	applied time.Time
	began   time.Time
	// judgedBefore: it looked ready at first sight.
	judgedBefore bool

	askedAt      time.Time
	failingSince time.Time
	lastError    kube.Event
	errorSeen    time.Time

	diagnosed   verdict
	diagnosedAt time.Time
	diagnosis   *FailedError
	retrying    bool
}

func newWatcher(ctx context.Context, cluster Cluster, judge func(*unstructured.Unstructured) verdict, hasTarget bool) *watcher {
	return &watcher{ctx: ctx, cluster: cluster, judge: judge, hasTarget: hasTarget, now: time.Now}
}

// look is the predicate.
func (w *watcher) look(live *unstructured.Unstructured) (bool, string, error) {
	v := w.judge(live)
	if w.began.IsZero() {
		w.began, w.applied, w.judgedBefore = w.now(), lastChange(live), v.state == good
	}
	switch v.state {
	case good:
		v = w.doubt(live, v.paused)
	case pending:
		v = w.suspect(v)
	}
	switch v.state {
	case good:
		return true, "", nil
	case pending:
		return false, v.account, nil
	}
	return w.fail(live, v)
}

// suspect asks whether there is an operator when none has said anything.
func (w *watcher) suspect(v verdict) verdict {
	now := w.now()
	if now.Sub(w.began) < operatorSilence || now.Sub(w.askedAt) < diagnoseAgain {
		return v
	}
	w.askedAt = now
	return w.withOperator(v)
}

// withOperator is the verdict if an operator can have led to it.
func (w *watcher) withOperator(v verdict) verdict {
	// What the cluster will not tell is no proof.
	absent, why, _ := OperatorAbsent(w.ctx, w.cluster)
	if !absent {
		return v
	}
	return verdict{state: failing, reason: "OperatorAbsent", account: why + ". Install KEDA first, and let this resource depend on it."}
}

// doubt looks for what may be wrong with an object whose status says that all
// is well.
func (w *watcher) doubt(live *unstructured.Unstructured, paused bool) verdict {
	if w.judgedBefore {
		if difference := w.hpaDifference(live); difference != "" {
			return waits("%s", difference)
		}
		if w.now().Sub(w.began) < settling {
			return waits("KEDA may not have seen the change yet")
		}
		if v := w.withOperator(verdict{}); v.state == failing {
			return v
		}
	}
	if paused {
		return verdict{state: good}
	}
	if missing := missingAuthentications(w.ctx, w.cluster, live); len(missing) > 0 {
		return verdict{state: failing, reason: "MissingAuthentication", account: strings.Join(missing, " ")}
	}
	return w.readErrors(live)
}

// readErrors waits for the poll after the last one that failed.
func (w *watcher) readErrors(live *unstructured.Unstructured) verdict {
	// Without the right to read events the status has to do.
	events, _ := w.cluster.Warnings(w.ctx, live, w.applied)
	events = slices.DeleteFunc(events, func(e kube.Event) bool {
		return e.Reason != "KEDAScalerFailed" && e.Reason != "KEDAMetricSourceFailed"
	})
	if len(events) == 0 {
		return verdict{state: good}
	}
	if events[0] != w.lastError {
		w.lastError, w.errorSeen = events[0], w.now()
	}
	failed := verdict{state: failing, reason: w.lastError.Reason, account: "KEDA could not read a metric when it last tried"}
	// With a fallback the status stays as it is, and not every repetition of an
	// event is recorded: a second failure is all that can be seen.
	if _, hasFallback, _ := unstructured.NestedMap(live.Object, "spec", "fallback"); hasFallback && (len(events) > 1 || events[0].Count > 1) {
		return failed
	}
	if w.now().Sub(w.errorSeen) < pollingInterval(live)+pollMargin {
		return failed
	}
	return verdict{state: good}
}

// fail gives what fails its time to pass: KEDA tries again by itself, and what
// it needs may be made in the same apply.
func (w *watcher) fail(live *unstructured.Unstructured, v verdict) (bool, string, error) {
	now := w.now()
	if w.failingSince.IsZero() {
		w.failingSince = now
	}
	if v != w.diagnosed || now.Sub(w.diagnosedAt) >= diagnoseAgain {
		w.diagnose(live, v)
		w.diagnosed, w.diagnosedAt = v, now
	}
	if !w.retrying && now.Sub(w.failingSince) >= 2*pollingInterval(live)+propagation {
		return false, w.diagnosis.diagnosis(), w.diagnosis
	}
	return false, w.diagnosis.diagnosis(), nil
}

// diagnose finds out why the object fails.
func (w *watcher) diagnose(live *unstructured.Unstructured, v verdict) {
	// What the cluster does not tell is missing in the account, and no more.
	events, _ := w.cluster.Warnings(w.ctx, live, w.applied)
	if len(events) == 0 {
		// KEDA records no second time what it has recorded before the change.
		events, _ = w.cluster.Warnings(w.ctx, live, time.Time{})
	}
	messages := []string{v.account}
	for _, event := range distinct(events) {
		messages = append(messages, event.Message)
	}
	w.diagnosis = &FailedError{Object: kube.RefOf(live), Account: v.account, Events: events}
	w.lookForTarget(live, v)
	for _, a := range authentications(w.ctx, w.cluster, live) {
		if a.missing && !strings.Contains(v.account, a.account()) {
			w.diagnosis.Causes = append(w.diagnosis.Causes, a.account())
		}
		w.diagnosis.Causes = append(w.diagnosis.Causes, a.missingValues(w.ctx, w.cluster)...)
	}
	w.diagnosis.Causes = append(w.diagnosis.Causes, explain(messages...)...)
}

// targetMessage begins what KEDA says of a target that it cannot scale
// (ScaleTargetErrMsg in pkg/common/message/message.go).
const targetMessage = "ScaledObject doesn't have correct scaleTargetRef specification"

// lookForTarget tells a target that does not exist from one that KEDA has not
// seen yet: it does not watch for it, and tries at growing intervals.
func (w *watcher) lookForTarget(live *unstructured.Unstructured, v verdict) {
	w.retrying = false
	if !w.hasTarget || !strings.Contains(v.account, targetMessage) || !strings.Contains(v.account, "not found") {
		return
	}
	switch _, err := w.cluster.Get(w.ctx, target(live)); {
	case err == nil:
		w.retrying = true
		w.diagnosis.Causes = append(w.diagnosis.Causes, fmt.Sprintf("%s exists by now; KEDA has not looked for it again yet.", target(live)))
	case kube.IsGone(err):
		w.diagnosis.Causes = append(w.diagnosis.Causes, fmt.Sprintf("%s does not exist. Make it first, and let this resource depend on it.", target(live)))
	}
}

// hpaDifference says what of the HPA is not as the ScaledObject wants it
// (newHPAForScaledObject in controllers/keda/hpa.go).
func (w *watcher) hpaDifference(live *unstructured.Unstructured) string {
	name := text(live, "status", "hpaName")
	if !w.hasTarget || name == "" {
		return ""
	}
	hpa, err := w.cluster.Get(w.ctx, kube.Ref{GroupVersionKind: hpaKind, Namespace: live.GetNamespace(), Name: name})
	if err != nil {
		// Paused objects have none, and not everybody may read it.
		return ""
	}
	for _, bound := range []struct {
		field      string
		want, have int64
	}{
		{"minReplicas", max(1, integer(live, 0, "spec", "minReplicaCount")), integer(hpa, 1, "spec", "minReplicas")},
		{"maxReplicas", integer(live, 100, "spec", "maxReplicaCount"), integer(hpa, 0, "spec", "maxReplicas")},
	} {
		if bound.want != bound.have {
			return fmt.Sprintf("KEDA has not changed the HPA's %s from %d to %d yet", bound.field, bound.have, bound.want)
		}
	}
	if want, have := target(live).Name, text(hpa, "spec", "scaleTargetRef", "name"); want != have {
		return fmt.Sprintf("KEDA has not changed the HPA's target from %q to %q yet", have, want)
	}
	return ""
}

func pollingInterval(live *unstructured.Unstructured) time.Duration {
	return time.Duration(integer(live, defaultPollingInterval, "spec", "pollingInterval")) * time.Second
}

// lastChange is when the object was last applied, by the API server's clock: the
// one of this machine may differ.
func lastChange(live *unstructured.Unstructured) time.Time {
	last := live.GetCreationTimestamp().Time
	for _, entry := range live.GetManagedFields() {
		if entry.Operation == metav1.ManagedFieldsOperationApply && entry.Subresource == "" && entry.Time != nil && entry.Time.After(last) {
			last = entry.Time.Time
		}
	}
	return last
}
