// Package acctest helps acceptance tests: it serves the provider in the test's
// own process and finds the Terraform or OpenTofu to run it with.
//
// Acceptance tests are those of terraform-plugin-testing: they run when TF_ACC
// is set.
package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/eventscale/terraform-provider-keda/internal/provider"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
)

const (
	// terraformPathVariable is where terraform-plugin-testing looks for the
	// program, so that it downloads none.
	terraformPathVariable = "TF_ACC_TERRAFORM_PATH"

	// providerHostVariable is the registry that terraform-plugin-testing gives
	// the provider an address in. OpenTofu has a default of its own.
	providerHostVariable = "TF_ACC_PROVIDER_HOST"
	openTofuProviderHost = "registry.opentofu.org"

	// versionTimeout bounds `terraform version`, which answers at once.
	versionTimeout = 30 * time.Second
)

// UnreachableCluster is the configuration of a provider whose API server
// nothing listens for: with it, whatever contacts the cluster fails.
const UnreachableCluster = `
provider "keda" {
  kubernetes = {
    host  = "https://127.0.0.1:1"
    token = "of-no-cluster"
  }
}
`

// ProtoV6ProviderFactories serves the provider keda, for
// resource.TestCase.ProtoV6ProviderFactories.
var ProtoV6ProviderFactories = map[string]func() (tfprotov6.ProviderServer, error){
	"keda": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test")(), nil },
}

// PreCheck is for resource.TestCase.PreCheck. It makes terraform-plugin-testing
// use the Terraform or OpenTofu that parts.Terraform finds or builds.
func PreCheck(t *testing.T) {
	t.Helper()

	if err := useTerraform(); err != nil {
		t.Fatal(err)
	}
}

// ErrorText matches a text in an error of Terraform, whatever the lines that
// Terraform breaks it into. It is for resource.TestStep.ExpectError.
func ErrorText(text string) *regexp.Regexp {
	words := strings.Fields(regexp.QuoteMeta(text))

	return regexp.MustCompile(strings.Join(words, `[\s│]+`))
}

// useTerraform sets the environment variables that terraform-plugin-testing
// takes, once for all tests of the process: they run in parallel.
var useTerraform = sync.OnceValue(func() error {
	program, err := parts.Terraform(context.Background(), os.Stderr)
	if err != nil {
		return err
	}

	openTofu, err := isOpenTofu(program)
	if err != nil {
		return err
	}

	if openTofu && os.Getenv(providerHostVariable) == "" {
		if err := os.Setenv(providerHostVariable, openTofuProviderHost); err != nil {
			return err
		}
	}

	return os.Setenv(terraformPathVariable, program)
})

// isOpenTofu asks the program which of the two it is: its name may be anything.
func isOpenTofu(program string) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), versionTimeout)
	defer cancel()

	output, err := exec.CommandContext(ctx, program, "version").Output()
	if err != nil {
		return false, fmt.Errorf("%s version: %w; %s must be the path of terraform or tofu", program, err, terraformPathVariable)
	}

	return strings.HasPrefix(string(output), "OpenTofu "), nil
}
