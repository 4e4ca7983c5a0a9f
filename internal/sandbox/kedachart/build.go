package kedachart

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/eventscale/terraform-provider-keda/internal/kedamodule"
)

//go:embed all:chart
var fixture embed.FS

// Build writes the complete chart into the folder dir/keda, which must not
// exist yet, and returns that path for Helm. The chart's appVersion is the
// version of KEDA that the stack's programs are built from. The working
// directory must be inside this repository.
func Build(ctx context.Context, dir string) (string, error) {
	keda, err := kedamodule.Find(ctx)
	if err != nil {
		return "", err
	}
	crds, err := render(keda)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "keda")
	if err := write(path, strings.TrimPrefix(keda.Version, "v"), crds); err != nil {
		return "", fmt.Errorf("cannot write the KEDA chart into %s: %w", path, err)
	}
	return path, nil
}

func write(path, appVersion string, crds resmap.ResMap) error {
	root, err := fs.Sub(fixture, "chart")
	if err != nil {
		return err
	}
	if err := os.CopyFS(path, root); err != nil {
		return err
	}
	metadata, err := fs.ReadFile(root, "Chart.yaml")
	if err != nil {
		return err
	}
	metadata = fmt.Appendf(metadata, "appVersion: %q\n", appVersion)
	if err := os.WriteFile(filepath.Join(path, "Chart.yaml"), metadata, 0o600); err != nil {
		return err
	}
	return writeCRDs(filepath.Join(path, "files", "crds"), crds)
}

func writeCRDs(dir string, crds resmap.ResMap) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, crd := range crds.Resources() {
		text, err := crd.AsYAML()
		if err != nil {
			return fmt.Errorf("CRD %s: %w", crd.GetName(), err)
		}
		if err := os.WriteFile(filepath.Join(dir, crd.GetName()+".yaml"), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
