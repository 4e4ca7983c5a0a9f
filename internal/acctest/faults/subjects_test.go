package faults_test

import (
	"strings"
	"testing"
	"text/template"
)

// subject is a resource in a configuration that makes it do much.
type subject struct {
	name string
	// config is a template over values.
	config string
	// consistent reports that nothing of it is in AWS, whose answers may be behind.
	consistent bool
	// repeatsNothing reports that any fault may end an operation, with its cause,
	// because Helm does not repeat its requests, or none, where Helm can do without.
	repeatsNothing bool
}

// values are what a subject's configuration is made of. All that it makes has
// Name in its name.
type values struct {
	Name, Label, Namespace, ClusterName, AccountID string
	// Role is the name of an IAM role that others made.
	Role string
	// Chart is the folder of a Helm chart.
	Chart string
	// Patience is how long each operation may take.
	Patience string
	// Changed asks for the second configuration, which updates in place.
	Changed bool
}

func (s subject) render(t *testing.T, v values) string {
	t.Helper()
	const common = `{{define "common"}}
  provider = keda.{{.Label}}
  timeouts = { create = "{{.Patience}}", update = "{{.Patience}}", delete = "{{.Patience}}" }
{{end}}`
	parsed, err := template.New(s.name).Parse(common + s.config)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := parsed.Execute(&text, v); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// release is KEDA's resource with another chart. It is destroyed only while the
// cluster has no objects of KEDA.
var release = subject{name: "keda-operator", consistent: true, repeatsNothing: true, config: `
resource "keda_operator" "{{.Label}}" {
  {{template "common" .}}
  name      = "{{.Name}}"
  namespace = "{{.Name}}"
  chart     = "{{.Chart}}"
  values    = [yamlencode({ changed = {{.Changed}} })]
}
`}

var subjects = []subject{
	{name: "k8s-manifest", consistent: true, config: `
resource "k8s_manifest" "{{.Label}}" {
  {{template "common" .}}
  manifest = jsonencode({
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = { name = "{{.Name}}", namespace = "{{.Namespace}}" }
    data       = { changed = "{{.Changed}}" }
  })
}
`},
	{name: "k8s-manifest-waits", consistent: true, config: `
resource "k8s_manifest" "{{.Label}}" {
  {{template "common" .}}
  manifest = jsonencode({
    apiVersion = "v1"
    kind       = "Namespace"
    metadata   = { name = "{{.Name}}", labels = { changed = "{{.Changed}}" } }
  })
  wait_for = { fields = { "status.phase" = "Active" } }
}
`},
	{name: "scaled-object", consistent: true, config: `
resource "keda_scaled_object" "{{.Label}}" {
  {{template "common" .}}
  name              = "{{.Name}}"
  namespace         = "{{.Namespace}}"
  wait_for_ready    = false
  scale_target_ref  = { name = "{{.Name}}" }
  max_replica_count = {{if .Changed}}20{{else}}10{{end}}
  triggers = [{
    type               = "aws-sqs-queue"
    metadata           = { queueURL = "https://sqs.us-west-2.amazonaws.com/123456789012/{{.Name}}", awsRegion = "us-west-2" }
    authentication_ref = { name = "aws" }
  }]
}
`},
	{name: "trigger-authentication", consistent: true, config: `
resource "keda_trigger_authentication" "{{.Label}}" {
  {{template "common" .}}
  name         = "{{.Name}}"
  namespace    = "{{.Namespace}}"
  pod_identity = { provider = "{{if .Changed}}gcp{{else}}aws{{end}}" }
}
`},
	{name: "role-irsa", config: `
resource "eks_service_account_role" "{{.Label}}" {
  {{template "common" .}}
  name             = "{{.Name}}"
  cluster_name     = "{{.ClusterName}}"
  service_accounts = [
    { namespace = "{{.Namespace}}", name = "{{.Name}}", create = true },
    {{if .Changed}}{ namespace = "{{.Namespace}}", name = "{{.Name}}-second", create = true }{{end}}
  ]
  statements = [{
    actions   = [{{if .Changed}}"sqs:GetQueueUrl"{{else}}"sqs:GetQueueAttributes"{{end}}]
    resources = ["arn:aws:sqs:us-west-2:123456789012:{{.Name}}"]
  }]
  policy_arns          = [{{if .Changed}}"arn:aws:iam::aws:policy/AmazonSQSFullAccess"{{else}}"arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"{{end}}]
  max_session_duration = {{if .Changed}}7200{{else}}3600{{end}}
  tags                 = { changed = "{{.Changed}}" }
}
`},
	{name: "role-pod-identity", config: `
resource "eks_service_account_role" "{{.Label}}" {
  {{template "common" .}}
  name             = "{{.Name}}"
  cluster_name     = "{{.ClusterName}}"
  identity         = "pod_identity"
  service_accounts = [{ namespace = "{{.Namespace}}", name = "{{.Name}}{{if .Changed}}-second{{end}}" }]
}
`},
	{name: "queue", config: `
resource "sqs_inference_queue_binding" "{{.Label}}" {
  {{template "common" .}}
  name                  = "{{.Name}}"
  max_inference_seconds = {{if .Changed}}240{{else}}120{{end}}
  cluster_name          = "{{.ClusterName}}"
  scaler                = { role_name = "{{.Role}}" }
  consumer              = { namespace = "{{.Name}}", service_account = "{{.Name}}", create_namespace = true, role_name = "{{.Name}}-consumer" }
  producer              = { role_arn = "arn:aws:iam::{{.AccountID}}:role/{{.Role}}" }
  tags                  = { changed = "{{.Changed}}" }
}
`},
	{name: "nodepool", consistent: true, config: `
resource "eks_auto_gpu_nodepool" "{{.Label}}" {
  {{template "common" .}}
  name              = "{{.Name}}"
  instance_families = ["g6", "g6e"]
  capacity_types    = ["spot", "on-demand"]
  limits            = { gpus = {{if .Changed}}8{{else}}4{{end}} }
  node_class = {
    role                = "{{.Role}}"
    subnet_tags         = { "karpenter.sh/discovery" = "{{.ClusterName}}" }
    security_group_tags = { "aws:eks:cluster-name" = "{{.ClusterName}}" }
    tags                = { changed = "{{.Changed}}" }
  }
}
`},
}
