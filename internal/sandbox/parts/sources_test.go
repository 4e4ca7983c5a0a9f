package parts

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestSourcesAreFoundFromInsideTheRepository(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	// The nested module's own go.mod is passed by.
	for _, folder := range []string{here, filepath.Join(here, "etcd"), filepath.Dir(filepath.Dir(filepath.Dir(here)))} {
		t.Chdir(folder)
		if found, err := sources(); err != nil || found != here {
			t.Errorf("from %s: %q, error %v; want %s", folder, found, err, here)
		}
	}
}

func TestSourcesOutsideTheRepository(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "go.mod"), "module example.com/other\n")
	t.Chdir(folder)
	_, err := sources()
	expect(t, err, "is not inside a checkout of "+modulePath)
}

// TestModuleFolders checks what the cache's key and -mod=readonly rely on.
func TestModuleFolders(t *testing.T) {
	t.Parallel()
	local := regexp.MustCompile(`=>\s+[./]`)
	for _, modules := range slices.Concat(goSets, []goModules{openTofuModules}) {
		folder := cmp.Or(modules.folder, modules.name)
		text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		if err != nil {
			t.Error(err)
			continue
		}
		// A folder outside would change the program without changing the key.
		if local.Match(text) {
			t.Errorf("%s/go.mod replaces a module by a local folder", modules.name)
		}
		if info, err := os.Stat(filepath.Join(folder, "go.sum")); err != nil || info.Size() == 0 {
			t.Errorf("%s/go.sum: %v", modules.name, err)
		}
	}
}

func TestRequirementsAreLocked(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("moto", "requirements.txt"))
	if err != nil {
		t.Fatal(err)
	}
	// A line goes on after a backslash.
	packages := 0
	for requirement := range strings.SplitSeq(strings.ReplaceAll(string(text), "\\\n", " "), "\n") {
		if requirement == "" || strings.HasPrefix(requirement, "#") {
			continue
		}
		packages++
		name, _, _ := strings.Cut(requirement, " ")
		if !strings.Contains(requirement, "==") || !strings.Contains(requirement, "--hash=sha256:") {
			t.Errorf("%s is not pinned with a checksum", name)
		}
	}
	wanted, err := os.ReadFile(filepath.Join("moto", "requirements.in"))
	if err != nil {
		t.Fatal(err)
	}
	pin := regexp.MustCompile(`moto\[server\](==\S+)`).FindSubmatch(wanted)
	if pin == nil || packages < 10 || !strings.Contains(string(text), "\nmoto"+string(pin[1])+" ") {
		t.Errorf("requirements.txt (%d packages) does not lock what requirements.in asks for: %s", packages, wanted)
	}
	if strings.Contains(string(text), "://") {
		t.Error("requirements.txt names a host: the package index is the user's choice")
	}
}
