package acctest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestIsOpenTofu(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()

	for output, want := range map[string]bool{"Terraform v1.11.4": false, "OpenTofu v1.12.6": true} {
		program := filepath.Join(folder, "program-"+output[:4])
		writeProgram(t, program, output)

		got, err := isOpenTofu(program)
		if err != nil || got != want {
			t.Errorf("isOpenTofu(%q) = %t, %v; want %t", output, got, err, want)
		}
	}

	if _, err := isOpenTofu(filepath.Join(folder, "none")); err == nil {
		t.Error("no error for a program that does not exist")
	}
}

// writeProgram writes a program that prints the line.
func writeProgram(t *testing.T, path, line string) {
	t.Helper()

	if err := os.WriteFile(path, []byte("#!/bin/sh\necho '"+line+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()

	broken := "│ kubernetes.host: \"10.0.0.1\" is no\n│ URL of a server."

	if !ErrorText(`kubernetes.host: "10.0.0.1" is no URL of a server.`).MatchString(broken) {
		t.Error("no match across a line break")
	}

	if ErrorText("kubernetes.port").MatchString(broken) || ErrorText("is no URI").MatchString(broken) {
		t.Error("another text matches")
	}
}
