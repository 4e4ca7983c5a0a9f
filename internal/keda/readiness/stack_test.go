package readiness_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/keda/readiness"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// TestMain stops the stack that the tests share.
func TestMain(m *testing.M) { sandboxtest.Main(m) }

// waitLimit bounds a wait, whose patience with a failure is 34 seconds at the
// polling interval of these tests.
const waitLimit = 3 * time.Minute

const manager = "readiness-test"

// team is a namespace with a workload, its queue, and the engine to work on it.
type team struct {
	*testing.T
	stack     *sandboxtest.Stack
	client    *kube.Client
	namespace string
	queue     sandboxtest.Queue
}

func newTeam(t *testing.T, stack *sandboxtest.Stack) *team {
	t.Helper()
	namespace := stack.CreateNamespace(t, "readiness")
	stack.Apply(t, fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: %[1]s}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: example.com/simulated:1}]}
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: {name: aws, namespace: %[1]s}
spec: {podIdentity: {provider: aws}}
`, namespace))
	return &team{
		T: t, stack: stack, namespace: namespace, queue: stack.CreateQueue(t, namespace),
		client: kube.New(kube.Config{KubeconfigPaths: []string{stack.Kubeconfig}}),
	}
}

// object decodes a manifest into the team's namespace.
func (w *team) object(manifest string) *unstructured.Unstructured {
	w.Helper()
	var object unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(manifest), &object.Object); err != nil {
		w.Fatal(err)
	}
	object.SetNamespace(w.namespace)
	return &object
}

// scaledObject scales a Deployment by the team's queue.
func (w *team) scaledObject(target, authentication string, length int) *unstructured.Unstructured {
	w.Helper()
	return w.object(fmt.Sprintf(`
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web}
spec:
  scaleTargetRef: {name: %s}
  pollingInterval: 2
  triggers:
  - type: aws-sqs-queue
    authenticationRef: {name: %s}
    metadata: {queueURL: %q, queueLength: "%d", awsRegion: %s}
`, target, authentication, w.queue.URL, length, w.stack.AWS.Region))
}

// scaledJob makes Jobs by the team's queue.
func (w *team) scaledJob() *unstructured.Unstructured {
	w.Helper()
	return w.object(fmt.Sprintf(`
apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata: {name: batch}
spec:
  pollingInterval: 2
  jobTargetRef:
    template: {spec: {restartPolicy: Never, containers: [{name: main, image: example.com/simulated:1}]}}
  triggers:
  - type: aws-sqs-queue
    authenticationRef: {name: aws}
    metadata: {queueURL: %q, queueLength: "5", awsRegion: %s}
`, w.queue.URL, w.stack.AWS.Region))
}

// create makes an object, which is gone again when the test's namespace is
// deleted.
func (w *team) create(object *unstructured.Unstructured) *unstructured.Unstructured {
	w.Helper()
	applied, err := w.client.Create(w.Context(), object, kube.ApplyOptions{FieldManager: manager})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(w.Context()), waitLimit)
		defer cancel()
		if _, err := w.client.Delete(ctx, kube.RefOf(object), kube.DeleteOptions{}); err != nil {
			w.Error(err)
		}
	})
	return applied.Object
}

// await waits as a resource does after an apply.
func (w *team) await(live *unstructured.Unstructured) error {
	ctx, cancel := context.WithTimeout(w.Context(), waitLimit)
	defer cancel()
	predicate := readiness.ScaledObject(ctx, w.client)
	if live.GetKind() == "ScaledJob" {
		predicate = readiness.ScaledJob(ctx, w.client)
	}
	begin := time.Now()
	_, err := w.client.Wait(ctx, live, predicate)
	w.Logf("%s: waited %.1f s", kube.RefOf(live), time.Since(begin).Seconds())
	return err
}

// failure is an object that KEDA cannot scale, and what the error has to say.
type failure struct {
	team  *team
	live  *unstructured.Unstructured
	words []string
}

func (f failure) want() {
	err := f.team.await(f.live)
	if _, isFailed := errors.AsType[*readiness.FailedError](err); !isFailed {
		f.team.Errorf("got %v, want a *FailedError", err)
		return
	}
	for _, word := range f.words {
		if !strings.Contains(err.Error(), word) {
			f.team.Errorf("%q is not in the error: %v", word, err)
		}
	}
}

// The failures are waited for together: each takes as long as KEDA is given to
// get over it.
func TestFailuresOnTheStack(t *testing.T) {
	t.Parallel()
	keda := sandboxtest.SharedKEDA(t)
	denied, untargeted, unidentified, job := newTeam(t, keda.Stack), newTeam(t, keda.Stack), newTeam(t, keda.Stack), newTeam(t, keda.Stack)
	keda.Allow(t, keda.RoleARN, untargeted.queue.ARN, "sqs:GetQueueAttributes")
	failures := []failure{
		{denied, denied.create(denied.scaledObject("web", "aws", 5)), []string{
			"TriggerError", "KEDAScalerFailed", "AccessDenied", "permission sqs:GetQueueAttributes",
			fmt.Sprintf("the role %q", keda.RoleARN[strings.LastIndexByte(keda.RoleARN, '/')+1:]),
		}},
		{job, job.create(job.scaledJob()), []string{"TriggerError", "AccessDenied", "permission sqs:GetQueueAttributes"}},
		{untargeted, untargeted.create(untargeted.scaledObject("absent", "aws", 5)), []string{
			"ScaledObjectCheckFailed", fmt.Sprintf(`Deployment "%s/absent" does not exist`, untargeted.namespace),
		}},
		{unidentified, unidentified.create(unidentified.scaledObject("web", "absent", 5)), []string{
			"awsAccessKeyID not found", fmt.Sprintf(`TriggerAuthentication "%s/absent" does not exist`, unidentified.namespace),
		}},
	}
	var waits sync.WaitGroup
	for _, failure := range failures {
		waits.Go(failure.want)
	}
	waits.Wait()

	for _, failure := range failures[:2] {
		keda.Allow(t, keda.RoleARN, failure.team.queue.ARN, "sqs:GetQueueAttributes")
		waits.Go(func() {
			if err := failure.team.await(failure.live); err != nil {
				t.Errorf("once the role may read the queue: %v", err)
			}
		})
	}
	waits.Wait()
}

func TestReadyOnTheStack(t *testing.T) {
	t.Parallel()
	keda := sandboxtest.SharedKEDA(t)
	w := newTeam(t, keda.Stack)
	keda.Allow(t, keda.RoleARN, w.queue.ARN, "sqs:GetQueueAttributes")
	live := w.create(w.scaledObject("web", "aws", 5))
	if err := w.await(live); err != nil {
		t.Fatal(err)
	}
	applied, err := w.client.Apply(t.Context(), w.scaledObject("web", "aws", 7), kube.ApplyOptions{FieldManager: manager, UID: live.GetUID()})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.await(applied.Object); err != nil {
		t.Errorf("after a change: %v", err)
	}
}

// KEDA's finalizer is its operator's business while there is one, and is
// removed by force once there is none. The test has the operator for itself.
func TestFinalizerOfAnOperatorThatIsGone(t *testing.T) {
	keda := sandboxtest.SharedKEDA(t)
	w := newTeam(t, keda.Stack)
	keda.Allow(t, keda.RoleARN, w.queue.ARN, "sqs:GetQueueAttributes")
	options := kube.DeleteOptions{Orphaned: readiness.Orphaned(w.client)}

	live := w.create(w.scaledObject("web", "aws", 5))
	if err := w.await(live); err != nil {
		t.Fatal(err)
	}
	if warnings, err := w.client.Delete(t.Context(), kube.RefOf(live), options); err != nil || len(warnings) > 0 {
		t.Fatalf("with an operator: warnings %q, error %v", warnings, err)
	}

	live = w.create(w.scaledObject("web", "aws", 5))
	if err := w.await(live); err != nil {
		t.Fatal(err)
	}
	w.removeOperator()
	begin := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	for _, ref := range []kube.Ref{kube.RefOf(live), w.authentication()} {
		warnings, err := w.client.Delete(ctx, ref, options)
		if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "finalizer.keda.sh") || !strings.Contains(warnings[0], "operator is gone") {
			t.Errorf("%s without an operator: warnings %q, error %v", ref, warnings, err)
		}
	}
	t.Logf("the operator counted as gone %.1f s after its pod had ended", time.Since(begin).Seconds())
}

// authentication is the team's TriggerAuthentication.
func (w *team) authentication() kube.Ref {
	return kube.Ref{
		GroupVersionKind: schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: "TriggerAuthentication"},
		Namespace:        w.namespace, Name: "aws",
	}
}

// removeOperator deletes the operator until the end of the test, and returns
// when its pod is gone.
func (w *team) removeOperator() {
	w.Helper()
	deployments := w.stack.Kubernetes.AppsV1().Deployments(sandboxtest.KEDANamespace)
	operator, err := deployments.Get(w.Context(), "keda-operator", metav1.GetOptions{})
	if err != nil {
		w.Fatal(err)
	}
	if err := deployments.Delete(w.Context(), operator.Name, metav1.DeleteOptions{}); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		ctx := context.WithoutCancel(w.Context())
		again := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: operator.Name, Labels: operator.Labels}, Spec: operator.Spec}
		if _, err := deployments.Create(ctx, again, metav1.CreateOptions{}); err != nil {
			w.Error(err)
		}
		w.stack.Await(w, "the operator to be back", time.Minute, func() error {
			operator, err := deployments.Get(ctx, operator.Name, metav1.GetOptions{})
			if err == nil && operator.Status.ReadyReplicas == 0 {
				err = errors.New("it is not ready")
			}
			return err
		})
	})
	w.stack.Await(w, "the operator's pod to be gone", time.Minute, func() error {
		pods, err := w.stack.Kubernetes.CoreV1().Pods(sandboxtest.KEDANamespace).List(w.Context(), metav1.ListOptions{LabelSelector: "app=keda-operator"})
		if err == nil && len(pods.Items) > 0 {
			err = fmt.Errorf("there is %s", pods.Items[0].Name)
		}
		return err
	})
}
