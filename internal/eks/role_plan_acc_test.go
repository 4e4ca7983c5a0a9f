package eks_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// unreachable is a provider for which nothing answers: whatever contacts AWS or
// the cluster fails.
const unreachable = `
provider "keda" {
  kubernetes = {
    host  = "https://127.0.0.1:1"
    token = "of-no-cluster"
  }
  aws = {
    region    = "us-west-2"
    endpoints = { eks = "http://127.0.0.1:1", iam = "http://127.0.0.1:1", sts = "http://127.0.0.1:1" }
  }
}
`

// unknownCluster is the cluster's name from something that is made in the same
// apply.
const unknownCluster = `
resource "terraform_data" "cluster" {
  input = "inference"
}

resource "eks_service_account_role" "test" {
  provider         = keda
  name             = "planned"
  cluster_name     = terraform_data.cluster.output
  service_accounts = [{ namespace = "vllm", name = terraform_data.cluster.output, create = true }]
  statements       = [{ actions = ["sqs:SendMessage"], resources = [terraform_data.cluster.output] }]
}
`

func TestAccRolePlanContactsNothing(t *testing.T) {
	acctest.Stack(t)
	for name, config := range map[string]string{
		"known":   roleConfig("planned", "vllm", `cluster_name = "inference"`),
		"unknown": unknownCluster,
	} {
		t.Run(name, func(t *testing.T) {
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
				Steps:                    []resource.TestStep{{Config: unreachable + config, PlanOnly: true, ExpectNonEmptyPlan: true}},
			})
		})
	}
}

// A plan names the mistake. The rules have tables of their own; these cases
// show that they reach the user.
func TestAccRoleMistakesAtPlan(t *testing.T) {
	acctest.Stack(t)
	for name, test := range map[string]struct{ fields, want string }{
		"nothing":   {``, "set cluster_name"},
		"scheme":    {`oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/https://oidc.eks.us-west-2.amazonaws.com/id/X"`, "has the issuer with a scheme"},
		"partition": {"cluster_name = \"c\"\n policy_arns = [\"arn:aws-cn:iam::aws:policy/ReadOnlyAccess\"]", "partition"},
		"wildcard":  {"cluster_name = \"c\"\n statements = [{ actions = [\"sqs:*\"], resources = [\"*\"], conditions = [{ test = \"StringEquals\", variable = \"aws:x\", values = [\"a*\"] }] }]", "letter by letter"},
		"tag":       {"cluster_name = \"c\"\n tags = { \"aws:x\" = \"y\" }", "which only AWS itself uses"},
	} {
		t.Run(name, func(t *testing.T) {
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
				Steps:                    []resource.TestStep{{Config: unreachable + roleConfig("planned", "vllm", test.fields), PlanOnly: true, ExpectError: acctest.ErrorText(test.want)}},
			})
		})
	}
}

// A role that an interrupted apply left is taken over with all that it lacks;
// any other is refused.
func TestAccRoleThatExists(t *testing.T) {
	stack := acctest.Stack(t)
	const name, foreign = "acc-left-behind", "acc-foreign"
	namespace := stack.CreateNamespace(t, "existing-ns")
	createRole(t, stack, name, "terraform-provider-keda")
	createRole(t, stack, foreign, "")
	t.Cleanup(func() { deleteRole(t, stack, foreign) })
	provider := acctest.ProviderConfig(t, stack)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             gone(t, stack, name),
		Steps: []resource.TestStep{
			{
				Config:      provider + roleConfig(foreign, namespace, onCluster(stack)),
				ExpectError: acctest.ErrorText(`it has no tag terraform-provider-keda/owner. Import it by the id "` + foreign + `"`),
			},
			{
				Config:           provider + roleConfig(name, namespace, onCluster(stack)+sendToQueue+`tags = { team = "a" }`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check: func(*terraform.State) error {
					if tags := ownTags(live(t, stack, name)); tags["team"] != "a" || tags["stale"] != "" {
						return fmt.Errorf("the tags are %v", tags)
					}
					return nil
				},
			},
		},
	})
}

// An error of AWS says what is missing, and leaves nothing.
func TestAccRoleWithoutAnOIDCProvider(t *testing.T) {
	stack := acctest.Stack(t)
	const name = "acc-no-cluster"
	namespace := stack.CreateNamespace(t, "no-cluster-ns")
	provider := acctest.ProviderConfig(t, stack)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             gone(t, stack, name),
		Steps: []resource.TestStep{
			{Config: provider + roleConfig(name, namespace, `cluster_name = "elsewhere"`), ExpectError: acctest.ErrorText(`EKS knows no cluster "elsewhere"`)},
			{
				Config:      provider + roleConfig(name, namespace, `oidc_provider_arn = "arn:aws:iam::999999999999:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/X"`),
				ExpectError: acctest.ErrorText("is of the account 999999999999"),
			},
		},
	})
}

func createRole(t *testing.T, stack *sandboxtest.Stack, name, owner string) {
	t.Helper()
	input := &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trustOfAdministrator(stack))}
	if owner != "" {
		input.Tags = []iamtypes.Tag{{Key: aws.String("terraform-provider-keda/owner"), Value: &owner}, {Key: aws.String("stale"), Value: aws.String("x")}}
	}
	if _, err := iam.NewFromConfig(stack.AWS).CreateRole(t.Context(), input); err != nil {
		t.Fatal(err)
	}
}
