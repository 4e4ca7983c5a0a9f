package operator_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"helm.sh/helm/v3/pkg/release"
	helmtime "helm.sh/helm/v3/pkg/time"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// broken makes the operator end with an error as soon as it starts.
const broken = "extraArgs: {keda: {no-such-flag: x}}"

// TestAccOperatorRollback upgrades, from an OCI registry, to what never becomes
// ready. The kinds are there already, left behind by somebody.
func TestAccOperatorRollback(t *testing.T) {
	stack := stackOf(t)
	nothing := leavesNothing(t, stack)
	repository := ociRegistry(t)

	crds, err := kedachart.CRDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	attributes := func(version string) string {
		return fmt.Sprintf("repository = %q\nversion = %q\ntimeouts = { update = \"40s\" }\n", repository, version)
	}
	good := config(t, stack, attributes("~> 2.20.0, < 2.20.2"))

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             nothing,
		Steps: []resource.TestStep{
			{PreConfig: func() { stack.Apply(t, string(crds)) }, Config: good, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(address, "chart_version", oldVersion), isReady(t, stack),
				func(*terraform.State) error { return expect("columns", columns(t, stack), oldColumn) },
			)},
			{Config: config(t, stack, attributes(newVersion), broken), ExpectError: acctest.ErrorText(
				`unknown flag: --no-such-flag`)},
			{Config: config(t, stack, attributes(newVersion), broken), ExpectError: acctest.ErrorText(
				`It was rolled back to revision 3 (chart version 2.20.1), which is ready again.`)},
			{Config: good, ConfigPlanChecks: emptyPlan, Check: resource.ComposeAggregateTestCheckFunc(
				isReady(t, stack),
				func(*terraform.State) error { return expect("columns", columns(t, stack), oldColumn) },
			)},
		},
	})
}

// TestAccOperatorRecovers takes up what interrupted operations left behind.
func TestAccOperatorRecovers(t *testing.T) {
	stack := stackOf(t)
	path := charts(t)[newVersion]
	whole := config(t, stack, fmt.Sprintf("chart = %q\n", path))

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             leavesNothing(t, stack),
		Steps: []resource.TestStep{
			{PreConfig: func() { interrupt(t, stack, path, release.StatusPendingInstall, "somebody") }, Config: whole, ExpectError: acctest.ErrorText(
				`does not bear the mark of this provider's field manager`)},
			{
				PreConfig: func() {
					forget(t, stack)
					interrupt(t, stack, path, release.StatusPendingInstall, settings.DefaultFieldManager)
				},
				Config: whole, ConfigPlanChecks: made, Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "version", newVersion), resource.TestCheckResourceAttr(address, "status", "deployed"), isReady(t, stack)),
			},
			{Config: whole, ConfigPlanChecks: emptyPlan},
			{
				PreConfig: func() { interrupt(t, stack, path, release.StatusPendingUpgrade, settings.DefaultFieldManager) },
				Config:    whole, ConfigPlanChecks: inPlace, Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "status", "deployed"), isReady(t, stack)),
			},
			{
				PreConfig: func() { interrupt(t, stack, path, release.StatusUninstalling, settings.DefaultFieldManager) },
				Config:    whole, ConfigPlanChecks: inPlace, Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "status", "deployed"), isReady(t, stack)),
			},
		},
	})
}

// interrupt leaves what an operation leaves that was cut off right after its
// first write: a new revision that is not complete.
func interrupt(t *testing.T, stack *sandboxtest.Stack, path string, status release.Status, owner string) {
	t.Helper()
	makeNamespace(t, stack)

	helm, revision, manifest := helmOf(t, stack), 1, ""
	if last, err := helm.Releases.Last("keda"); err == nil {
		revision, manifest = last.Version+1, last.Manifest
	}

	now := helmtime.Now()
	if err := helm.Releases.Create(&release.Release{
		Name: "keda", Namespace: namespace, Version: revision, Chart: loadChart(t, path), Manifest: manifest,
		Info:   &release.Info{FirstDeployed: now, LastDeployed: now, Status: status},
		Labels: map[string]string{"terraform-provider-keda/owner": owner},
	}); err != nil {
		t.Fatal(err)
	}
}

// forget removes the records of the release.
func forget(t *testing.T, stack *sandboxtest.Stack) {
	t.Helper()

	helm := helmOf(t, stack)

	history, err := helm.Releases.History("keda")
	if err != nil {
		t.Fatal(err)
	}

	for _, revision := range history {
		if _, err := helm.Releases.Delete("keda", revision.Version); err != nil {
			t.Fatal(err)
		}
	}
}

// makeNamespace makes the namespace as the provider would.
func makeNamespace(t *testing.T, stack *sandboxtest.Stack) {
	t.Helper()

	if stack.Get(t, namespaceKind, "", namespace) == nil {
		stack.Apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: keda, annotations: {terraform-provider-keda/made-for: keda/keda}}")
	}
}

// TestAccOperatorInstallFails keeps what a failed install made, and takes it away
// again.
func TestAccOperatorInstallFails(t *testing.T) {
	stack := stackOf(t)
	attributes := fmt.Sprintf("chart = %q\ntimeouts = { create = \"60s\" }\n", charts(t)[newVersion])

	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             leavesNothing(t, stack),
		Steps: []resource.TestStep{
			{PreConfig: func() { registerOther(t, stack) }, Config: config(t, stack, attributes), ExpectError: acctest.ErrorText(
				`belongs to the Service "elsewhere/adapter"`)},
			{PreConfig: func() { removeOther(t, stack) }, Config: config(t, stack, attributes, broken), ExpectError: acctest.ErrorText(
				`unknown flag: --no-such-flag`)},
			{RefreshState: true, ExpectNonEmptyPlan: true, Check: resource.TestCheckResourceAttr(address, "status", "failed")},
			{Config: config(t, stack, strings.Replace(attributes, "60s", (5*time.Minute).String(), 1)), Check: isReady(t, stack)},
		},
	})
}

const metricsAPI = "v1beta1.external.metrics.k8s.io"

// registerOther registers another server of external metrics.
func registerOther(t *testing.T, stack *sandboxtest.Stack) {
	t.Helper()
	stack.Apply(t, `
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.external.metrics.k8s.io}
spec:
  group: external.metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: adapter, namespace: elsewhere, port: 443}
`)
}

// removeOther removes it, after the namespace that was made for nothing is gone.
func removeOther(t *testing.T, stack *sandboxtest.Stack) {
	t.Helper()
	stack.Delete(t, apiServiceKind, "", metricsAPI)
	stack.Await(t, "the namespace to go", soon, func() error {
		if stack.Get(t, namespaceKind, "", namespace) != nil {
			return errors.New("it is there")
		}

		return nil
	})
}
