package parts

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// write makes a file, and the folders above it.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

// onlyOnPath makes a PATH on which nothing but the given shell scripts is.
func onlyOnPath(t *testing.T, scripts map[string]string) {
	t.Helper()
	folder := t.TempDir()
	for name, body := range scripts {
		write(t, filepath.Join(folder, name), "#!/bin/sh\n"+body+"\n")
	}
	t.Setenv("PATH", folder)
}

// names lists a folder.
func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}

// oneProgram is a set whose build writes one file.
func oneProgram(name, key string, build func(ctx context.Context, folder string) error) set {
	return set{
		name: name, key: key,
		steps:    []step{{"tool", 1}},
		programs: map[Program]string{"tool": "tool"},
		build: func(ctx context.Context, folder string, report *progress) error {
			report.begin("tool")
			if err := build(ctx, folder); err != nil {
				return err
			}
			report.end()
			return nil
		},
	}
}

// writesTool is the build of a oneProgram that succeeds.
func writesTool(_ context.Context, folder string) error {
	return os.WriteFile(filepath.Join(folder, "tool"), []byte("built"), 0o755)
}
