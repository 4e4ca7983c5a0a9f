package helm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/registry"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"
	"oras.land/oras-go/v2/registry/remote/retry"
)

// loadOCI gets a chart from an OCI registry. A range of versions is resolved by
// the list of the chart's tags.
func loadOCI(ctx context.Context, source Source) (*chart.Chart, error) {
	location, err := url.Parse(strings.TrimSuffix(source.Repository, "/") + "/" + source.Chart)
	if err != nil {
		return nil, errors.New("the repository is no URL")
	}
	dir, err := os.MkdirTemp("", "chart-registry-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	options := []registry.ClientOption{
		registry.ClientOptWriter(io.Discard),
		// Without it, Helm's own file of credentials in the user's folder is used.
		registry.ClientOptCredentialsFile(filepath.Join(dir, "config.json")),
		registry.ClientOptHTTPClient(&http.Client{Transport: bound{ctx: ctx, next: retry.NewTransport(http.DefaultTransport)}}),
		registry.ClientOptBasicAuth(source.Username, source.Password),
	}
	if IsLoopback(location.Hostname()) {
		options = append(options, registry.ClientOptPlainHTTP())
	}
	client, err := registry.NewClient(options...)
	if err != nil {
		return nil, fmt.Errorf("preparing for the registry: %w", err)
	}
	tagged, err := client.ValidateReference(location.String(), source.Version, location)
	if err != nil {
		return nil, registryCause(err)
	}
	pulled, err := client.Pull(strings.TrimPrefix(tagged.String(), registry.OCIScheme+"://"))
	if err != nil {
		return nil, registryCause(err)
	}
	return loadArchive(pulled.Chart.Data)
}

// IsLoopback reports whether a host is this machine. A registry there is spoken
// to by plain HTTP, as Docker does.
func IsLoopback(host string) bool {
	address := net.ParseIP(host)
	return host == "localhost" || address != nil && address.IsLoopback()
}

// registryCause puts a registry's answer into words.
func registryCause(err error) error {
	if answer, ok := errors.AsType[*errcode.ErrorResponse](err); ok {
		switch answer.StatusCode {
		case http.StatusUnauthorized, http.StatusForbidden:
			return fmt.Errorf("the registry asks for other credentials (%d)", answer.StatusCode)
		case http.StatusNotFound:
			return errors.New("the registry has no such chart or version")
		}
		return fmt.Errorf("the registry answered %d", answer.StatusCode)
	}
	if errors.Is(err, auth.ErrBasicCredentialNotFound) {
		return errors.New("the registry asks for credentials")
	}
	if errors.Is(err, errdef.ErrNotFound) {
		return errors.New("the registry has no such chart or version")
	}
	if request, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("the registry cannot be reached: %w", request.Err)
	}
	return err
}
