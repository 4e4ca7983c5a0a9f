package manifest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

const address = "k8s_manifest.this"

var (
	configMap  = schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}
	namespaces = schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}
)

// fixture is a namespace of a test's own, and Terraform's configuration of the
// provider that leads there.
type fixture struct {
	*sandboxtest.Stack

	t         *testing.T
	provider  string
	namespace string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	t.Parallel()
	stack := acctest.Stack(t)
	return &fixture{Stack: stack, t: t, provider: acctest.ProviderConfig(t, stack), namespace: stack.CreateNamespace(t, "manifest")}
}

// run runs the steps. At the end Terraform destroys what is left, and the
// ConfigMap "settings" must be gone.
func (f *fixture) run(steps ...resource.TestStep) {
	f.t.Helper()
	resource.Test(f.t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps:                    steps,
		CheckDestroy: func(*terraform.State) error {
			if f.Get(f.t, configMap, f.namespace, "settings") != nil {
				return errors.New("the ConfigMap is still there")
			}
			return nil
		},
	})
}

// config is a provider and one k8s_manifest of that text with these further
// attributes.
func (f *fixture) config(manifest, attributes string) string {
	return f.provider + resourceConfig(manifest, attributes)
}

func resourceConfig(manifest, attributes string) string {
	return fmt.Sprintf(`
resource "k8s_manifest" "this" {
  provider = keda
  manifest = <<-EOT
%s
  EOT
  %s
}
`, manifest, attributes)
}

// settings is the ConfigMap "settings" as YAML.
func (f *fixture) settings(data string) string {
	return fmt.Sprintf(`
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: %s
  labels: {app: web}
data: %s`, f.namespace, data)
}

// checkData looks at the cluster's own account of the ConfigMap "settings".
func (f *fixture) checkData(key, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		live := f.Get(f.t, configMap, f.namespace, "settings")
		if live == nil {
			return errors.New("there is no such ConfigMap")
		}
		if got, _, _ := unstructured.NestedString(live.Object, "data", key); got != want {
			return fmt.Errorf("data.%s is %q, want %q", key, got, want)
		}
		return nil
	}
}
