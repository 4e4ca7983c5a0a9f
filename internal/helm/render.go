package helm

import (
	"fmt"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
)

// render returns what the chart will consist of, without changing anything: what
// it brings has to be looked at before Helm touches it.
func (o *operation) render(wanted Wanted, upgrade bool) ([]*unstructured.Unstructured, error) {
	fresh, err := wanted.Chart.fresh()
	if err != nil {
		return nil, err
	}
	// A dry run changes its configuration, so it gets one of its own.
	dry := action.NewInstall(&action.Configuration{Log: o.config.Log})
	dry.ReleaseName, dry.Namespace = wanted.Name, wanted.Namespace
	dry.ClientOnly, dry.DryRun, dry.IncludeCRDs, dry.IsUpgrade = true, true, true, upgrade
	if dry.KubeVersion, dry.APIVersions, err = o.capabilities(); err != nil {
		return nil, err
	}
	rendered, err := dry.Run(fresh, MergeValues(nil, wanted.Values))
	if err != nil {
		return nil, err
	}
	return parseManifest(rendered.Manifest)
}

// capabilities are what templates may ask about the cluster.
func (o *operation) capabilities() (*chartutil.KubeVersion, chartutil.VersionSet, error) {
	groups, err := o.getter.ToDiscoveryClient()
	if err != nil {
		return nil, nil, err
	}
	version, err := groups.ServerVersion()
	if err != nil {
		return nil, nil, fmt.Errorf("asking the cluster for its version: %w", err)
	}
	served, err := action.GetVersionSet(groups)
	// An API whose server is away, such as KEDA's own, must not be in the way.
	if err != nil && !discovery.IsGroupDiscoveryFailedError(err) {
		return nil, nil, err
	}
	return &chartutil.KubeVersion{Version: version.GitVersion, Major: version.Major, Minor: version.Minor}, served, nil
}
