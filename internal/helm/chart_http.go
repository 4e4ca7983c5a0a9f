package helm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/repo"
	"oras.land/oras-go/v2/registry/remote/retry"
)

// loadHTTP gets a chart from a chart repository: the index, then the archive
// that the index names. Helm's own way prefers a folder of the chart's name in
// the working directory, and keeps the index in the user's cache.
func loadHTTP(ctx context.Context, source Source) (*chart.Chart, error) {
	base, err := url.Parse(source.Repository)
	if err != nil {
		return nil, errors.New("the repository is no URL")
	}
	found, err := lookUp(ctx, source, base)
	if err != nil {
		return nil, err
	}
	resolved, err := repo.ResolveReferenceURL(source.Repository, found.URLs[0])
	if err != nil {
		return nil, fmt.Errorf("the repository's index names no URL for it: %w", err)
	}
	location, err := url.Parse(resolved)
	if err != nil {
		return nil, errors.New("the repository's index names no URL for it")
	}
	if location.Scheme != base.Scheme || location.Host != base.Host {
		// The archives may be kept elsewhere, where the credentials are nobody's
		// business.
		source.Username, source.Password = "", ""
	}
	archive, err := fetch(ctx, location, source)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(archive); found.Digest != "" && !strings.EqualFold(hex.EncodeToString(sum[:]), strings.TrimPrefix(found.Digest, "sha256:")) {
		return nil, fmt.Errorf("the archive at %s is not the one that the repository's index describes: its SHA-256 differs", shown(location))
	}
	return loadArchive(archive)
}

// lookUp finds the chart's version in the repository's index.
func lookUp(ctx context.Context, source Source, base *url.URL) (*repo.ChartVersion, error) {
	location, err := url.Parse(strings.TrimSuffix(base.String(), "/") + "/index.yaml")
	if err != nil {
		return nil, errors.New("the repository is no URL")
	}
	text, err := fetch(ctx, location, source)
	if err != nil {
		return nil, err
	}
	index, err := parseIndex(text)
	if err != nil {
		return nil, fmt.Errorf("%s is not the index of a chart repository: %w", shown(location), err)
	}
	found, err := index.Get(source.Chart, source.Version)
	switch {
	case errors.Is(err, repo.ErrNoChartName):
		return nil, errors.New("the repository has no chart of this name")
	case err != nil:
		return nil, fmt.Errorf("the repository has no such version; its newest are %s", newest(index.Entries[source.Chart]))
	case len(found.URLs) == 0:
		return nil, errors.New("the repository's index names no URL for it")
	}
	return found, nil
}

// parseIndex writes the index down for a moment, as the library reads files only.
func parseIndex(text []byte) (*repo.IndexFile, error) {
	dir, err := os.MkdirTemp("", "chart-index-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "index.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, err
	}
	index, err := repo.LoadIndexFile(path)
	if err != nil {
		// The file's name is of no use to anybody.
		return nil, errors.New(strings.ReplaceAll(err.Error(), path, "index.yaml"))
	}
	return index, nil
}

// shownVersions bounds an error message.
const shownVersions = 5

func newest(versions repo.ChartVersions) string {
	var names []string
	for _, version := range versions[:min(len(versions), shownVersions)] {
		names = append(names, version.Version)
	}
	return strings.Join(names, ", ")
}

// fetch reads what a URL leads to. Passing failures are tried again by the
// transport.
func fetch(ctx context.Context, location *url.URL, source Source) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, location.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be asked for", shown(location))
	}
	if source.Username != "" {
		request.SetBasicAuth(source.Username, source.Password)
	}
	client := http.Client{Transport: retry.NewTransport(http.DefaultTransport)}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be reached: %w", shown(location), transportCause(err))
	}
	defer func() { _ = response.Body.Close() }()
	switch {
	case response.StatusCode == http.StatusUnauthorized, response.StatusCode == http.StatusForbidden:
		return nil, fmt.Errorf("%s asks for other credentials (%s)", shown(location), response.Status)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answered %s", shown(location), response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxFetched+1))
	if err != nil {
		return nil, fmt.Errorf("%s broke off: %w", shown(location), transportCause(err))
	}
	if len(body) > maxFetched {
		return nil, fmt.Errorf("%s sends more than %d MiB", shown(location), maxFetched>>20)
	}
	return body, nil
}

// shown is a URL without what may be secret: a redirect's query often is a
// credential.
func shown(location *url.URL) string {
	return location.Scheme + "://" + location.Host + location.Path
}

// transportCause leaves the URL out, which may have a credential in its query.
func transportCause(err error) error {
	if request, ok := errors.AsType[*url.Error](err); ok {
		return request.Err
	}
	return err
}
