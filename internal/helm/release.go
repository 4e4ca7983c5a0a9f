package helm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	"helm.sh/helm/v3/pkg/storage/driver"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Deployed is the status of a release that is complete and was ready. Helm's
// other statuses are failed, pending-install, pending-upgrade, pending-rollback,
// uninstalling and uninstalled.
const Deployed = string(release.StatusDeployed)

// uninstalled is the status of a release of which only the record is left.
const uninstalled = string(release.StatusUninstalled)

// Release is the newest revision of a release.
type Release struct {
	Key
	Revision int
	// Status is Helm's, such as deployed.
	Status string
	// Description is what Helm wrote down about it last.
	Description string
	// ChartName, ChartVersion and AppVersion are those of the chart.
	ChartName, ChartVersion, AppVersion string
	// Values are those that the chart was given, without its defaults.
	Values map[string]any
	// Owner is the field manager of the provider that made the release, or empty.
	Owner string
	// FirstDeployed is when its first revision was made.
	FirstDeployed time.Time

	manifest string
	crds     []chart.CRD
}

// ownerLabel is on the Secrets of a release that this package made.
const ownerLabel = "terraform-provider-keda/owner"

// NoReleaseError says that there is no release of a name.
type NoReleaseError struct{ Key Key }

func (e *NoReleaseError) Error() string { return fmt.Sprintf("the cluster has no %s", e.Key) }

// Get reads a release. Errors: a *NoReleaseError, or the cluster's.
func (c *Client) Get(ctx context.Context, key Key) (*Release, error) {
	begun, err := c.begin(ctx, key)
	if err != nil {
		return nil, err
	}
	defer begun.end()
	history, err := begun.history(key)
	if err != nil {
		return nil, err
	}
	if len(history) == 0 {
		return nil, &NoReleaseError{Key: key}
	}
	return describe(history[0]), nil
}

// history returns a release's revisions, the newest first; none if there is no
// release.
func (o *operation) history(key Key) ([]*release.Release, error) {
	history, err := o.config.Releases.History(key.Name)
	if errors.Is(err, driver.ErrReleaseNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, &Error{Key: key, Doing: "reading", Err: err}
	}
	releaseutil.Reverse(history, releaseutil.SortByRevision)
	return history, nil
}

func describe(found *release.Release) *Release {
	known := &Release{
		Key:      Key{Namespace: found.Namespace, Name: found.Name},
		Revision: found.Version,
		Values:   found.Config,
		Owner:    found.Labels[ownerLabel],
		manifest: found.Manifest,
	}
	if found.Info != nil {
		known.Status, known.Description = found.Info.Status.String(), found.Info.Description
		known.FirstDeployed = found.Info.FirstDeployed.Time
	}
	if found.Chart != nil && found.Chart.Metadata != nil {
		known.ChartName, known.ChartVersion, known.AppVersion = found.Chart.Name(), found.Chart.Metadata.Version, found.Chart.AppVersion()
		known.crds = found.Chart.CRDObjects()
	}
	if known.Values == nil {
		known.Values = map[string]any{}
	}
	return known
}

// Objects returns what the release consists of, in the order in which Helm makes
// it, as the chart rendered it. CustomResourceDefinitions in the chart's folder
// crds, which Helm leaves alone, come first.
func (r *Release) Objects() ([]*unstructured.Unstructured, error) {
	var all []*unstructured.Unstructured
	for _, crd := range r.crds {
		parsed, err := parseManifest(string(crd.File.Data))
		if err != nil {
			return nil, fmt.Errorf("%s: %s in its chart: %w", r.Key, crd.Filename, err)
		}
		all = append(all, parsed...)
	}
	rendered, err := parseManifest(r.manifest)
	if err != nil {
		return nil, fmt.Errorf("%s: its manifest: %w", r.Key, err)
	}
	all = append(all, rendered...)
	for _, object := range all {
		if object.GetNamespace() == "" && namespacedByDefault[object.GetKind()] {
			object.SetNamespace(r.Namespace)
		}
	}
	return all, nil
}

// namespacedByDefault are the kinds of charts whose objects are in a namespace
// whether they name it or not, and that this package looks at.
var namespacedByDefault = map[string]bool{"Deployment": true, "StatefulSet": true, "DaemonSet": true, "Job": true}

// parseManifest reads a stream of YAML documents.
func parseManifest(manifest string) ([]*unstructured.Unstructured, error) {
	documents := releaseutil.SplitManifests(manifest)
	parsed := make([]*unstructured.Unstructured, 0, len(documents))
	for i := range len(documents) {
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(documents[fmt.Sprintf("manifest-%d", i)]), &object.Object); err != nil {
			return nil, err
		}
		if object.GetKind() != "" {
			parsed = append(parsed, object)
		}
	}
	return parsed, nil
}
