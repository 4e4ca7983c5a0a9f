package sandbox_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

const (
	messages    = 50
	maxReplicas = 10

	// Short against real ones, long enough to be seen.
	bootDelay  = 3 * time.Second
	startDelay = 2 * time.Second
)

// Kinds of this test.
var (
	nodeClaims             = schema.GroupVersionResource{Group: "karpenter.sh", Version: "v1", Resource: "nodeclaims"}
	scaledObjects          = schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: "ScaledObject"}
	triggerAuthentications = schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: "TriggerAuthentication"}
)

// TestQueueScalesGPUNodes is the reason for the stack: everything of a
// queue-driven GPU workload, made by hand with client-go and the AWS SDK, works
// as on EKS. The stages share one installation of KEDA because a platform does.
func TestQueueScalesGPUNodes(t *testing.T) {
	t.Parallel()
	h := newHarness(t, sandbox.Options{NodeBootDelay: bootDelay, PodStartDelay: startDelay})
	ctx := h.ctx

	queue := h.CreateQueue(h.t, "prompts")
	operatorRole := h.CreateServiceAccountRole(h.t, "keda-operator", "keda", "keda-operator")
	consumerRole := h.CreateServiceAccountRole(h.t, "consumer", "vllm", "consumer")
	h.Allow(h.t, consumerRole, queue.ARN, "sqs:ReceiveMessage", "sqs:DeleteMessage")
	begin := time.Now()
	h.InstallKEDA(h.t, operatorRole)
	t.Logf("KEDA is ready %.1f s after its chart was installed", time.Since(begin).Seconds())
	h.wantLog("keda", "app=keda-operator", "Starting manager")

	h.createNamespace("vllm")
	h.Apply(h.t, fmt.Sprintf(`
apiVersion: v1
kind: ServiceAccount
metadata:
  name: consumer
  namespace: vllm
  annotations:
    eks.amazonaws.com/role-arn: %s
---
apiVersion: eks.amazonaws.com/v1
kind: NodeClass
metadata:
  name: gpu
spec:
  role: node
  subnetSelectorTerms: [{tags: {karpenter.sh/discovery: sandbox}}]
  securityGroupSelectorTerms: [{tags: {aws:eks:cluster-name: sandbox}}]
---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: gpu
spec:
  limits: {nvidia.com/gpu: 10}
  disruption:
    consolidationPolicy: WhenEmpty
    consolidateAfter: 1s
    budgets: [{nodes: "100%%"}]
  template:
    spec:
      nodeClassRef: {group: eks.amazonaws.com, kind: NodeClass, name: gpu}
      taints: [{key: nvidia.com/gpu, value: "true", effect: NoSchedule}]
      requirements:
      - {key: eks.amazonaws.com/instance-family, operator: In, values: [g6, g6e]}
      - {key: eks.amazonaws.com/instance-gpu-count, operator: In, values: ["1"]}
      - {key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand]}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: qwen
  namespace: vllm
spec:
  replicas: 0
  selector: {matchLabels: {app: qwen}}
  template:
    metadata: {labels: {app: qwen}}
    spec:
      serviceAccountName: consumer
      terminationGracePeriodSeconds: 1
      tolerations: [{key: nvidia.com/gpu, operator: Exists}]
      containers:
      - name: model
        image: example.com/simulated:1
        resources: {limits: {nvidia.com/gpu: 1}}
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  name: aws
  namespace: vllm
spec:
  podIdentity: {provider: aws}
`, consumerRole))

	scaledObject := fmt.Sprintf(`
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: qwen
  namespace: vllm
spec:
  scaleTargetRef: {name: qwen}
  pollingInterval: 5
  cooldownPeriod: 10
  minReplicaCount: 0
  maxReplicaCount: %d
  advanced:
    horizontalPodAutoscalerConfig:
      behavior: {scaleUp: {policies: [{type: Percent, value: 900, periodSeconds: 15}]}}
  triggers:
  - type: aws-sqs-queue
    authenticationRef: {name: aws}
    metadata: {queueURL: %q, queueLength: "5", awsRegion: us-west-2}
`, maxReplicas, queue.URL)

	t.Run("without GetQueueAttributes the cause is AccessDenied", func(t *testing.T) {
		h := h.with(t)
		h.Apply(h.t, scaledObject)
		h.Await(h.t, "the ScaledObject to be refused", time.Minute, func() error {
			return wantCondition(h.Get(h.t, scaledObjects, "vllm", "qwen"), "Ready", "False")
		})
		h.Await(h.t, "an event that says AccessDenied", time.Minute, func() error {
			return h.wantEvent("vllm", "qwen", "AccessDenied")
		})
	})

	h.Allow(h.t, operatorRole, queue.ARN, "sqs:GetQueueAttributes")
	h.Await(h.t, "the ScaledObject to be Ready once its role may read the queue", time.Minute, func() error {
		return wantCondition(h.Get(h.t, scaledObjects, "vllm", "qwen"), "Ready", "True")
	})

	begin = time.Now()
	h.send(queue, messages)
	peak := h.watchPeak("vllm", "app=qwen")
	h.Await(h.t, "10 ready replicas on 10 GPU nodes", 2*time.Minute, func() error {
		pods, nodes := peak()
		if pods < maxReplicas || nodes < maxReplicas {
			return fmt.Errorf("at most %d ready pods on %d GPU nodes so far", pods, nodes)
		}
		return nil
	})
	h.wantDelays("vllm", "app=qwen")
	t.Logf("0 -> %d replicas, each on a GPU node of its own, after %.1f s", maxReplicas, time.Since(begin).Seconds())

	consumed := h.consume(queue, h.assumeRole(consumerRole, "vllm", "consumer"), messages)
	slices.Sort(consumed)
	if got := len(slices.Compact(consumed)); got != messages {
		t.Fatalf("%d different messages were consumed, %d were sent", got, messages)
	}
	begin = time.Now()
	h.Await(h.t, "0 pods and 0 GPU nodes", 2*time.Minute, func() error {
		pods, err := h.Kubernetes.CoreV1().Pods("vllm").List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		nodes := h.gpuNodes()
		if len(pods.Items)+len(nodes) > 0 {
			return fmt.Errorf("%d pods and %d GPU nodes", len(pods.Items), len(nodes))
		}
		return nil
	})
	t.Logf("%d -> 0 replicas and nodes after %.1f s", maxReplicas, time.Since(begin).Seconds())

	// Both carry a finalizer that only a living operator removes.
	h.deleteAndWait(scaledObjects, "vllm", "qwen")
	h.deleteAndWait(triggerAuthentications, "vllm", "aws")
	h.UninstallKEDA(h.t)
	h.Await(h.t, "KEDA's programs to end with its release", time.Minute, func() error {
		if left := h.kedaPrograms(); len(left) > 0 {
			return fmt.Errorf("still running: %q", left)
		}
		return nil
	})
}

// kedaPrograms are the programs of KEDA's pods that run.
func (h *harness) kedaPrograms() []string {
	return slices.DeleteFunc(processesOf(filepath.Dir(h.Kubeconfig)), func(name string) bool {
		return !strings.HasPrefix(name, "keda")
	})
}

func (h *harness) send(q sandboxtest.Queue, count int) {
	h.t.Helper()
	client := sqs.NewFromConfig(h.AWS)
	for sent := 0; sent < count; {
		var batch []types.SendMessageBatchRequestEntry
		for range min(10, count-sent) {
			id := fmt.Sprint(sent)
			batch = append(batch, types.SendMessageBatchRequestEntry{Id: &id, MessageBody: aws.String("prompt " + id)})
			sent++
		}
		out, err := client.SendMessageBatch(h.ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.URL, Entries: batch})
		h.must(err)
		if len(out.Failed) > 0 {
			h.t.Fatalf("SQS refused %d messages of a batch", len(out.Failed))
		}
	}
}

// consume takes messages with the consumer's own credentials until it has the
// given number.
func (h *harness) consume(q sandboxtest.Queue, as aws.CredentialsProvider, count int) []string {
	h.t.Helper()
	config := h.AWS.Copy()
	config.Credentials = as
	client := sqs.NewFromConfig(config)
	var bodies []string
	h.Await(h.t, "all messages to be consumed", time.Minute, func() error {
		out, err := client.ReceiveMessage(h.ctx, &sqs.ReceiveMessageInput{QueueUrl: &q.URL, MaxNumberOfMessages: 10})
		if err != nil {
			return err
		}
		for _, m := range out.Messages {
			if _, err := client.DeleteMessage(h.ctx, &sqs.DeleteMessageInput{QueueUrl: &q.URL, ReceiptHandle: m.ReceiptHandle}); err != nil {
				return err
			}
			bodies = append(bodies, *m.Body)
		}
		if len(bodies) < count {
			return fmt.Errorf("%d of %d messages", len(bodies), count)
		}
		return nil
	})
	return bodies
}

// watchPeak returns a function that tells how many ready pods, and GPU nodes
// that hold them, there have been at once at most when it was called.
func (h *harness) watchPeak(namespace, selector string) func() (pods, nodes int) {
	var maxPods, maxNodes int
	return func() (int, int) {
		list, err := h.Kubernetes.CoreV1().Pods(namespace).List(h.ctx, metav1.ListOptions{LabelSelector: selector})
		h.must(err)
		gpu := h.gpuNodes()
		ready, used := 0, map[string]bool{}
		for _, pod := range list.Items {
			if isReady(pod) && slices.Contains(gpu, pod.Spec.NodeName) {
				ready++
				used[pod.Spec.NodeName] = true
			}
		}
		maxPods, maxNodes = max(maxPods, ready), max(maxNodes, len(used))
		return maxPods, maxNodes
	}
}

// wantLog fails unless the API server gives out a pod's log, and the text is in
// it.
func (h *harness) wantLog(namespace, selector, text string) {
	h.t.Helper()
	pods, err := h.Kubernetes.CoreV1().Pods(namespace).List(h.ctx, metav1.ListOptions{LabelSelector: selector})
	h.must(err)
	for _, pod := range pods.Items {
		log, err := h.Kubernetes.CoreV1().Pods(namespace).GetLogs(pod.Name, &corev1.PodLogOptions{}).DoRaw(h.ctx)
		h.must(err)
		if !strings.Contains(string(log), text) {
			h.t.Errorf("the log of pod %s has no %q:\n%s", pod.Name, text, log)
		}
	}
	if len(pods.Items) == 0 {
		h.t.Errorf("no pod has the labels %s", selector)
	}
}

// wantDelays fails if a node was there before its instance can have booted, or a
// pod was ready before its container can have started. A pod may find a node
// that has been launched for another one.
func (h *harness) wantDelays(namespace, selector string) {
	h.t.Helper()
	claims, err := h.Dynamic.Resource(nodeClaims).List(h.ctx, metav1.ListOptions{})
	h.must(err)
	for _, claim := range claims.Items {
		name, _, _ := unstructured.NestedString(claim.Object, "status", "nodeName")
		if name == "" {
			continue // it boots
		}
		node, err := h.Kubernetes.CoreV1().Nodes().Get(h.ctx, name, metav1.GetOptions{})
		h.must(err)
		h.wantAtLeast("node "+name+" came", node.CreationTimestamp.Sub(claim.GetCreationTimestamp().Time), bootDelay)
	}
	pods, err := h.Kubernetes.CoreV1().Pods(namespace).List(h.ctx, metav1.ListOptions{LabelSelector: selector})
	h.must(err)
	for _, pod := range pods.Items {
		since := map[corev1.PodConditionType]metav1.Time{}
		for _, c := range pod.Status.Conditions {
			since[c.Type] = c.LastTransitionTime
		}
		if isReady(pod) {
			h.wantAtLeast("pod "+pod.Name+" was ready", since[corev1.PodReady].Sub(since[corev1.PodScheduled].Time), startDelay)
		}
	}
}

// wantAtLeast compares times of the API, which are whole seconds.
func (h *harness) wantAtLeast(what string, took, least time.Duration) {
	h.t.Helper()
	if took < least-time.Second {
		h.t.Errorf("%s after %s, before a delay of %s", what, took, least)
	}
}

func isReady(pod corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// gpuNodes are the names of the nodes that have a GPU.
func (h *harness) gpuNodes() []string {
	h.t.Helper()
	nodes, err := h.Kubernetes.CoreV1().Nodes().List(h.ctx, metav1.ListOptions{})
	h.must(err)
	var names []string
	for _, node := range nodes.Items {
		if gpus := node.Status.Allocatable["nvidia.com/gpu"]; !gpus.IsZero() {
			names = append(names, node.Name)
		}
	}
	return names
}

func (h *harness) wantEvent(namespace, object, text string) error {
	events, err := h.Kubernetes.CoreV1().Events(namespace).List(h.ctx, metav1.ListOptions{FieldSelector: "involvedObject.name=" + object})
	if err != nil {
		return err
	}
	var seen []string
	for _, e := range events.Items {
		if strings.Contains(e.Message, text) {
			return nil
		}
		seen = append(seen, e.Reason+": "+e.Message)
	}
	return fmt.Errorf("the events are %q", seen)
}

func wantCondition(object *unstructured.Unstructured, kind, want string) error {
	if object == nil {
		return errors.New("there is no such object")
	}
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && c["type"] == kind && c["status"] == want {
			return nil
		}
	}
	return fmt.Errorf("want condition %s=%s, the conditions are %v", kind, want, conditions)
}
