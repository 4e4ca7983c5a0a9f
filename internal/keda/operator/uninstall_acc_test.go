package operator_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// TestAccOperatorInUse destroys KEDA while somebody else uses it, which is
// refused, and then with its operator dead, which does not hang.
func TestAccOperatorInUse(t *testing.T) {
	stack := stackOf(t)
	whole := config(t, stack, fmt.Sprintf("chart = %q\ntimeouts = { delete = \"2m\" }\n", charts(t)[newVersion]))
	nothing := leavesNothing(t, stack)
	users := stack.CreateNamespace(t, "users")

	var began time.Time

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: resource.ComposeAggregateTestCheckFunc(gone(t, stack), func(*terraform.State) error {
			if took := time.Since(began); took > time.Minute {
				return fmt.Errorf("destroying it with a dead operator took %s", took)
			}

			stack.Delete(t, namespaceKind, "", users)
			stack.Await(t, "the users' namespace to go", soon, func() error {
				if stack.Get(t, namespaceKind, "", users) != nil {
					return errors.New("it is there")
				}

				return nil
			})

			return nothing(nil)
		}),
		Steps: []resource.TestStep{
			{Config: whole, Check: isReady(t, stack)},
			{PreConfig: func() { use(t, stack, users) }, Config: whole, Destroy: true, ExpectError: acctest.ErrorText(
				fmt.Sprintf(`KEDA is still in use, by 1 of its objects - ScaledObject "%s/foreign"`, users))},
			{Config: whole, ConfigPlanChecks: emptyPlan, Check: isReady(t, stack)},
			{PreConfig: func() {
				kill(t, stack)
				stack.Delete(t, scaledObjectKind, users, "foreign")

				began = time.Now()
			}, Config: whole, Destroy: true},
		},
	})
}

// use makes a ScaledObject that no Terraform knows of.
func use(t *testing.T, stack *sandboxtest.Stack, namespace string) {
	t.Helper()
	stack.Apply(t, fmt.Sprintf(`
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: foreign, namespace: %s}
spec:
  scaleTargetRef: {name: nobody}
  triggers:
    - type: cron
      metadata: {timezone: UTC, start: "0 * * * *", end: "1 * * * *", desiredReplicas: "1"}
`, namespace))
	stack.Await(t, "the operator's finalizer", soon, func() error {
		if live := stack.Get(t, scaledObjectKind, namespace, "foreign"); live == nil || len(live.GetFinalizers()) == 0 {
			return errors.New("there is none")
		}

		return nil
	})
}

// kill leaves the operator's Deployment without a pod.
func kill(t *testing.T, stack *sandboxtest.Stack) {
	t.Helper()

	_, err := stack.Kubernetes.AppsV1().Deployments(namespace).Patch(t.Context(), "keda-operator", types.MergePatchType, []byte(`{"spec":{"replicas":0}}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}

	stack.Await(t, "the operator to end", soon, func() error {
		pods, err := stack.Kubernetes.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app=keda-operator"})
		if err == nil && len(pods.Items) > 0 {
			return fmt.Errorf("%d pods are left", len(pods.Items))
		}

		return err
	})
}

// gone checks that nothing of KEDA is left, and that nobody waits for it.
func gone(t *testing.T, stack *sandboxtest.Stack) resource.TestCheckFunc {
	t.Helper()

	return func(*terraform.State) error {
		if stack.Get(t, crdKind, "", "scaledobjects.keda.sh") != nil {
			return errors.New("the kinds are left")
		}

		return nil
	}
}
