package kedachart

import (
	"context"
	"fmt"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/eventscale/terraform-provider-keda/internal/kedamodule"
)

// CRDs returns KEDA's CustomResourceDefinitions as it ships them, as YAML
// documents: config/crd of KEDA's module with the kustomize patches there,
// without which ScaledJobs would accept a metricType, among other things. The
// working directory must be inside this repository, which pins KEDA's version.
func CRDs(ctx context.Context) ([]byte, error) {
	keda, err := kedamodule.Find(ctx)
	if err != nil {
		return nil, err
	}
	crds, err := render(keda)
	if err != nil {
		return nil, err
	}
	return crds.AsYaml()
}

func render(keda kedamodule.Module) (resmap.ResMap, error) {
	dir := filepath.Join(keda.Dir, "config", "crd")
	crds, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, fmt.Errorf("cannot render the CRDs of KEDA %s from %s: %w", keda.Version, dir, err)
	}
	return crds, nil
}
