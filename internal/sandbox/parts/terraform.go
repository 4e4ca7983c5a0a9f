package parts

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// TerraformVariable is the environment variable by which terraform-plugin-testing
// and this package are told which Terraform or OpenTofu to use.
const TerraformVariable = "TF_ACC_TERRAFORM_PATH"

// terraformLimit bounds the question for a version.
const terraformLimit = 30 * time.Second

// Terraform answers the path of a Terraform or OpenTofu that runs: the one that
// TF_ACC_TERRAFORM_PATH names, else terraform or tofu on PATH, else an OpenTofu
// built from its module into the cache of Ensure, with progress on out.
//
// OpenTofu looks providers up on another host than Terraform does: a test that
// hands the path of one to terraform-plugin-testing has to set
// TF_ACC_PROVIDER_HOST=registry.opentofu.org beside TF_ACC_TERRAFORM_PATH. One
// that is built here is named tofu.
func Terraform(ctx context.Context, out io.Writer) (string, error) {
	if path := os.Getenv(TerraformVariable); path != "" {
		if err := runsTerraform(ctx, path); err != nil {
			return "", fmt.Errorf("%s does not name a Terraform or OpenTofu that runs: %w", TerraformVariable, err)
		}
		return path, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		// A version manager's shim can be there with nothing behind it.
		if path, err := exec.LookPath(name); err == nil && runsTerraform(ctx, path) == nil {
			return path, nil
		}
	}
	folder, err := sources()
	if err != nil {
		return "", err
	}
	tofu, err := openTofuModules.set(folder)
	if err != nil {
		return "", err
	}
	cache, err := openCache()
	if err != nil {
		return "", err
	}
	programs, err := cache.ensure(ctx, out, []set{tofu})
	if err != nil {
		return "", fmt.Errorf("neither terraform nor tofu on PATH runs, and OpenTofu could not be built: %w", err)
	}
	return programs[openTofu], nil
}

// runsTerraform asks the program for its version.
func runsTerraform(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, terraformLimit)
	defer cancel()
	// CHECKPOINT_DISABLE keeps it from asking its maker for a newer one.
	_, err := command{env: append(os.Environ(), "CHECKPOINT_DISABLE=1"), path: path, args: []string{"version"}}.run(ctx)
	return err
}
