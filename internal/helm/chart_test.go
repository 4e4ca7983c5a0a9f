package helm

import (
	"errors"
	"fmt"
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
	"helm.sh/helm/v3/pkg/chartutil"
	helmregistry "helm.sh/helm/v3/pkg/registry"
	"helm.sh/helm/v3/pkg/repo"
)

const planted = "planted-password"

// packed writes charts of these versions as archives into a folder.
func packed(t *testing.T, versions ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, version := range versions {
		made := &chart.Chart{Metadata: &chart.Metadata{APIVersion: chart.APIVersionV2, Name: "keda", Version: version, AppVersion: "2.21.0"}}
		made.Templates = []*chart.File{{Name: "templates/empty.yaml", Data: []byte("# nothing\n")}}
		if _, err := chartutil.Save(made, dir); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// served serves a folder of archives with its index, from behind a password if
// there is one.
func served(t *testing.T, dir, archives, password string) string {
	t.Helper()
	index, err := repo.IndexDirectory(dir, archives)
	if err != nil {
		t.Fatal(err)
	}
	if err := index.WriteFile(filepath.Join(dir, "index.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, given, _ := r.BasicAuth(); given != password {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestFetchHTTP(t *testing.T) {
	t.Parallel()
	dir := packed(t, "2.19.0", "2.20.1", "2.20.2")
	open, closed := served(t, dir, "", ""), served(t, packed(t, "2.20.2"), "", planted)
	// The archives of this one are on a server that would refuse a password.
	apart := served(t, packed(t, "2.20.2"), open, planted)
	for name, test := range map[string]struct {
		source  Source
		version string
		wrong   string
	}{
		"exact":            {source: Source{Repository: open, Version: "2.20.1"}, version: "2.20.1"},
		"range":            {source: Source{Repository: open + "/", Version: "^2.19"}, version: "2.20.2"},
		"newest":           {source: Source{Repository: open}, version: "2.20.2"},
		"with v":           {source: Source{Repository: open, Version: "v2.20.1"}, version: "2.20.1"},
		"password":         {source: Source{Repository: closed, Username: "a", Password: planted}, version: "2.20.2"},
		"archives apart":   {source: Source{Repository: apart, Username: "a", Password: planted}, version: "2.20.2"},
		"no such version":  {source: Source{Repository: open, Version: "3.0.0"}, wrong: "its newest are 2.20.2, 2.20.1, 2.19.0"},
		"no such chart":    {source: Source{Repository: open, Chart: "redis"}, wrong: "no chart of this name"},
		"no password":      {source: Source{Repository: closed}, wrong: "asks for other credentials"},
		"another password": {source: Source{Repository: closed, Username: "a", Password: planted + "2"}, wrong: "asks for other credentials"},
		"no repository":    {source: Source{Repository: open + "/elsewhere"}, wrong: "404"},
		"nobody":           {source: Source{Repository: "http://127.0.0.1:1"}, wrong: "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.source.Chart == "" {
				test.source.Chart = "keda"
			}
			expectFetched(t, test.source, test.version, test.wrong)
		})
	}
}

func expectFetched(t *testing.T, source Source, version, wrong string) {
	t.Helper()
	fetched, err := Fetch(t.Context(), source)
	if wrong == "" {
		if err != nil || fetched.Version != version || fetched.Name != "keda" || fetched.AppVersion != "2.21.0" {
			t.Errorf("fetched %+v, %v; want version %s", fetched, err, version)
		}
		return
	}
	if _, isChart := errors.AsType[*ChartError](err); !isChart || !strings.Contains(err.Error(), wrong) || strings.Contains(err.Error(), planted) {
		t.Errorf("the error is %v, want %q and no password", err, wrong)
	}
}

func TestFetchRefusesAnotherArchive(t *testing.T) {
	t.Parallel()
	dir := packed(t, "2.20.2")
	url := served(t, dir, "", "")
	other, err := os.ReadFile(filepath.Join(packed(t, "2.20.1"), "keda-2.20.1.tgz"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keda-2.20.2.tgz"), other, 0o600); err != nil {
		t.Fatal(err)
	}
	expectFetched(t, Source{Repository: url, Chart: "keda"}, "", "its SHA-256 differs")
}

func TestFetchOCI(t *testing.T) {
	t.Parallel()
	keep := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, given, _ := r.BasicAuth(); strings.Contains(r.URL.Path, "/private/") && given != planted {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		keep.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	client, err := helmregistry.NewClient(helmregistry.ClientOptPlainHTTP(), helmregistry.ClientOptBasicAuth("a", planted),
		helmregistry.ClientOptCredentialsFile(filepath.Join(t.TempDir(), "none.json")))
	if err != nil {
		t.Fatal(err)
	}
	dir := packed(t, "2.20.1", "2.20.2")
	for _, version := range []string{"2.20.1", "2.20.2"} {
		archive, err := os.ReadFile(filepath.Join(dir, "keda-"+version+".tgz"))
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range []string{"charts", "private"} {
			if _, err := client.Push(archive, fmt.Sprintf("%s/%s/keda:%s", host, folder, version)); err != nil {
				t.Fatal(err)
			}
		}
	}
	open, private := "oci://"+host+"/charts", "oci://"+host+"/private"
	for name, test := range map[string]struct {
		source  Source
		version string
		wrong   string
	}{
		"exact":           {source: Source{Repository: open, Version: "2.20.1"}, version: "2.20.1"},
		"range":           {source: Source{Repository: open + "/", Version: "^2.19"}, version: "2.20.2"},
		"password":        {source: Source{Repository: private, Version: "2.20.2", Username: "a", Password: planted}, version: "2.20.2"},
		"no password":     {source: Source{Repository: private, Version: "2.20.2"}, wrong: "asks for credentials"},
		"another":         {source: Source{Repository: private, Version: "2.20.2", Username: "a", Password: planted + "2"}, wrong: "asks for other credentials"},
		"no such version": {source: Source{Repository: open, Version: "3.0.0"}, wrong: "no such chart or version"},
		"no such chart":   {source: Source{Repository: open, Chart: "redis", Version: "2.20.2"}, wrong: "no such chart or version"},
		"nobody":          {source: Source{Repository: "oci://127.0.0.1:1/charts", Version: "2.20.2"}, wrong: "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.source.Chart == "" {
				test.source.Chart = "keda"
			}
			expectFetched(t, test.source, test.version, test.wrong)
		})
	}
}

func TestFetchPath(t *testing.T) {
	t.Parallel()
	dir := packed(t, "2.20.2")
	archive := filepath.Join(dir, "keda-2.20.2.tgz")
	if err := chartutil.ExpandFile(dir, archive); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{archive, filepath.Join(dir, "keda")} {
		expectFetched(t, Source{Chart: path}, "2.20.2", "")
		expectFetched(t, Source{Chart: path, Version: "2.19.0"}, "", "the chart found has version 2.20.2")
		if version, err := VersionAt(path); err != nil || version != "2.20.2" {
			t.Errorf("the version at %s is %q, %v", path, version, err)
		}
	}
	expectFetched(t, Source{Chart: filepath.Join(dir, "none")}, "", "cannot be read")
	if _, err := VersionAt(filepath.Join(dir, "none")); err == nil {
		t.Error("a path to nothing has a version")
	}
}

func TestFetchRefusesALibrary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := "apiVersion: v2\nname: keda\nversion: 1.0.0\ntype: library\n"
	if err := os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	expectFetched(t, Source{Chart: dir}, "", "library")
	text = "apiVersion: v2\nname: keda\nversion: 1.0.0\ndependencies: [{name: redis, version: 1.0.0, repository: https://example.com}]\n"
	if err := os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	expectFetched(t, Source{Chart: dir}, "", "helm dependency build")
}

func TestSatisfies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		version, wanted string
		want            bool
	}{
		{"2.20.2", "", true},
		{"2.20.2", "2.20.2", true},
		{"2.20.2", "v2.20.2", true},
		{"v2.20.2", "2.20.2", true},
		{"2.20.2", "~> 2.20.0", true},
		{"2.21.0", "~> 2.20.0", false},
		{"2.20.2", "2.20.1", false},
		{"not one", ">= 1", false},
		{"1.0.0", "not one", false},
	} {
		if got := Satisfies(test.version, test.wanted); got != test.want {
			t.Errorf("%q satisfies %q: %t", test.version, test.wanted, got)
		}
	}
}

func TestSourceKeepsThePassword(t *testing.T) {
	t.Parallel()
	source := Source{Repository: "https://example.com", Chart: "keda", Username: "a", Password: planted}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(format, source); strings.Contains(text, planted) {
			t.Errorf("%s shows the password: %s", format, text)
		}
	}
}
