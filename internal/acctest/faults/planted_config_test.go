package faults_test

import (
	"fmt"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// configuration has one provider for each way to sign in to the cluster, and a
// resource of each service.
func (p *planted) configuration(t *testing.T, stack *sandboxtest.Stack) string {
	t.Helper()
	return fmt.Sprintf(`
terraform {
  required_providers {
    keda = { source = "eventscale/keda" }
  }
}

variable "token" {
  type      = string
  ephemeral = true
}

variable "key" {
  type      = string
  ephemeral = true
}

variable "password" {
  type      = string
  ephemeral = true
}

provider "keda" {
  kubernetes = {
    host                   = %[1]q
    cluster_ca_certificate = %[2]q
    token                  = var.token
  }
  aws = {
    region                   = %[3]q
    profile                  = %[4]q
    shared_config_files      = ["/dev/null"]
    shared_credentials_files = [%[5]q]
    max_retries              = 1
    assume_role              = { role_arn = %[6]q, session_name = "planted" }
    endpoints                = { amp = %[7]q, eks = %[7]q, iam = %[7]q, sqs = %[7]q, sts = %[8]q }
  }
}

provider "keda" {
  alias = "certificate"
  kubernetes = {
    host                   = %[1]q
    cluster_ca_certificate = %[2]q
    client_certificate     = %[9]q
    client_key             = var.key
  }
}

resource "k8s_manifest" "token" {
  provider = keda
  manifest = jsonencode({ apiVersion = "v1", kind = "ConfigMap", metadata = { name = "token", namespace = %[10]q } })
}

resource "k8s_manifest" "certificate" {
  provider = keda.certificate
  manifest = jsonencode({ apiVersion = "v1", kind = "ConfigMap", metadata = { name = "certificate", namespace = %[10]q } })
}

resource "eks_service_account_role" "this" {
  provider         = keda
  name             = "%[10]s-role"
  cluster_name     = %[11]q
  service_accounts = [{ namespace = %[10]q, name = "worker" }]
}
`, p.line.APIServer, p.line.CA, stack.AWS.Region, p.profile, p.credentials, p.role, p.line.AWS, p.stsURL, p.certificate, p.namespace, stack.ClusterName)
}

// mistakes are resources whose errors have a secret at hand. The API server
// repeats the value of a field of another type.
func (p *planted) mistakes() string {
	return fmt.Sprintf(`
variable "data" {
  type      = string
  sensitive = true
}

resource "k8s_manifest" "secret" {
  provider = keda
  manifest = jsonencode({
    apiVersion = "v1"
    kind       = "Secret"
    metadata   = { name = "secret", namespace = %[1]q }
    immutable  = var.data
  })
}

resource "keda_operator" "this" {
  namespace              = %[1]q
  repository             = %[2]q
  repository_username    = "puller"
  repository_password_wo = var.password
}
`, p.namespace, p.repo)
}
