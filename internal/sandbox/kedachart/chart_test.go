package kedachart

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/kedamodule"
)

// chartDir holds what all tests share.
var chartDir string

func TestMain(m *testing.M) {
	var err error
	if chartDir, err = os.MkdirTemp("", "kedachart"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(chartDir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// built is the path of the chart, built once for all tests.
var built = sync.OnceValues(func() (string, error) {
	return Build(context.Background(), chartDir)
})

func loadChart(t *testing.T) *chart.Chart {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	c, err := loader.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// objects are rendered objects by "Kind name".
type objects map[string]*unstructured.Unstructured

// renderWith renders the chart as `helm install keda --namespace keda` with values in YAML.
func renderWith(t *testing.T, c *chart.Chart, values string) objects {
	t.Helper()
	given := map[string]any{}
	if err := yaml.Unmarshal([]byte(values), &given); err != nil {
		t.Fatal(err)
	}
	release := chartutil.ReleaseOptions{Name: "keda", Namespace: "keda", Revision: 1, IsInstall: true}
	renderValues, err := chartutil.ToRenderValues(c, given, release, chartutil.DefaultCapabilities)
	if err != nil {
		t.Fatal(err)
	}
	files, err := engine.Render(c, renderValues)
	if err != nil {
		t.Fatal(err)
	}
	all := objects{}
	for file, text := range files {
		for _, document := range releaseutil.SplitManifests(text) {
			add(t, all, file, document)
		}
	}
	return all
}

func add(t *testing.T, all objects, file, document string) {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.UnmarshalStrict([]byte(document), &object.Object); err != nil {
		t.Fatalf("%s: %v\n%s", file, err, document)
	}
	if len(object.Object) == 0 {
		return // all of the template is switched off
	}
	id := object.GetKind() + " " + object.GetName()
	if _, twice := all[id]; twice {
		t.Fatalf("%s: %s is rendered twice", file, id)
	}
	all[id] = object
}

func TestBuildWritesAChartOfItsKEDAVersion(t *testing.T) {
	t.Parallel()
	c := loadChart(t)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	keda, err := kedamodule.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if "v"+c.AppVersion() != keda.Version {
		t.Errorf("appVersion is %q, the module's version %q", c.AppVersion(), keda.Version)
	}
	if !strings.Contains(c.Metadata.Description, "fixture") {
		t.Error("the description does not say that the chart is a fixture")
	}
}

func TestBuildRefusesAFolderThatHoldsAChart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "keda"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keda", "Chart.yaml"), []byte("name: mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Build(t.Context(), dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("error is %v, want one that names %s", err, dir)
	}
}

func TestCRDsStopWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := CRDs(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want the context's", err)
	}
}
