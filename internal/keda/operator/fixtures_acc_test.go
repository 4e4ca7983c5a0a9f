package operator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/release"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"sigs.k8s.io/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

const (
	address   = "keda_operator.test"
	namespace = "keda"
	roleARN   = "arn:aws:iam::123456789012:role/keda-operator"
	// soon bounds what takes seconds.
	soon = time.Minute
)

var (
	deploymentKind   = schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}
	crdKind          = schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}
	apiServiceKind   = schema.GroupVersionKind{Group: "apiregistration.k8s.io", Version: "v1", Kind: "APIService"}
	namespaceKind    = schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}
	scaledObjectKind = schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: "ScaledObject"}

	emptyPlan = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	inPlace   = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}}
	made      = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)}}
)

// The tests of this package run one after another: a cluster has one KEDA.
func stackOf(t *testing.T) *sandboxtest.Stack {
	t.Helper()

	return acctest.Stack(t)
}

// config is a configuration with these attributes, and the values that save
// waiting.
func config(t *testing.T, stack *sandboxtest.Stack, attributes string, values ...string) string {
	t.Helper()

	quick, err := yaml.Marshal(kedachart.QuickValues())
	if err != nil {
		t.Fatal(err)
	}

	texts := ""
	for _, text := range append([]string{string(quick)}, values...) {
		texts += fmt.Sprintf("<<-EOT\n%s\nEOT\n,\n", text)
	}

	return acctest.ProviderConfig(t, stack) + fmt.Sprintf("resource \"keda_operator\" \"test\" {\n%s\nvalues = [\n%s]\n}\n", attributes, texts)
}

// leavesNothing compares what exists now with what exists after the test.
func leavesNothing(t *testing.T, stack *sandboxtest.Stack) resource.TestCheckFunc {
	t.Helper()

	before := stack.Inventory(t)

	return func(*terraform.State) error {
		if left := stack.Inventory(t).Without(before); len(left) > 0 {
			return fmt.Errorf("left behind:\n%s", left)
		}

		return nil
	}
}

// columns are the printer columns of ScaledObjects in the cluster.
func columns(t *testing.T, stack *sandboxtest.Stack) string {
	t.Helper()

	crd := stack.Get(t, crdKind, "", "scaledobjects.keda.sh")
	if crd == nil {
		t.Fatal("there are no ScaledObjects")
	}

	var names []string

	versions := crd.Object["spec"].(map[string]any)["versions"].([]any)
	for _, column := range versions[0].(map[string]any)["additionalPrinterColumns"].([]any) {
		names = append(names, column.(map[string]any)["name"].(string))
	}

	return strings.Join(names, ",")
}

// helmOf is Helm on the stack, as a person uses it.
func helmOf(t *testing.T, stack *sandboxtest.Stack) *action.Configuration {
	t.Helper()

	text, err := os.ReadFile(stack.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}

	kubeconfig, in := filepath.Join(t.TempDir(), "kubeconfig"), namespace
	if err := os.WriteFile(kubeconfig, text, 0o600); err != nil {
		t.Fatal(err)
	}

	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig, flags.Namespace = &kubeconfig, &in

	helm := new(action.Configuration)
	if err := helm.Init(flags, namespace, "secret", func(string, ...any) {}); err != nil {
		t.Fatal(err)
	}

	return helm
}

// newest is the newest revision of the release.
func newest(t *testing.T, stack *sandboxtest.Stack) *release.Release {
	t.Helper()

	found, err := helmOf(t, stack).Releases.Last("keda")
	if err != nil {
		t.Fatal(err)
	}

	return found
}
