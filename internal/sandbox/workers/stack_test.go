package workers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/workers"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

// In pods, the generator's prompts become results of the stub beside the
// consumer, with roles that may do no more than that.
func TestPodsDoTheWork(t *testing.T) {
	t.Parallel()
	const prompts = 10
	s := sandboxtest.Shared(t)
	client := sqs.NewFromConfig(s.AWS)
	namespace := s.CreateNamespace(t, "workers")
	queue, dead, answers := s.CreateQueue(t, "workers"), s.CreateQueue(t, "workers-dead"), s.CreateQueue(t, "workers-results")
	if _, err := client.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &queue.URL, Attributes: map[string]string{
		"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":5}`, dead.ARN),
	}}); err != nil {
		t.Fatal(err)
	}
	consumer := s.CreateServiceAccountRole(t, "workers-consumer", namespace, "consumer")
	s.Allow(t, consumer, queue.ARN, "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage")
	s.Allow(t, consumer, dead.ARN, "sqs:SendMessage")
	s.Allow(t, consumer, answers.ARN, "sqs:SendMessage")
	producer := s.CreateServiceAccountRole(t, "workers-producer", namespace, "producer")
	s.Allow(t, producer, queue.ARN, "sqs:SendMessage")

	s.Apply(t, strings.NewReplacer(
		"@namespace", namespace, "@consumer-role", consumer, "@producer-role", producer,
		"@consumer-image", workers.ConsumerImage, "@generator-image", workers.GeneratorImage, "@vllm-image", workers.VLLMImage,
		"@queue", queue.URL, "@results", answers.URL, "@prompts", fmt.Sprint(prompts),
	).Replace(manifests))

	jobs := s.Kubernetes.BatchV1().Jobs(namespace)
	s.Await(t, "the generator's end", time.Minute, func() error {
		job, err := jobs.Get(t.Context(), "generator", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if job.Status.Succeeded != 1 {
			return fmt.Errorf("the Job is %+v", job.Status)
		}
		return nil
	})
	results := map[string]bool{}
	s.Await(t, "all results", time.Minute, func() error {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &answers.URL, MaxNumberOfMessages: 10})
		if err != nil {
			return err
		}
		for _, m := range out.Messages {
			var r struct {
				ID       string
				Response struct{ Model string }
			}
			if err := json.Unmarshal([]byte(*m.Body), &r); err != nil {
				return err
			}
			if r.Response.Model != "qwen3-4b-fp8" {
				t.Errorf("the result %s is no answer of the stub", *m.Body)
			}
			results[r.ID] = true
		}
		if len(results) < prompts {
			return fmt.Errorf("there are %d", len(results))
		}
		return nil
	})
	s.Await(t, "an empty queue", time.Minute, func() error {
		out, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
			QueueUrl: &queue.URL, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
		})
		if err != nil {
			return err
		}
		if visible, inFlight := out.Attributes["ApproximateNumberOfMessages"], out.Attributes["ApproximateNumberOfMessagesNotVisible"]; visible != "0" || inFlight != "0" {
			return fmt.Errorf("%s messages are visible, %s in flight", visible, inFlight)
		}
		return nil
	})

	// The work may be done before the first readiness probes are.
	s.Await(t, "two pods that are ready and never restarted", time.Minute, func() error {
		pods, err := s.Kubernetes.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app=qwen"})
		if err != nil {
			return err
		}
		if len(pods.Items) != 2 {
			return fmt.Errorf("there are %d", len(pods.Items))
		}
		for _, pod := range pods.Items {
			for _, status := range append(pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses...) {
				if !status.Ready || status.RestartCount > 0 {
					return fmt.Errorf("container %s of pod %s: ready %t, %d restarts", status.Name, pod.Name, status.Ready, status.RestartCount)
				}
			}
		}
		return nil
	})
}

// manifests are a Deployment as vLLM needs it, and the guide's Job.
const manifests = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: consumer, namespace: "@namespace", annotations: {eks.amazonaws.com/role-arn: "@consumer-role"}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: producer, namespace: "@namespace", annotations: {eks.amazonaws.com/role-arn: "@producer-role"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: qwen, namespace: "@namespace"}
spec:
  replicas: 2
  selector: {matchLabels: {app: qwen}}
  template:
    metadata: {labels: {app: qwen}}
    spec:
      serviceAccountName: consumer
      terminationGracePeriodSeconds: 45
      initContainers:
      - name: vllm
        image: "@vllm-image:v0.32.0"
        restartPolicy: Always
        args: [Qwen/Qwen3-4B-FP8, --served-model-name=qwen3-4b-fp8, --max-num-seqs=5, --reasoning-parser=qwen3, --shutdown-timeout=30]
        env: [{name: VLLM_STUB_LATENCY, value: 500ms}, {name: VLLM_STUB_START_DELAY, value: 2s}]
        ports: [{name: http, containerPort: 8000}]
        startupProbe: {httpGet: {path: /health, port: http}, periodSeconds: 1, failureThreshold: 60}
      containers:
      - name: consumer
        image: "@consumer-image:v0.1.0"
        env:
        - {name: QUEUE_URL, value: "@queue"}
        - {name: RESULTS, value: "@results"}
        - {name: MODEL_NAME, value: qwen3-4b-fp8}
        - {name: MAX_INFERENCE, value: 30s}
        - {name: WAIT_TIME, value: 5s}
        ports: [{name: metrics, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /readyz, port: metrics}, periodSeconds: 1}
        livenessProbe: {httpGet: {path: /healthz, port: metrics}, periodSeconds: 10}
---
apiVersion: batch/v1
kind: Job
metadata: {name: generator, namespace: "@namespace"}
spec:
  backoffLimit: 0
  template:
    spec:
      serviceAccountName: producer
      restartPolicy: Never
      containers:
      - name: generator
        image: "@generator-image:v0.1.0"
        env:
        - {name: QUEUE_URL, value: "@queue"}
        - {name: COUNT, value: "@prompts"}
        - {name: RATE, value: "5"}
`
