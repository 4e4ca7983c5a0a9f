package operator_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	helmregistry "helm.sh/helm/v3/pkg/registry"
	"helm.sh/helm/v3/pkg/repo"
	"sigs.k8s.io/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
)

const (
	// oldVersion is of a chart whose CustomResourceDefinitions are older.
	oldVersion = "2.20.1"
	newVersion = "2.20.2"

	username = "puller"
	// password must be in no output of any kind.
	password = "planted-registry-password"
)

// scaledObjectCRD is where the chart has the CRD of ScaledObjects.
const scaledObjectCRD = "files/crds/scaledobjects.keda.sh.yaml"

// oldColumn is the one printer column of an old chart's ScaledObjects.
const oldColumn = "Old"

// charts are the folder of each version of the chart.
func charts(t *testing.T) map[string]string {
	t.Helper()

	current, err := kedachart.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}

	old, err := kedachart.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}

	rewrite(t, filepath.Join(old, "Chart.yaml"), func(metadata map[string]any) { metadata["version"] = oldVersion })
	rewrite(t, filepath.Join(old, scaledObjectCRD), func(crd map[string]any) {
		versions := crd["spec"].(map[string]any)["versions"].([]any)
		versions[0].(map[string]any)["additionalPrinterColumns"] = []any{map[string]any{"name": oldColumn, "type": "string", "jsonPath": ".metadata.name"}}
	})

	return map[string]string{newVersion: current, oldVersion: old}
}

func rewrite(t *testing.T, path string, change func(map[string]any)) {
	t.Helper()

	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	var parsed map[string]any
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}

	change(parsed)

	if text, err = yaml.Marshal(parsed); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// archives packs both versions into a folder.
func archives(t *testing.T) string {
	t.Helper()

	dir := t.TempDir()
	for _, path := range charts(t) {
		if _, err := chartutil.Save(loadChart(t, path), dir); err != nil {
			t.Fatal(err)
		}
	}

	return dir
}

func loadChart(t *testing.T, path string) *chart.Chart {
	t.Helper()

	loaded, err := loader.Load(path)
	if err != nil {
		t.Fatal(err)
	}

	return loaded
}

// repository serves both versions as a chart repository that asks for the
// password, and returns its URL.
func repository(t *testing.T) string {
	t.Helper()

	dir := archives(t)

	index, err := repo.IndexDirectory(dir, "")
	if err != nil {
		t.Fatal(err)
	}

	if err := index.WriteFile(filepath.Join(dir, "index.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}

	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, given, _ := r.BasicAuth(); name != username || given != password {
			w.WriteHeader(http.StatusUnauthorized)

			return
		}

		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)

	return server.URL
}

// ociRegistry serves both versions from a registry, and returns the URL of their
// folder.
func ociRegistry(t *testing.T) string {
	t.Helper()

	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)

	host := strings.TrimPrefix(server.URL, "http://")

	client, err := helmregistry.NewClient(helmregistry.ClientOptPlainHTTP(), helmregistry.ClientOptCredentialsFile(filepath.Join(t.TempDir(), "none.json")))
	if err != nil {
		t.Fatal(err)
	}

	dir := archives(t)
	for _, version := range []string{oldVersion, newVersion} {
		archive, err := os.ReadFile(filepath.Join(dir, "keda-"+version+".tgz"))
		if err != nil {
			t.Fatal(err)
		}

		if _, err := client.Push(archive, host+"/charts/keda:"+version); err != nil {
			t.Fatal(err)
		}
	}

	return "oci://" + host + "/charts"
}
