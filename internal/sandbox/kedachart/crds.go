package kedachart

import (
	"context"
	"fmt"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// CRDs returns KEDA's CustomResourceDefinitions as it ships them, as YAML
// documents: config/crd of KEDA's module with the kustomize patches there,
// without which ScaledJobs would accept a metricType, among other things.
// sourceRoot is the root of this repository, which pins KEDA's version.
func CRDs(ctx context.Context, sourceRoot string) ([]byte, error) {
	keda, err := kedaModule(ctx, sourceRoot)
	if err != nil {
		return nil, err
	}
	crds, err := render(keda)
	if err != nil {
		return nil, err
	}
	return crds.AsYaml()
}

func render(keda module) (resmap.ResMap, error) {
	dir := filepath.Join(keda.Dir, "config", "crd")
	crds, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, fmt.Errorf("cannot render the CRDs of KEDA %s from %s: %w", keda.Version, dir, err)
	}
	return crds, nil
}
