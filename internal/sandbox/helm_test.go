package sandbox_test

import (
	"os"
	"path/filepath"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
)

// helmTimeout is for three Deployments that start as local processes, one of
// which exits once to pick its certificates up.
const helmTimeout = 2 * time.Minute

// installKEDA installs the chart as a user would, for the given role, and
// returns when everything of it is ready.
func (h *harness) installKEDA(namespace, roleARN string) {
	h.t.Helper()
	root, err := filepath.Abs("../..")
	h.must(err)
	path, err := kedachart.Build(h.ctx, root, h.t.TempDir())
	h.must(err)
	chart, err := loader.Load(path)
	h.must(err)
	install := action.NewInstall(h.helm(namespace))
	install.ReleaseName, install.Namespace, install.CreateNamespace = "keda", namespace, true
	install.Wait, install.Timeout = true, helmTimeout
	values := kedachart.QuickValues()
	values["podIdentity"] = map[string]any{"aws": map[string]any{"irsa": map[string]any{"enabled": true, "roleArn": roleARN}}}
	_, err = install.RunWithContext(h.ctx, chart, values)
	h.must(err)
}

func (h *harness) uninstallKEDA(namespace string) {
	h.t.Helper()
	uninstall := action.NewUninstall(h.helm(namespace))
	uninstall.Wait, uninstall.Timeout, uninstall.IgnoreNotFound = true, helmTimeout, true
	_, err := uninstall.Run("keda")
	h.must(err)
}

func (h *harness) helm(namespace string) *action.Configuration {
	h.t.Helper()
	kubeconfig := filepath.Join(h.t.TempDir(), "kubeconfig")
	text, err := os.ReadFile(h.stack.Environment()["KUBECONFIG"])
	h.must(err)
	h.must(os.WriteFile(kubeconfig, text, 0o600))
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig, flags.Namespace = &kubeconfig, &namespace
	config := new(action.Configuration)
	h.must(config.Init(flags, namespace, "secret", h.t.Logf))
	return config
}
