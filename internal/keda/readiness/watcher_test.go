package readiness

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// changed is when the object of these tests was applied, by the cluster's clock,
// which is an hour ahead of the test's.
var changed = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

const (
	pollEvery    = 10
	clockedMeta  = "metadata: {name: web, namespace: team, creationTimestamp: '2030-01-01T12:00:00Z'}\n"
	clockedSpec  = "spec: {scaleTargetRef: {name: web}, pollingInterval: 10, triggers: [{type: cron, authenticationRef: {name: auth}}]}\n"
	fallbackSpec = "spec: {scaleTargetRef: {name: web}, pollingInterval: 10, fallback: {replicas: 2, failureThreshold: 3}, triggers: [{type: cron}]}\n"
	isGood       = `status: {hpaName: keda-hpa-web, triggersTypes: cron, conditions: [{type: Ready, status: "True"}, {type: Active, status: "False"}]}`
	isNew        = `status: {}`
	isFailing    = `status: {hpaName: keda-hpa-web, triggersTypes: cron, conditions: [{type: Ready, status: "False", reason: TriggerError, message: broken}, {type: Active, status: "False"}]}`
	noTarget     = `status: {conditions: [{type: Ready, status: "False", reason: ScaledObjectCheckFailed, message: 'ScaledObject doesn''t have correct scaleTargetRef specification: deployments.apps "web" not found'}, {type: Active, status: Unknown}]}`

	anAuthentication = "{apiVersion: keda.sh/v1alpha1, kind: TriggerAuthentication, metadata: {name: auth, namespace: team}, spec: {secretTargetRef: [{parameter: p, name: s, key: k}]}}"
	anOperator       = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: keda-operator, namespace: keda, labels: {app: keda-operator}}}"
	anHPA            = "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: keda-hpa-web, namespace: team}, spec: {minReplicas: 1, maxReplicas: 100, scaleTargetRef: {name: web}}}"
)

// scene is a watcher whose clock a test moves.
type scene struct {
	t       *testing.T
	watcher *watcher
	cluster *someObjects
	clock   time.Time
}

func newScene(t *testing.T, objects ...string) *scene {
	t.Helper()
	s := &scene{t: t, cluster: &someObjects{}, clock: changed.Add(-time.Hour)}
	for _, manifest := range append(objects, anOperator, anHPA) {
		s.cluster.add(t, manifest)
	}
	s.watcher = newWatcher(t.Context(), s.cluster, judgeScaledObject, true)
	s.watcher.now = func() time.Time { return s.clock }
	return s
}

func (s *scene) look(spec, status string) (bool, string, error) {
	s.t.Helper()
	return s.watcher.look(object(s.t, scaledObjectHead+clockedMeta+spec+status))
}

func (s *scene) wantReady(spec, status string) {
	s.t.Helper()
	if done, progress, err := s.look(spec, status); !done || err != nil {
		s.t.Errorf("not ready: %q, %v", progress, err)
	}
}

func (s *scene) wantWaiting(spec, status string, accounts ...string) {
	s.t.Helper()
	done, progress, err := s.look(spec, status)
	if done || err != nil {
		s.t.Fatalf("ready %t, error %v; want it to wait", done, err)
	}
	for _, account := range accounts {
		if !strings.Contains(progress, account) {
			s.t.Errorf("%q is not in %q", account, progress)
		}
	}
}

func (s *scene) wantFailed(spec, status string, accounts ...string) {
	s.t.Helper()
	_, _, err := s.look(spec, status)
	if _, isFailed := errors.AsType[*FailedError](err); !isFailed {
		s.t.Fatalf("got %v, want a *FailedError", err)
	}
	for _, account := range accounts {
		if !strings.Contains(err.Error(), account) {
			s.t.Errorf("%q is not in %q", account, err)
		}
	}
}

func (s *scene) pass(d time.Duration) { s.clock = s.clock.Add(d) }

// patience is the longest that a failure of these tests may last.
const patience = 2*pollEvery*time.Second + propagation

func TestNewObjectIsReadyAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t, anAuthentication)
	s.wantWaiting(clockedSpec, isNew)
	s.wantReady(clockedSpec, isGood)
}

func TestChangedObjectHasToSettle(t *testing.T) {
	t.Parallel()
	s := newScene(t, anAuthentication)
	s.wantWaiting(clockedSpec, isGood, "may not have seen the change")
	s.pass(settling)
	s.wantReady(clockedSpec, isGood)
}

func TestChangedBoundsShowInTheHPA(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	wanted := "spec: {scaleTargetRef: {name: web}, maxReplicaCount: 7, triggers: [{type: cron}]}\n"
	s.wantWaiting(wanted, isGood)
	s.pass(time.Minute)
	s.wantWaiting(wanted, isGood, "maxReplicas", "100", "7")
	s.cluster.objects[len(s.cluster.objects)-1] = object(t, strings.Replace(anHPA, "maxReplicas: 100", "maxReplicas: 7", 1))
	s.wantReady(wanted, isGood)
}

func TestChangeWithoutAnOperator(t *testing.T) {
	t.Parallel()
	s := newScene(t, anAuthentication)
	s.cluster.objects = s.cluster.objects[:1]
	s.wantWaiting(clockedSpec, isGood)
	s.pass(settling)
	s.wantWaiting(clockedSpec, isGood, "operator is gone")
}

func TestSilenceNamesTheMissingOperator(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.cluster.objects = nil
	s.wantWaiting(clockedSpec, isNew, "not looked")
	s.pass(operatorSilence)
	s.wantWaiting(clockedSpec, isNew, "operator is gone", "Install KEDA")
	s.pass(patience)
	s.wantFailed(clockedSpec, isNew, "Install KEDA")
}

func TestAnEarlyErrorIsNotForgotten(t *testing.T) {
	t.Parallel()
	s := newScene(t, anAuthentication)
	s.wantWaiting(clockedSpec, isNew)
	s.cluster.events = []kube.Event{{Time: changed.Add(time.Second), Reason: "KEDAScalerFailed", Message: "AccessDenied: User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: sqs:GetQueueAttributes", Count: 1}}
	s.wantWaiting(clockedSpec, isGood, "sqs:GetQueueAttributes is missing", `role "r"`)
	s.pass(pollEvery * time.Second)
	s.wantWaiting(clockedSpec, isGood)
	s.pass(pollMargin)
	s.wantReady(clockedSpec, isGood)
}

func TestErrorsFromBeforeTheChangeAreOver(t *testing.T) {
	t.Parallel()
	s := newScene(t, anAuthentication)
	s.cluster.events = []kube.Event{{Time: changed.Add(-time.Minute), Reason: "KEDAScalerFailed", Count: 3}, {Time: changed.Add(time.Second), Reason: "ScaledObjectCheckFailed", Count: 1}}
	s.wantWaiting(clockedSpec, isNew)
	s.wantReady(clockedSpec, isGood)
}

func TestFailureHasTimeToPass(t *testing.T) {
	t.Parallel()
	s := newScene(t, anAuthentication)
	s.cluster.events = []kube.Event{{Time: changed, Reason: "KEDAScalerFailed", Message: "the cause", Count: 2}}
	s.wantWaiting(clockedSpec, isFailing, "TriggerError")
	s.pass(patience - time.Second)
	s.wantWaiting(clockedSpec, isFailing)
	s.pass(time.Second)
	s.wantFailed(clockedSpec, isFailing, `ScaledObject "team/web"`, "TriggerError", "the cause", `Secret "team/s", which does not exist`)
}

// KEDA stays Ready, so that a second failure is all that shows.
func TestFallbackDoesNotHideAFailure(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.wantWaiting(fallbackSpec, isNew)
	s.cluster.events = []kube.Event{{Time: changed, Reason: "KEDAScalerFailed", Message: "the cause", Count: 2}}
	s.wantWaiting(fallbackSpec, isGood, "could not read a metric")
	s.pass(patience)
	s.wantFailed(fallbackSpec, isGood, "the cause")
}

func TestMissingTarget(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.wantWaiting(clockedSpec, noTarget, `Deployment "team/web" does not exist`)
	s.pass(patience)
	s.wantFailed(clockedSpec, noTarget, `Deployment "team/web" does not exist`)

	// KEDA is slow to look again, which is no failure.
	s = newScene(t, "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: team}}")
	s.wantWaiting(clockedSpec, noTarget, "exists by now")
	s.pass(10 * patience)
	s.wantWaiting(clockedSpec, noTarget, "exists by now")
}

func TestMissingAuthentication(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.wantWaiting(clockedSpec, isNew)
	s.wantWaiting(clockedSpec, isGood, `TriggerAuthentication "team/auth" does not exist`)
	s.pass(patience)
	s.wantFailed(clockedSpec, isGood, `TriggerAuthentication "team/auth" does not exist`)

	s = newScene(t)
	clusterWide := strings.Replace(clockedSpec, "{name: auth}", "{name: auth, kind: ClusterTriggerAuthentication}", 1)
	s.wantWaiting(clusterWide, isNew)
	s.wantWaiting(clusterWide, isGood, `ClusterTriggerAuthentication "auth" does not exist`)
	s.cluster.add(t, "{apiVersion: keda.sh/v1alpha1, kind: ClusterTriggerAuthentication, metadata: {name: auth}}")
	s.wantReady(clusterWide, isGood)
}

func TestMissingKeyOfASecret(t *testing.T) {
	t.Parallel()
	s := newScene(t, anAuthentication, "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: team}, data: {other: c2VjcmV0}}")
	s.wantWaiting(clockedSpec, isFailing, `the key "k" of Secret "team/s"`)
	if _, progress, _ := s.look(clockedSpec, isFailing); strings.Contains(progress, "c2VjcmV0") {
		t.Error("a Secret's value is in the account")
	}
}

func TestPausedNeedsNoMetric(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	live := object(t, scaledObjectHead+"metadata: {name: web, namespace: team, annotations: {autoscaling.keda.sh/paused: 'true'}}\n"+clockedSpec+
		`status: {conditions: [{type: Ready, status: "True"}, {type: Paused, status: "True"}]}`)
	if done, _, err := s.watcher.look(live); done || err != nil {
		t.Errorf("ready %t at first sight, %v", done, err)
	}
	s.pass(settling)
	if done, progress, err := s.watcher.look(live); !done || err != nil {
		t.Errorf("%q, %v", progress, err)
	}
}

// KEDA says the same at every poll, with another RequestID.
func TestEventsThatSayTheSameAreShownOnce(t *testing.T) {
	t.Parallel()
	event := func(reason, message string) kube.Event { return kube.Event{Reason: reason, Message: message} }
	shown := distinct([]kube.Event{
		event("KEDAScalerFailed", "RequestID: abc, AccessDenied: role/1795325011459805158"),
		event("KEDAScalerFailed", "RequestID: def, AccessDenied: role/1795325001459008301"),
		event("KEDAScalerFailed", "another queue"), event("Other", "another queue"), event("Fourth", "too many"),
	})
	if len(shown) != shownEvents || shown[1].Message != "another queue" || shown[2].Reason != "Other" {
		t.Errorf("shown are %v", shown)
	}
}
