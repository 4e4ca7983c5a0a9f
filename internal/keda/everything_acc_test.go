package keda_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// everything is a configuration with every attribute of a resource.
type everything struct {
	config, address, id string
	// from and to are a part of the configuration to change.
	from, to string
	// rewritten are attributes that an import shows in KEDA's own notation.
	rewritten []string
}

// run applies the configuration, imports what that has set, and changes it: KEDA
// has written the object back by then, and must not own what it only wrote in
// another way.
func (e everything) run(t *testing.T) {
	t.Helper()

	changed := strings.Replace(e.config, e.from, e.to, 1)
	if changed == e.config {
		t.Fatalf("the configuration has no %q", e.from)
	}

	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{Config: e.config},
			{
				ResourceName: e.address, ImportState: true, ImportStateId: e.id, ImportStateVerify: true,
				ImportStateVerifyIdentifierAttribute: "uid", ImportStateVerifyIgnore: slices.Concat(observed, e.rewritten),
			},
			{Config: changed, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(e.address, plancheck.ResourceActionUpdate),
			}}},
		},
	})
}

// TestAccScaledObjectEverything sets every attribute that goes with the others.
func TestAccScaledObjectEverything(t *testing.T) {
	stack := acctest.KEDA(t)
	namespace := stack.CreateNamespace(t, "everything")
	deploy(t, stack, namespace, "web")

	config := acctest.ProviderConfig(t, stack.Stack) + fmt.Sprintf(`
resource "keda_scaled_object" "test" {
  name        = "web"
  namespace   = %q
  labels      = { team = "a", secret = "b" }
  annotations = { "example.com/note" = "hello" }

  scale_target_ref = { name = "web", api_version = "apps/v1", kind = "Deployment", env_source_container_name = "web" }

  polling_interval        = 5
  initial_cooldown_period = 0
  cooldown_period         = 60
  idle_replica_count      = 0
  min_replica_count       = 1
  max_replica_count       = 3

  triggers = [
    {
      type     = "cron"
      name     = "office_hours"
      use_cached_metrics = false
      metadata = { timezone = "UTC", start = "0 * * * *", end = "1 * * * *", desiredReplicas = "1" }
    },
    {
      type               = "kubernetes-workload"
      name               = "pods"
      metric_type        = "AverageValue"
      use_cached_metrics = true
      metadata           = { podSelector = "app=none", value = "1" }
    },
  ]

  advanced = {
    restore_to_original_replica_count = false
    horizontal_pod_autoscaler_config = {
      name = "web-scaler"
      behavior = {
        scale_up   = { stabilization_window_seconds = 0, select_policy = "Max", tolerance = "0.05", policies = [
          { type = "Pods", value = 4, period_seconds = 15 },
          { type = "Percent", value = 100, period_seconds = 15 },
        ] }
        scale_down = { stabilization_window_seconds = 300, select_policy = "Disabled" }
      }
    }
    scaling_modifiers = { formula = "office_hours + pods", target = "2", activation_target = "0.5", metric_type = "AverageValue" }
  }

  fallback = { failure_threshold = 3, replicas = 2, behavior = "currentReplicasIfHigher" }

  paused              = false
  paused_scale_in     = false
  paused_scale_out    = false
  force_activation    = false
  hpa_excluded_labels = ["secret"]
}
`, namespace)

	everything{
		config: config, address: "keda_scaled_object.test", id: namespace + "/web",
		from: "failure_threshold = 3", to: "failure_threshold = 4",
		rewritten: []string{
			"advanced.restore_to_original_replica_count",
			"advanced.horizontal_pod_autoscaler_config.behavior.scale_up.tolerance",
			"triggers.0.use_cached_metrics",
		},
	}.run(t)
}

// TestAccScaledJobEverything sets every attribute that goes with the others.
func TestAccScaledJobEverything(t *testing.T) {
	stack := acctest.KEDA(t)
	namespace := stack.CreateNamespace(t, "everything")

	config := acctest.ProviderConfig(t, stack.Stack) + fmt.Sprintf(`
resource "keda_scaled_job" "test" {
  name                = "worker"
  namespace           = %q
  paused              = true
  job_excluded_labels = ["team"]
  labels              = { team = "a" }

  job_target_ref = {
    parallelism                = 1
    completions                = 3
    completion_mode            = "Indexed"
    active_deadline_seconds    = 600
    backoff_limit              = 3
    backoff_limit_per_index    = 1
    max_failed_indexes         = 1
    ttl_seconds_after_finished = 60
    suspend                    = false
    pod_replacement_policy     = "Failed"
    pod_failure_policy = { rules = [
      { action = "FailIndex", on_exit_codes = { container_name = "worker", operator = "In", values = [42, 43] } },
      { action = "Ignore", on_pod_conditions = [{ type = "DisruptionTarget", status = "True" }] },
    ] }
    success_policy = { rules = [{ succeeded_indexes = "0-1", succeeded_count = 1 }] }
    template = jsonencode({
      metadata = { labels = { app = "worker" } }
      spec     = { restartPolicy = "Never", containers = [{
        name = "worker", image = "example.com/none:1", resources = { limits = { cpu = "0.5" } }
      }] }
    })
  }

  polling_interval              = 5
  successful_jobs_history_limit = 1
  failed_jobs_history_limit     = 0
  rollout                       = { strategy = "gradual", propagation_policy = "foreground" }
  env_source_container_name     = "worker"
  min_replica_count             = 0
  max_replica_count             = 2
  scaling_strategy = {
    strategy                              = "custom"
    custom_scaling_queue_length_deduction = 1
    custom_scaling_running_job_percentage = "0.5"
    pending_pod_conditions                = ["Ready"]
    multiple_scalers_calculation          = "sum"
  }
  triggers = [%s]
}
`, namespace, cron)

	everything{
		config: config, address: "keda_scaled_job.test", id: namespace + "/worker",
		from: `cpu = "0.5"`, to: `cpu = "0.25"`, rewritten: []string{"job_target_ref.template"},
	}.run(t)
}

// TestAccTriggerAuthenticationEverything sets every attribute that goes with
// the others. Nothing uses the object, so nothing signs in anywhere.
func TestAccTriggerAuthenticationEverything(t *testing.T) {
	stack := acctest.KEDA(t)
	namespace := stack.CreateNamespace(t, "everything")

	config := acctest.ProviderConfig(t, stack.Stack) + fmt.Sprintf(`
locals {
  secret = { value_from = { secret_key_ref = { name = "credentials", key = "secret" } } }
}

resource "keda_trigger_authentication" "test" {
  name         = "everything"
  namespace    = %q
  pod_identity = { provider = "aws", role_arn = "arn:aws:iam::123456789012:role/queue", external_id = "id", identity_owner = "keda" }

  secret_target_ref           = [{ parameter = "a", name = "credentials", key = "a" }]
  config_map_target_ref       = [{ parameter = "b", name = "settings", key = "b" }]
  env                         = [{ parameter = "c", name = "C", container_name = "web" }]
  bound_service_account_token = [{ parameter = "d", service_account_name = "reader" }]

  hashicorp_vault = {
    address        = "https://vault.example.com"
    authentication = "kubernetes"
    namespace      = "team"
    role           = "keda"
    mount          = "kubernetes"
    credential     = { service_account_name = "keda", service_account = "/token" }
    secrets = [
      { parameter = "e", path = "secret/data/e", key = "e", type = "secretV2" },
      { parameter = "f", path = "pki/issue/f", key = "f", type = "pki", pki_data = {
        common_name = "f", alt_names = "g", ip_sans = "127.0.0.1", uri_sans = "u", other_sans = "o", ttl = "1h", format = "pem"
      } },
    ]
  }

  aws_secret_manager = {
    region      = "us-west-2"
    credentials = { access_key = local.secret, access_secret_key = local.secret, access_token = local.secret }
    secrets     = [{ parameter = "g", name = "g", version_id = "1", version_stage = "AWSCURRENT", secret_key = "k" }]
  }

  azure_key_vault = {
    vault_uri   = "https://v.example.com"
    cloud       = { type = "Private", key_vault_resource_url = "https://k.example.com", active_directory_endpoint = "https://l.example.com" }
    credentials = { client_id = "c", tenant_id = "t", client_secret = local.secret }
    secrets     = [{ parameter = "h", name = "h", version = "1" }]
  }

  azure_service_principal = {
    tenant_id                   = "t"
    client_id                   = "c"
    cloud                       = "Private"
    active_directory_endpoint   = "https://login.example.com"
    client_certificate          = local.secret
    client_certificate_password = local.secret
  }

  gcp_secret_manager = {
    credentials = { client_secret = local.secret }
    secrets     = [{ parameter = "i", id = "i", version = "1" }]
  }

  oauth2 = {
    type             = "clientCredentials"
    client_id        = "c"
    client_secret    = local.secret
    token_url        = "https://login.example.com/token"
    scopes           = ["read"]
    token_url_params = { audience = "a" }
  }
}
`, namespace)

	everything{
		config: config, address: "keda_trigger_authentication.test", id: namespace + "/everything",
		from: `path = "secret/data/e"`, to: `path = "secret/data/other"`,
	}.run(t)
}
