package manifest_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// TestAccManifest_planUnreachable plans with nothing to plan against.
func TestAccManifest_planUnreachable(t *testing.T) {
	resource.ParallelTest(t, resource.TestCase{
		PreCheck:                 func() { acctest.PreCheck(t) },
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{{
			Config: acctest.UnreachableCluster + resourceConfig(`
apiVersion: example.com/v1
kind: Unheard
metadata: {name: of, namespace: nowhere}`, ""),
			PlanOnly: true, ExpectNonEmptyPlan: true,
		}},
	})
}

// TestAccManifest_kindLater makes a kind and an object of it in one apply.
func TestAccManifest_kindLater(t *testing.T) {
	f := newFixture(t)
	group := f.namespace + ".example.com"
	config := f.provider + fmt.Sprintf(`
resource "k8s_manifest" "kind" {
  provider = keda
  manifest = <<-EOT
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: widgets.%[1]s}
    spec:
      group: %[1]s
      names: {kind: Widget, plural: widgets}
      scope: Namespaced
      versions:
      - name: v1
        served: true
        storage: true
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec: {type: object, properties: {size: {type: integer, maximum: 5}}}
  EOT
  wait_for = { conditions = [{ type = "Established" }, { type = "NamesAccepted", status = "True" }] }
}

resource "k8s_manifest" "this" {
  provider   = keda
  depends_on = [k8s_manifest.kind]
  manifest   = <<-EOT
    apiVersion: %[1]s/v1
    kind: Widget
    metadata: {name: w, namespace: %[2]s}
    spec: {size: SIZE}
  EOT
}
`, group, f.namespace)
	f.run(
		resource.TestStep{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true},
		resource.TestStep{Config: replaceSize(config, "9"), ExpectError: acctest.ErrorText("spec.size")},
		resource.TestStep{Config: replaceSize(config, "3")},
		resource.TestStep{Config: replaceSize(config, "three"), ExpectError: acctest.ErrorText("spec.size")},
	)
}

// TestAccManifest_clusterLater configures the provider with what another
// resource of the same apply gives.
func TestAccManifest_clusterLater(t *testing.T) {
	f := newFixture(t)
	f.run(
		resource.TestStep{
			Config: acctest.LaterProviderConfig(f.Stack, "") + resourceConfig(f.settings("{mode: slow}"), ""),
			Check:  f.checkData("mode", "slow"),
		},
		resource.TestStep{
			// The host is unknown again while the plan is made, and the object is
			// not read.
			Config: acctest.LaterProviderConfig(f.Stack, "/") + resourceConfig(f.settings("{mode: fast}"), ""),
			Check:  f.checkData("mode", "fast"),
		},
	)
}

func TestAccManifest_mistakes(t *testing.T) {
	tests := map[string]struct{ manifest, attributes, want string }{
		"no YAML":       {manifest: "a: b\n\tc: d", want: "neither YAML nor JSON: line 2"},
		"two documents": {manifest: "a: b\n---\nc: d", want: "it has 2 documents"},
		"a Secret": {
			manifest: "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\nstringData: {password: hunter2}",
			want:     "a Secret with data would be shown in plans",
		},
		"a rollout of a ConfigMap": {
			manifest: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}", attributes: "wait_for = { rollout = true }",
			want: "Only a Deployment, a StatefulSet and a DaemonSet are rolled out, not a ConfigMap",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			resource.ParallelTest(t, resource.TestCase{
				PreCheck:                 func() { acctest.PreCheck(t) },
				ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
				Steps: []resource.TestStep{{
					Config:      acctest.UnreachableCluster + resourceConfig(test.manifest, test.attributes),
					PlanOnly:    true,
					ExpectError: acctest.ErrorText(test.want),
				}},
			})
		})
	}
}
