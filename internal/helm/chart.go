package helm

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/registry"
)

const (
	// fetchTimeout bounds the fetching of a chart, so that a repository that does
	// not answer leaves time to say so.
	fetchTimeout = 2 * time.Minute
	// maxFetched bounds what a repository may send: the index of a large one has
	// some 20 MiB, a chart at most 20 MiB by Helm's own limit.
	maxFetched = 64 << 20
)

// Source says where a chart comes from.
type Source struct {
	// Repository is the URL of a chart repository (https or http) or of the folder
	// of an OCI registry (oci). Empty means that Chart is a path.
	Repository string
	// Chart is the chart's name in the repository, or the path of its folder or
	// archive.
	Chart string
	// Version is an exact version or a range such as "~> 2.20". Empty means the
	// newest in a repository, and any at a path.
	Version string
	// Username and Password are for the repository. Both are empty for one that
	// asks for none, or whose credentials are in Docker's configuration (OCI only).
	Username, Password string
}

// String names the chart without credentials.
func (s Source) String() string {
	text := fmt.Sprintf("chart %q", s.Chart)
	if s.Version != "" {
		text += fmt.Sprintf(" of version %q", s.Version)
	}
	if s.Repository != "" {
		text += fmt.Sprintf(" from %s", s.Repository)
	}
	return text
}

// GoString keeps the password out of %#v.
func (s Source) GoString() string { return "helm.Source{" + s.String() + "}" }

// Chart is a chart that was fetched and can be installed.
type Chart struct {
	// Name, Version and AppVersion are those of its Chart.yaml.
	Name, Version, AppVersion string
	files                     []*loader.BufferedFile
}

// ChartError says that a chart cannot be had or cannot be used.
type ChartError struct {
	Source Source
	Err    error
}

func (e *ChartError) Error() string { return fmt.Sprintf("%s: %v", e.Source, e.Err) }

func (e *ChartError) Unwrap() error { return e.Err }

// Fetch gets a chart. Errors: a *ChartError.
func Fetch(ctx context.Context, source Source) (*Chart, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	loaded, err := load(ctx, source)
	if err == nil {
		err = check(loaded, source)
	}
	if err != nil {
		return nil, &ChartError{Source: source, Err: err}
	}
	fetched := &Chart{Name: loaded.Name(), Version: loaded.Metadata.Version, AppVersion: loaded.AppVersion()}
	for _, file := range loaded.Raw {
		fetched.files = append(fetched.files, &loader.BufferedFile{Name: file.Name, Data: file.Data})
	}
	return fetched, nil
}

func load(ctx context.Context, source Source) (*chart.Chart, error) {
	switch {
	case source.Repository == "":
		return loadPath(source.Chart)
	case registry.IsOCI(source.Repository):
		return loadOCI(ctx, source)
	}
	return loadHTTP(ctx, source)
}

func loadPath(path string) (*chart.Chart, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("the path cannot be read: %w", err)
	}
	return loader.Load(path)
}

func loadArchive(archive []byte) (*chart.Chart, error) {
	return loader.LoadArchive(bytes.NewReader(archive))
}

// check finds what Helm would find only after it has begun, or never.
func check(loaded *chart.Chart, source Source) error {
	if err := loaded.Validate(); err != nil {
		return err
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return fmt.Errorf("it is of type %q: only charts of type application can be installed", kind)
	}
	if err := action.CheckDependencies(loaded, loaded.Metadata.Dependencies); err != nil {
		return fmt.Errorf("%w; run `helm dependency build` on the chart", err)
	}
	if !Satisfies(loaded.Metadata.Version, source.Version) {
		return fmt.Errorf("the chart found has version %s", loaded.Metadata.Version)
	}
	return nil
}

// Satisfies reports whether a chart's version is the wanted one, or in the
// wanted range. Everything satisfies an empty range.
func Satisfies(version, wanted string) bool {
	if wanted == "" || strings.TrimPrefix(version, "v") == strings.TrimPrefix(wanted, "v") {
		return true
	}
	parsed, err := semver.NewVersion(version)
	if err != nil {
		return false
	}
	constraint, err := semver.NewConstraint(wanted)
	return err == nil && constraint.Check(parsed)
}

// VersionAt returns the version of the chart in a folder or archive.
func VersionAt(path string) (string, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		metadata, err := chartutil.LoadChartfile(path + "/" + chartutil.ChartfileName)
		if err != nil {
			return "", err
		}
		return metadata.Version, nil
	}
	loaded, err := loadPath(path)
	if err != nil {
		return "", err
	}
	return loaded.Metadata.Version, nil
}

// fresh returns the chart for one use: Helm changes the charts that it is given.
func (c *Chart) fresh() (*chart.Chart, error) { return loader.LoadFiles(c.files) }
