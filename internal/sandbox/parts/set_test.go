package parts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeyFollowsWhatDeterminesTheBuild(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		words []string
		// file is written and renamed gets another name, unless empty.
		file, renamed string
		differs       bool
	}{
		"nothing":                     {words: []string{"go1.26.8"}},
		"Go version":                  {words: []string{"go1.26.9"}, differs: true},
		"words run together":          {words: []string{"go1", ".26.8"}, differs: true},
		"go.sum":                      {words: []string{"go1.26.8"}, file: "go.sum", differs: true},
		"a source in a package below": {words: []string{"go1.26.8"}, file: "below/b.go", differs: true},
		"a renamed source":            {words: []string{"go1.26.8"}, renamed: "main.go", differs: true},
		"a test":                      {words: []string{"go1.26.8"}, file: "main_test.go"},
		"a program built by hand":     {words: []string{"go1.26.8"}, file: "karpenter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for _, file := range []string{"go.mod", "go.sum", "main.go", "below/b.go"} {
				write(t, filepath.Join(folder, file), file)
			}
			before, err := key(folder, "go1.26.8")
			if err != nil {
				t.Fatal(err)
			}
			if test.file != "" {
				write(t, filepath.Join(folder, test.file), "other")
			}
			if test.renamed != "" {
				if err := os.Rename(filepath.Join(folder, test.renamed), filepath.Join(folder, "renamed.go")); err != nil {
					t.Fatal(err)
				}
			}
			after, err := key(folder, test.words...)
			if err != nil {
				t.Fatal(err)
			}
			if (before != after) != test.differs {
				t.Errorf("key %s before, %s after; want different: %t", before, after, test.differs)
			}
		})
	}
}

func TestKeyOfAMissingFolderIsAnError(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "absent")
	if _, err := key(folder); err == nil || !strings.Contains(err.Error(), folder) {
		t.Errorf("error %v, want one that names %s", err, folder)
	}
}
