package acctest

import (
	"fmt"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// Main is for the TestMain of a package with acceptance tests: it runs them and
// stops the stack that they shared. It does not return.
func Main(m *testing.M) { sandboxtest.Main(m) }

// Stack is what the acceptance tests of a package share: a cluster, an AWS
// account, and a Terraform. It skips the test unless TF_ACC is set.
func Stack(t *testing.T) *sandboxtest.Stack {
	t.Helper()
	sandboxtest.RequireAcceptance(t)
	PreCheck(t)

	return sandboxtest.Shared(t)
}

// KEDA is [Stack] with KEDA installed.
func KEDA(t *testing.T) *sandboxtest.KEDA {
	t.Helper()
	sandboxtest.RequireAcceptance(t)
	PreCheck(t)

	return sandboxtest.SharedKEDA(t)
}

// ProviderConfig is the configuration of a provider that works on the stack as
// its administrator, by kubeconfig.
func ProviderConfig(t *testing.T, stack *sandboxtest.Stack) string {
	t.Helper()

	return providerBlock(t, stack, fmt.Sprintf("config_path = %q", stack.Kubeconfig))
}

// EKSProviderConfig is the configuration of a provider that works on the stack
// as its administrator, and asks EKS how to reach the cluster.
func EKSProviderConfig(t *testing.T, stack *sandboxtest.Stack) string {
	t.Helper()

	return providerBlock(t, stack, fmt.Sprintf("eks_cluster_name = %q", stack.ClusterName))
}

// LaterProviderConfig is the configuration of a provider that learns where the
// stack's cluster is only while an apply runs, as the output of another
// resource. It is not known again by the next plan if the suffix, which must not
// change the address's meaning, is another one.
func LaterProviderConfig(stack *sandboxtest.Stack, suffix string) string {
	return fmt.Sprintf(`
resource "terraform_data" "cluster" {
  input = %q
}

provider "keda" {
  kubernetes = {
    host                   = terraform_data.cluster.output
    cluster_ca_certificate = %q
    client_certificate     = %q
    client_key             = %q
  }
}
`, stack.REST.Host+suffix, stack.REST.CAData, stack.REST.CertData, stack.REST.KeyData)
}

func providerBlock(t *testing.T, stack *sandboxtest.Stack, kubernetes string) string {
	t.Helper()

	return fmt.Sprintf(`
provider "keda" {
  kubernetes = { %s }
  aws        = { %s }
}
`, kubernetes, awsAttributes(t, stack))
}

// awsAttributes names everything of a local stack, because tests run in
// parallel and cannot set environment variables. An account of the
// environment's own is reached by the environment.
func awsAttributes(t *testing.T, stack *sandboxtest.Stack) string {
	t.Helper()

	if !stack.Local() {
		return fmt.Sprintf("region = %q", stack.AWS.Region)
	}

	config, credentials := stack.AWSFiles(t)

	return fmt.Sprintf(`
    region                   = %q
    profile                  = %q
    shared_config_files      = [%q]
    shared_credentials_files = [%q]
    endpoints                = { amp = %[5]q, ec2 = %[5]q, eks = %[5]q, iam = %[5]q, sqs = %[5]q, sts = %[5]q }
  `, stack.AWS.Region, sandboxtest.Profile, config, credentials, *stack.AWS.BaseEndpoint)
}
