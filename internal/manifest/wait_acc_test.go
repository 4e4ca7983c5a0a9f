package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

func replaceSize(config, size string) string { return strings.ReplaceAll(config, "SIZE", size) }

// TestAccManifest_notReady waits for what does not come, and then for what does.
func TestAccManifest_notReady(t *testing.T) {
	f := newFixture(t)
	waiting := func(mode, wanted string) string {
		return f.config(f.settings(fmt.Sprintf("{mode: %s}", mode)),
			fmt.Sprintf(`wait_for = { fields = { "data.mode" = %q } }
  timeouts = { create = "3s", update = "3s" }`, wanted))
	}
	f.run(
		resource.TestStep{
			Config:      waiting("slow", "fast"),
			ExpectError: acctest.ErrorText(`field data.mode is "slow", not "fast"`),
		},
		resource.TestStep{
			// Terraform marks what a create could not complete as tainted.
			Config:           waiting("slow", "slow"),
			ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate),
		},
		resource.TestStep{
			Config:      waiting("slow", "fast"),
			ExpectError: acctest.ErrorText("The change was made. The next apply waits again."),
		},
		resource.TestStep{
			// Nothing in the configuration changes, and yet the wait is to be repeated.
			Config:           waiting("slow", "fast"),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			ExpectError:      acctest.ErrorText(`field data.mode is "slow", not "fast"`),
		},
		resource.TestStep{
			Config:           waiting("slow", "*"),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		},
	)
}

// TestAccManifest_rollout rolls a Deployment out, and out again.
func TestAccManifest_rollout(t *testing.T) {
	f := newFixture(t)
	deployment := func(message string) string {
		return f.config(fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: %s}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {message: %s}}
    spec:
      containers:
      - name: web
        image: registry.k8s.io/pause:3.10
        resources: {limits: {cpu: "0.5"}}
        ports: [{containerPort: 80}]`, f.namespace, message), "wait_for = { rollout = true }")
	}
	f.run(
		resource.TestStep{Config: deployment("one")},
		resource.TestStep{Config: deployment("two"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		resource.TestStep{
			ResourceName: address, ImportState: true,
			ImportStateKind: resource.ImportBlockWithID, ImportStateId: fmt.Sprintf("apps/v1/Deployment/%s/web", f.namespace),
			// The cluster writes half a CPU in its own way, which an import takes over.
			Config:           strings.NewReplacer("wait_for = { rollout = true }", "", `cpu: "0.5"`, "cpu: 500m").Replace(deployment("two")),
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)}},
		},
	)
}
