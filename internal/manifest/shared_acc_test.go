package manifest_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// TestAccManifest_drift is a person who changes the object, outside of what the
// configuration sets and inside.
func TestAccManifest_drift(t *testing.T) {
	f := newFixture(t)
	config := f.config(f.settings("{mode: slow}"), "")
	f.run(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				f.Apply(t, fmt.Sprintf("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: %s, annotations: {theirs: x}}, data: {theirs: x}}", f.namespace))
			},
			Config:   config,
			PlanOnly: true,
		},
		resource.TestStep{
			PreConfig: func() { f.Apply(t, f.settings("{mode: manual}")) },
			Config:    config,
			PlanOnly:  true, ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			RefreshState: true, ExpectNonEmptyPlan: true,
			Check: resource.TestMatchResourceAttr(address, "manifest", acctest.ErrorText("mode: manual")),
		},
		resource.TestStep{
			// The person owns the field now, and is not overruled unasked.
			Config: config,
			ExpectError: acctest.ErrorText(fmt.Sprintf(
				`.data.mode is managed by %q. Remove the field from the configuration to leave it to that manager, let that manager give it up, or set force_conflicts = true`,
				sandboxtest.FieldManager)),
		},
		resource.TestStep{
			Config:           f.forced() + resourceConfig(f.settings("{mode: slow}"), ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            f.checkData("mode", "slow"),
		},
	)
}

// forced is the provider's configuration with force_conflicts.
func (f *fixture) forced() string {
	return fmt.Sprintf(`
provider "keda" {
  kubernetes      = { config_path = %q }
  force_conflicts = true
}
`, f.Kubeconfig)
}

func TestAccManifest_exists(t *testing.T) {
	f := newFixture(t)
	f.Apply(t, f.settings("{mode: theirs}"))
	id := fmt.Sprintf("v1/ConfigMap/%s/settings", f.namespace)
	f.run(
		resource.TestStep{
			Config:      f.config(f.settings("{mode: theirs}"), ""),
			ExpectError: acctest.ErrorText(fmt.Sprintf(`Its field managers are %q. Import it by the id %q`, sandboxtest.FieldManager, id)),
		},
		resource.TestStep{
			Config: f.config(f.settings("{mode: theirs}"), "") + fmt.Sprintf(`
import {
  to       = k8s_manifest.this
  id       = %q
}
`, id),
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		},
	)
}

// TestAccManifest_remade is an object that somebody deletes and makes again.
func TestAccManifest_remade(t *testing.T) {
	f := newFixture(t)
	config := f.config(f.settings("{mode: slow}"), "")
	f.run(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				f.Delete(t, configMap, f.namespace, "settings")
				f.Apply(t, f.settings("{mode: slow}"))
			},
			Config:           config,
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		},
	)
}
