package keda_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// lifecycle is one resource through all that can happen to it.
type lifecycle struct {
	// address is the resource's, such as keda_scaled_object.test.
	address string
	kind    schema.GroupVersionKind
	// namespace is empty for a cluster-wide kind.
	namespace, name string
	// config and changed are configurations that differ in a field that is
	// changed in place.
	config, changed string
	checks          []resource.TestCheckFunc
	changedChecks   []resource.TestCheckFunc
	// foreign is a merge patch of what the configuration does not set, and
	// drift one of what it sets.
	foreign, drift string
	// rewritten are attributes that an import shows in KEDA's own notation.
	rewritten []string
}

// observed are the attributes that change by themselves.
var observed = []string{"timeouts", "ready", "active", "conditions"}

func (l lifecycle) run(t *testing.T, stack *sandboxtest.KEDA) {
	t.Helper()

	provider := acctest.ProviderConfig(t, stack.Stack)
	id := l.name

	if l.namespace != "" {
		id = l.namespace + "/" + l.name
	}

	inPlace := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(l.address, plancheck.ResourceActionUpdate),
	}}
	nothing := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(*terraform.State) error {
			if live := stack.Get(t, l.kind, l.namespace, l.name); live != nil {
				t.Errorf("%s is still there", id)
			}

			return nil
		},
		Steps: []resource.TestStep{
			{Config: provider + l.config, Check: resource.ComposeAggregateTestCheckFunc(l.checks...)},
			{ResourceName: l.address, ImportState: true, ImportStateId: id, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "uid", ImportStateVerifyIgnore: slices.Concat(observed, l.rewritten)},
			{Config: provider + l.changed, ConfigPlanChecks: inPlace, Check: resource.ComposeAggregateTestCheckFunc(l.changedChecks...)},
			{PreConfig: func() { l.patch(t, stack, l.foreign) }, Config: provider + l.changed, ConfigPlanChecks: nothing},
			{PreConfig: func() { l.patch(t, stack, l.drift) }, Config: provider + l.changed, PlanOnly: true, ExpectNonEmptyPlan: true},
			{PreConfig: func() { l.remove(t, stack) }, Config: provider + l.changed, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(l.address, plancheck.ResourceActionCreate),
			}}},
		},
	})
}

// patch is what a person does with kubectl patch.
func (l lifecycle) patch(t *testing.T, stack *sandboxtest.KEDA, patch string) {
	t.Helper()

	resources := stack.Dynamic.Resource(l.kind.GroupVersion().WithResource(plurals[l.kind.Kind]))
	options := metav1.PatchOptions{FieldManager: "kubectl-patch"}

	var err error
	if l.namespace == "" {
		_, err = resources.Patch(t.Context(), l.name, types.MergePatchType, []byte(patch), options)
	} else {
		_, err = resources.Namespace(l.namespace).Patch(t.Context(), l.name, types.MergePatchType, []byte(patch), options)
	}

	if err != nil {
		t.Fatal(err)
	}
}

// remove is what a person does with kubectl delete.
func (l lifecycle) remove(t *testing.T, stack *sandboxtest.KEDA) {
	t.Helper()
	stack.Delete(t, l.kind, l.namespace, l.name)
	stack.Await(t, l.name+" to go", deletion, func() error {
		if live := stack.Get(t, l.kind, l.namespace, l.name); live != nil {
			return errStillThere
		}

		return nil
	})
}
