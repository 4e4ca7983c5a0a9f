package sandboxtest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
)

// KEDA as InstallKEDA installs it.
const (
	KEDANamespace = "keda"
	kedaRelease   = "keda"
)

// helmTimeout is for three Deployments that start as local processes, one of
// which exits once to pick its certificates up.
const helmTimeout = 2 * time.Minute

// InstallKEDA installs the chart as a user would, for an operator with the
// given role, and returns when everything of it is ready.
func (s *Stack) InstallKEDA(t testing.TB, roleARN string) {
	t.Helper()
	if err := s.installKEDA(t.Context(), t.TempDir(), roleARN); err != nil {
		t.Fatal(err)
	}
}

func (s *Stack) installKEDA(ctx context.Context, dir, roleARN string) error {
	path, err := kedachart.Build(ctx, dir)
	if err != nil {
		return err
	}
	chart, err := loader.Load(path)
	if err != nil {
		return err
	}
	config, err := s.helm(dir)
	if err != nil {
		return err
	}
	install := action.NewInstall(config)
	install.ReleaseName, install.Namespace, install.CreateNamespace = kedaRelease, KEDANamespace, true
	install.Wait, install.Timeout = true, helmTimeout
	values := kedachart.QuickValues()
	values["podIdentity"] = map[string]any{"aws": map[string]any{"irsa": map[string]any{"enabled": true, "roleArn": roleARN}}}
	_, err = install.RunWithContext(ctx, chart, values)
	return err
}

// UninstallKEDA removes the chart's release.
func (s *Stack) UninstallKEDA(t testing.TB) {
	t.Helper()
	if err := s.uninstallKEDA(t.TempDir()); err != nil {
		t.Fatal(err)
	}
}

func (s *Stack) uninstallKEDA(dir string) error {
	config, err := s.helm(dir)
	if err != nil {
		return err
	}
	uninstall := action.NewUninstall(config)
	uninstall.Wait, uninstall.Timeout = true, helmTimeout
	_, err = uninstall.Run(kedaRelease)
	return err
}

// helm is one operation's configuration. It gets a copy of the kubeconfig,
// because Helm may write to the one that it is given.
func (s *Stack) helm(dir string) (*action.Configuration, error) {
	text, err := os.ReadFile(s.Kubeconfig)
	if err != nil {
		return nil, err
	}
	kubeconfig, namespace := filepath.Join(dir, "kubeconfig"), KEDANamespace
	if err := os.WriteFile(kubeconfig, text, 0o600); err != nil { //nolint:gosec // the folder is of the test or the stack
		return nil, err
	}
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig, flags.Namespace = &kubeconfig, &namespace
	config := new(action.Configuration)
	silent := func(string, ...any) {}
	if err := config.Init(flags, namespace, "secret", silent); err != nil {
		return nil, err
	}
	return config, nil
}
