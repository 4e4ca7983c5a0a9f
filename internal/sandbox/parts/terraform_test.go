package parts

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestTerraformThatIsThere(t *testing.T) {
	const broken = "echo 'no version is set' >&2; exit 1"
	for name, test := range map[string]struct {
		scripts map[string]string
		base    string
	}{
		"terraform":                     {map[string]string{"terraform": "echo Terraform v1.11.4", "tofu": "echo OpenTofu v1.12.6"}, "terraform"},
		"only tofu":                     {map[string]string{"tofu": "echo OpenTofu v1.12.6"}, "tofu"},
		"a shim with nothing behind it": {map[string]string{"terraform": broken, "tofu": "echo OpenTofu v1.12.6"}, "tofu"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(TerraformVariable, "")
			onlyOnPath(t, test.scripts)
			path, err := Terraform(t.Context(), io.Discard)
			if err != nil || filepath.Base(path) != test.base {
				t.Errorf("path %q, error %v; want %s", path, err, test.base)
			}
		})
	}
}

func TestTerraformThatTheUserNames(t *testing.T) {
	onlyOnPath(t, map[string]string{"terraform": "echo Terraform v1.0.0"})
	named := filepath.Join(t.TempDir(), "mine")
	t.Setenv(TerraformVariable, named)
	_, err := Terraform(t.Context(), io.Discard)
	expect(t, err, TerraformVariable+" does not name a Terraform or OpenTofu that runs")
	write(t, named, "#!/bin/sh\necho OpenTofu v1.12.6\n")
	if path, err := Terraform(t.Context(), io.Discard); err != nil || path != named {
		t.Errorf("path %q, error %v; want %s", path, err, named)
	}
}

func TestTerraformCannotBeBuiltWithoutGo(t *testing.T) {
	t.Setenv(TerraformVariable, "")
	t.Setenv(CacheVariable, filepath.Join(t.TempDir(), "cache"))
	onlyOnPath(t, nil)
	_, err := Terraform(t.Context(), io.Discard)
	expect(t, err, "neither terraform nor tofu on PATH runs")
	expect(t, err, "go is not on PATH")
	if _, err := os.Stat(os.Getenv(CacheVariable)); err == nil {
		t.Error("a cache folder was made")
	}
}
