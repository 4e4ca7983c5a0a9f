package operator_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"helm.sh/helm/v3/pkg/action"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// TestAccOperator is KEDA through all that can happen to it, from a chart
// repository that asks for a password.
func TestAccOperator(t *testing.T) {
	stack := stackOf(t)
	source := fmt.Sprintf("repository = %q\nrepository_username = %q\nrepository_password_wo = %q\n", repository(t), username, password)
	role := fmt.Sprintf("role_arn = %q\n", roleARN)
	old, current := source+role+fmt.Sprintf("version = %q\n", oldVersion), source+role
	debug := "logging: {operator: {level: debug}}"

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             leavesNothing(t, stack),
		Steps: []resource.TestStep{
			{Config: config(t, stack, old), Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(address, "status", "deployed"),
				resource.TestCheckResourceAttr(address, "revision", "1"),
				resource.TestCheckResourceAttr(address, "chart_version", oldVersion),
				isReady(t, stack), hasRole(t, stack),
				func(_ *terraform.State) error { return expect("columns", columns(t, stack), oldColumn) },
			)},
			{Config: config(t, stack, old), ConfigPlanChecks: emptyPlan},
			{
				ResourceName: address, ImportState: true, ImportStateId: "keda/keda", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name",
				ImportStateVerifyIgnore: []string{"repository", "repository_username", "values", "timeouts"},
			},
			{Config: config(t, stack, old, debug), ConfigPlanChecks: inPlace, Check: resource.TestCheckResourceAttr(address, "revision", "2")},
			{Config: config(t, stack, current, debug), ConfigPlanChecks: inPlace, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(address, "chart_version", newVersion),
				isReady(t, stack),
				func(_ *terraform.State) error {
					if found := columns(t, stack); found == oldColumn {
						return errors.New("the CustomResourceDefinitions are the old ones")
					}

					return nil
				},
			)},
			{PreConfig: func() { setReplicas(t, stack, 2) }, Config: config(t, stack, current, debug), PlanOnly: true, ExpectNonEmptyPlan: true},
			{Config: config(t, stack, current, debug), ConfigPlanChecks: inPlace, Check: noReplicas(t, stack)},
			{PreConfig: func() { stack.Delete(t, deploymentKind, namespace, "keda-operator") }, Config: config(t, stack, current, debug), ConfigPlanChecks: inPlace, Check: isReady(t, stack)},
			{PreConfig: func() { uninstall(t, stack) }, Config: config(t, stack, current, debug), ConfigPlanChecks: made, Check: isReady(t, stack)},
		},
	})
}

// TestAccOperatorUnreachable plans KEDA with a cluster and a repository that
// nobody can reach.
func TestAccOperatorUnreachable(t *testing.T) {
	acctest.Stack(t)

	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{{
			Config:             acctest.UnreachableCluster + "resource \"keda_operator\" \"test\" {\nrepository = \"https://127.0.0.1:1\"\n}\n",
			PlanOnly:           true,
			ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
			}},
		}},
	})
}

// isReady checks what a user of KEDA needs.
func isReady(t *testing.T, stack *sandboxtest.Stack) resource.TestCheckFunc {
	t.Helper()

	return func(*terraform.State) error {
		for _, name := range []string{"keda-operator", "keda-operator-metrics-apiserver", "keda-admission-webhooks"} {
			live := stack.Get(t, deploymentKind, namespace, name)
			if live == nil {
				return fmt.Errorf("there is no Deployment %s", name)
			}

			if ready, _, _ := unstructured.NestedInt64(live.Object, "status", "readyReplicas"); ready == 0 {
				return fmt.Errorf("the Deployment %s is not ready", name)
			}
		}

		live := stack.Get(t, apiServiceKind, "", "v1beta1.external.metrics.k8s.io")
		if live == nil {
			return errors.New("the metrics API is not registered")
		}

		conditions, _, _ := unstructured.NestedSlice(live.Object, "status", "conditions")
		for _, condition := range conditions {
			if fields := condition.(map[string]any); fields["type"] == "Available" && fields["status"] == "True" {
				return nil
			}
		}

		return fmt.Errorf("the metrics API is not available: %v", conditions)
	}
}

func hasRole(t *testing.T, stack *sandboxtest.Stack) resource.TestCheckFunc {
	t.Helper()

	return func(*terraform.State) error {
		account, err := stack.Kubernetes.CoreV1().ServiceAccounts(namespace).Get(t.Context(), "keda-operator", metav1.GetOptions{})
		if err != nil {
			return err
		}

		return expect("role", account.Annotations["eks.amazonaws.com/role-arn"], roleARN)
	}
}

func expect(what, got, want string) error {
	if got != want {
		return fmt.Errorf("%s is %q, want %q", what, got, want)
	}

	return nil
}

// setReplicas is what a person does with helm upgrade --reuse-values --set.
func setReplicas(t *testing.T, stack *sandboxtest.Stack, count int) {
	t.Helper()

	found := newest(t, stack)
	upgrade := action.NewUpgrade(helmOf(t, stack))
	upgrade.Namespace, upgrade.ReuseValues = namespace, true

	if _, err := upgrade.Run("keda", found.Chart, map[string]any{"metricsServer": map[string]any{"replicaCount": count}}); err != nil {
		t.Fatal(err)
	}
}

func noReplicas(t *testing.T, stack *sandboxtest.Stack) resource.TestCheckFunc {
	t.Helper()

	return func(*terraform.State) error {
		if set, found, _ := unstructured.NestedFieldNoCopy(newest(t, stack).Config, "metricsServer", "replicaCount"); found {
			return fmt.Errorf("metricsServer.replicaCount is still %v", set)
		}

		return nil
	}
}

// uninstall is what a person does with helm uninstall.
func uninstall(t *testing.T, stack *sandboxtest.Stack) {
	t.Helper()

	if _, err := action.NewUninstall(helmOf(t, stack)).Run("keda"); err != nil {
		t.Fatal(err)
	}
	// Its kinds go in the background.
	stack.Await(t, "the kinds to go", soon, func() error {
		if stack.Get(t, crdKind, "", "scaledobjects.keda.sh") != nil {
			return errors.New("ScaledObjects are there")
		}

		return nil
	})
}
