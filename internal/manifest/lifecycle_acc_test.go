package manifest_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

func TestAccManifest_basic(t *testing.T) {
	f := newFixture(t)
	f.run(
		resource.TestStep{
			Config:           f.config(f.settings("{mode: slow}"), ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check:            f.checkData("mode", "slow"),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("uid"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("status"), knownvalue.Null()),
			},
		},
		resource.TestStep{
			// The same object, written in another way.
			Config: f.provider + fmt.Sprintf(`
resource "k8s_manifest" "this" {
  provider = keda
  manifest = jsonencode({
    kind       = "ConfigMap"
    apiVersion = "v1"
    data       = { mode = "slow" }
    metadata   = { namespace = %q, name = "settings", labels = { app = "web" } }
  })
}
`, f.namespace),
			PlanOnly: true,
		},
		resource.TestStep{
			Config:           f.config(f.settings("{mode: fast}"), ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            f.checkData("mode", "fast"),
		},
		resource.TestStep{
			Config:           f.config(f.settings("{}"), ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            f.checkData("mode", ""),
		},
	)
}

func TestAccManifest_replace(t *testing.T) {
	f := newFixture(t)
	other := fmt.Sprintf("\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: %s}", f.namespace)
	f.run(
		resource.TestStep{Config: f.config(f.settings("{mode: slow}"), "")},
		resource.TestStep{
			Config:           f.config(other, ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
			Check: func(*terraform.State) error {
				if f.Get(t, configMap, f.namespace, "settings") != nil || f.Get(t, configMap, f.namespace, "other") == nil {
					return fmt.Errorf("the one object was not replaced by the other")
				}
				return nil
			},
		},
	)
}

func TestAccManifest_disappears(t *testing.T) {
	f := newFixture(t)
	f.run(
		resource.TestStep{Config: f.config(f.settings("{mode: slow}"), "")},
		resource.TestStep{
			PreConfig:        func() { f.Delete(t, configMap, f.namespace, "settings") },
			Config:           f.config(f.settings("{mode: slow}"), ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check:            f.checkData("mode", "slow"),
		},
	)
}

func TestAccManifest_import(t *testing.T) {
	f := newFixture(t)
	f.run(
		resource.TestStep{Config: f.config(f.settings("{mode: slow}"), "")},
		resource.TestStep{
			// What others put on the object is not imported.
			PreConfig: func() {
				f.Apply(t, fmt.Sprintf("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: %s, labels: {theirs: x}}, data: {theirs: x}}", f.namespace))
			},
			ResourceName:       address,
			ImportState:        true,
			ImportStateKind:    resource.ImportBlockWithID,
			ImportStateId:      "v1/ConfigMap/" + f.namespace + "/settings",
			ImportPlanChecks:   resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)}},
			ImportStateVerify:  false,
			ImportStatePersist: false,
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: "v1/ConfigMap/" + f.namespace + "/absent",
			ExpectError: acctest.ErrorText("The object to import does not exist"),
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: f.namespace + "/settings",
			ExpectError: acctest.ErrorText("is not the id of such an object"),
		},
	)
}

// TestAccManifest_clusterWide is an object that sets nothing but its name.
func TestAccManifest_clusterWide(t *testing.T) {
	f := newFixture(t)
	name := f.namespace + "-bare"
	manifest := fmt.Sprintf("\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s}", name)
	f.run(
		resource.TestStep{
			Config: f.config(manifest, `wait_for = { fields = { "status.phase" = "Active" } }`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("status"), knownvalue.StringExact(`{"phase":"Active"}`)),
			},
		},
		resource.TestStep{
			ResourceName: address, ImportState: true,
			ImportStateKind: resource.ImportBlockWithID, ImportStateId: "v1/Namespace/" + name,
			Config:           f.config(manifest, ""),
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)}},
		},
		resource.TestStep{
			Config:  f.config(manifest, ""),
			Destroy: true,
			Check: func(*terraform.State) error {
				if f.Get(t, namespaces, "", name) != nil {
					return fmt.Errorf("namespace %s is still there", name)
				}
				return nil
			},
		},
	)
}

// TestAccManifest_interrupted is an apply that ends between the object's
// creation and the keeping of the state.
func TestAccManifest_interrupted(t *testing.T) {
	f := newFixture(t)
	forget := f.provider + `
removed {
  from = k8s_manifest.this
  lifecycle { destroy = false }
}
`
	f.run(
		resource.TestStep{Config: f.config(f.settings("{mode: slow}"), "")},
		resource.TestStep{Config: forget},
		resource.TestStep{
			Config:           f.config(f.settings("{mode: slow}"), ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check:            f.checkData("mode", "slow"),
		},
		resource.TestStep{Config: forget},
		resource.TestStep{
			// Another content is not what the apply left.
			Config:      f.config(f.settings("{mode: fast}"), ""),
			ExpectError: acctest.ErrorText(fmt.Sprintf(`Import it by the id "v1/ConfigMap/%s/settings"`, f.namespace)),
		},
		resource.TestStep{Config: f.config(f.settings("{mode: slow}"), "")},
	)
}
