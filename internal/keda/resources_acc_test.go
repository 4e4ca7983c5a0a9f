package keda_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// deletion bounds how long KEDA takes to take its finalizer off an object.
const deletion = time.Minute

var errStillThere = errors.New("it is still there")

var plurals = map[string]string{
	"ScaledObject": "scaledobjects", "ScaledJob": "scaledjobs",
	"TriggerAuthentication": "triggerauthentications", "ClusterTriggerAuthentication": "clustertriggerauthentications",
}

func kindOf(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: kind}
}

// cron is a trigger that needs nothing outside KEDA.
const cron = `{
    type     = "cron"
    metadata = { timezone = "UTC", start = "0 * * * *", end = "1 * * * *", desiredReplicas = "1" }
  }`

// deploy makes a Deployment without replicas, as the target of a ScaledObject.
func deploy(t *testing.T, stack *sandboxtest.KEDA, namespace, name string) {
	t.Helper()
	stack.Apply(t, fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[2]s, namespace: %[1]s}
spec:
  replicas: 0
  selector: {matchLabels: {app: %[2]s}}
  template:
    metadata: {labels: {app: %[2]s}}
    spec: {containers: [{name: web, image: "example.com/none:1"}]}
`, namespace, name))
}

func scaledObjectConfig(namespace, name, fields string) string {
	return fmt.Sprintf(`
resource "keda_scaled_object" "test" {
  name             = %[2]q
  namespace        = %[1]q
  scale_target_ref = { name = %[2]q }
  triggers         = [%[3]s]
  %[4]s
}
`, namespace, name, cron, fields)
}

func TestAccScaledObject(t *testing.T) {
	stack := acctest.KEDA(t)
	namespace := stack.CreateNamespace(t, "scaled-object")
	deploy(t, stack, namespace, "web")

	lifecycle{
		address: "keda_scaled_object.test", kind: kindOf("ScaledObject"), namespace: namespace, name: "web",
		config: scaledObjectConfig(namespace, "web", `max_replica_count = 3`),
		checks: []resource.TestCheckFunc{
			resource.TestCheckResourceAttr("keda_scaled_object.test", "ready", "true"),
			resource.TestCheckResourceAttrSet("keda_scaled_object.test", "active"),
			resource.TestCheckResourceAttr("keda_scaled_object.test", "hpa_name", "keda-hpa-web"),
			resource.TestCheckResourceAttr("keda_scaled_object.test", "external_metric_names.#", "1"),
		},
		changed: scaledObjectConfig(namespace, "web", `
  max_replica_count = 5
  cooldown_period   = 60
  labels            = { team = "a" }
  advanced          = { horizontal_pod_autoscaler_config = { behavior = { scale_down = {
    policies = [{ type = "Pods", value = 1, period_seconds = 60 }]
  } } } }
`),
		changedChecks: []resource.TestCheckFunc{
			resource.TestCheckResourceAttr("keda_scaled_object.test", "ready", "true"),
		},
		foreign: `{"metadata":{"annotations":{"example.com/note":"hello"}},"spec":{"pollingInterval":15}}`,
		drift:   `{"spec":{"maxReplicaCount":7}}`,
	}.run(t, stack)
}

// TestAccScaledObjectPaused pauses and goes on, by annotations.
func TestAccScaledObjectPaused(t *testing.T) {
	stack := acctest.KEDA(t)
	namespace := stack.CreateNamespace(t, "paused")
	deploy(t, stack, namespace, "web")

	provider := acctest.ProviderConfig(t, stack.Stack)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{Config: provider + scaledObjectConfig(namespace, "web", `paused_replicas = 0`)},
			{
				ResourceName: "keda_scaled_object.test", ImportState: true, ImportStateId: namespace + "/web",
				ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "uid", ImportStateVerifyIgnore: observed,
			},
			{
				Config: provider + scaledObjectConfig(namespace, "web", `paused = false`),
				Check:  resource.TestCheckResourceAttr("keda_scaled_object.test", "ready", "true"),
			},
		},
	})
}

// TestAccScaledObjectConflict sets a field that another manager owns.
func TestAccScaledObjectConflict(t *testing.T) {
	stack := acctest.KEDA(t)
	namespace := stack.CreateNamespace(t, "conflict")
	deploy(t, stack, namespace, "web")

	provider := acctest.ProviderConfig(t, stack.Stack)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{Config: provider + scaledObjectConfig(namespace, "web", ``)},
			{
				PreConfig: func() {
					stack.Apply(t, fmt.Sprintf(`
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web, namespace: %s}
spec: {maxReplicaCount: 7, scaleTargetRef: {name: web}, triggers: [{type: cron, metadata: {timezone: UTC, start: "0 * * * *", end: "1 * * * *", desiredReplicas: "1"}}]}
`, namespace))
				},
				Config:      provider + scaledObjectConfig(namespace, "web", `max_replica_count = 3`),
				ExpectError: acctest.ErrorText(`.spec.maxReplicaCount is managed by "` + sandboxtest.FieldManager + `"`),
			},
		},
	})
}

func TestAccScaledJob(t *testing.T) {
	stack := acctest.KEDA(t)
	namespace := stack.CreateNamespace(t, "scaled-job")
	config := func(fields string) string {
		return fmt.Sprintf(`
resource "keda_scaled_job" "test" {
  name           = "worker"
  namespace      = %q
  triggers       = [%s]
  job_target_ref = {
    backoff_limit = 1
    template      = jsonencode({ spec = {
      restartPolicy = "Never"
      containers    = [{ name = "worker", image = "example.com/none:1" }]
    } })
  }
  %s
}
`, namespace, cron, fields)
	}

	lifecycle{
		address: "keda_scaled_job.test", kind: kindOf("ScaledJob"), namespace: namespace, name: "worker",
		// Jobs of an image that does not exist would stay: none is made.
		config:  config(`paused = true`),
		changed: config("paused = true\n  max_replica_count = 5\n  scaling_strategy = { strategy = \"accurate\" }"),
		foreign: `{"metadata":{"labels":{"team":"a"}},"spec":{"pollingInterval":15}}`,
		drift:   `{"spec":{"jobTargetRef":{"backoffLimit":3}}}`,

		rewritten: []string{"job_target_ref.template"},
	}.run(t, stack)
}

func TestAccTriggerAuthentication(t *testing.T) {
	stack := acctest.KEDA(t)
	namespace := stack.CreateNamespace(t, "authentication")
	config := func(key string) string {
		return fmt.Sprintf(`
resource "keda_trigger_authentication" "test" {
  name              = "queue"
  namespace         = %q
  secret_target_ref = [{ parameter = "password", name = "queue", key = %q }]
}
`, namespace, key)
	}

	lifecycle{
		address: "keda_trigger_authentication.test", kind: kindOf("TriggerAuthentication"), namespace: namespace, name: "queue",
		config: config("password"), changed: config("token"),
		foreign: `{"metadata":{"annotations":{"example.com/note":"hello"}},"spec":{"podIdentity":{"provider":"none"}}}`,
		drift:   `{"spec":{"secretTargetRef":[{"parameter":"password","name":"other","key":"token"}]}}`,
	}.run(t, stack)
}

func TestAccClusterTriggerAuthentication(t *testing.T) {
	stack := acctest.KEDA(t)
	// The name of a namespace of the test's own is unique in the cluster.
	name := stack.CreateNamespace(t, "cluster-authentication")
	config := func(provider string) string {
		return fmt.Sprintf(`
resource "keda_cluster_trigger_authentication" "test" {
  name         = %q
  pod_identity = { provider = %q }
}
`, name, provider)
	}

	lifecycle{
		address: "keda_cluster_trigger_authentication.test", kind: kindOf("ClusterTriggerAuthentication"), name: name,
		config: config("aws"), changed: config("none"),
		foreign: `{"metadata":{"labels":{"team":"a"}}}`,
		drift:   `{"spec":{"podIdentity":{"provider":"gcp"}}}`,
	}.run(t, stack)
}
