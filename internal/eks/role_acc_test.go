package eks_test

import (
	"context"
	"errors"
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

const sendToQueue = `
  statements = [{
    sid       = "Send"
    actions   = ["sqs:SendMessage"]
    resources = ["arn:aws:sqs:us-west-2:123456789012:prompts"]
    conditions = [{ test = "Bool", variable = "aws:SecureTransport", values = ["true"] }]
  }]
`

func TestAccRole(t *testing.T) {
	stack := acctest.Stack(t)
	const name = "acc-role"
	namespace := stack.CreateNamespace(t, "acc-role-ns")
	provider := acctest.ProviderConfig(t, stack)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(*terraform.State) error {
			if left := stack.Inventory(t).Named(name + "/"); len(left) > 0 {
				return fmt.Errorf("left behind:\n%s", left)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config: provider + roleConfig(name, namespace, onCluster(stack)),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(roleAddress, "arn", "arn:aws:iam::"+stack.AccountID+":role/"+name),
					resource.TestCheckResourceAttrSet(roleAddress, "unique_id"),
					resource.TestCheckResourceAttr(roleAddress, "identity", "irsa"),
					resource.TestCheckResourceAttrSet(roleAddress, "oidc_provider_arn"),
					func(*terraform.State) error {
						if owner := ownTags(live(t, stack, name))["terraform-provider-keda/owner"]; owner != "terraform-provider-keda" {
							return fmt.Errorf("the owner's mark is %q", owner)
						}
						return nil
					},
				),
			},
			{ResourceName: roleAddress, ImportState: true, ImportStateId: stack.ClusterName + "/" + name, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "arn"},
			{
				Config: provider + roleConfig(name, namespace, onCluster(stack)+sendToQueue+`
  description          = "Sends prompts"
  max_session_duration = 7200
  policy_arns          = ["arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"]
  permissions_boundary = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
  tags                 = { team = "a" }
`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(roleAddress, plancheck.ResourceActionUpdate)}},
				Check: func(*terraform.State) error {
					role := live(t, stack, name)
					if *role.Description != "Sends prompts" || *role.MaxSessionDuration != 7200 || ownTags(role)["team"] != "a" ||
						aws.ToString(role.PermissionsBoundary.PermissionsBoundaryArn) != "arn:aws:iam::aws:policy/AmazonSQSFullAccess" {
						return fmt.Errorf("the role is %+v with tags %v", role, ownTags(role))
					}
					return nil
				},
			},
			{ResourceName: roleAddress, ImportState: true, ImportStateId: stack.ClusterName + "/" + name, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "arn"},
			{
				Config: provider + roleConfig(name, namespace, onCluster(stack)),
				Check: func(*terraform.State) error {
					role := live(t, stack, name)
					if aws.ToString(role.Description) != "" || *role.MaxSessionDuration != 3600 || ownTags(role)["team"] != "" || role.PermissionsBoundary != nil {
						return fmt.Errorf("the role is %+v with tags %v", role, ownTags(role))
					}
					return nil
				},
			},
			{
				PreConfig: func() { deleteRole(t, stack, name) },
				Config:    provider + roleConfig(name, namespace, onCluster(stack)),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(roleAddress, plancheck.ResourceActionCreate)},
				},
			},
		},
	})
}

// What others put on a role is no drift; what the configuration set is.
func TestAccRoleDrift(t *testing.T) {
	stack := acctest.Stack(t)
	const name = "acc-drift"
	namespace := stack.CreateNamespace(t, "acc-drift-ns")
	client := iam.NewFromConfig(stack.AWS)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	config := acctest.ProviderConfig(t, stack) + roleConfig(name, namespace, onCluster(stack)+sendToQueue+`
  policy_arns = ["arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"]
  tags        = { team = "a" }
`)
	const foreign = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"*"}]}`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(*terraform.State) error {
			_, err := client.DeleteInstanceProfile(context.WithoutCancel(t.Context()), &iam.DeleteInstanceProfileInput{InstanceProfileName: aws.String(name + "-profile")})
			if left := stack.Inventory(t).Named(name + "/"); len(left) > 0 {
				return fmt.Errorf("left behind:\n%s", left)
			}
			return err
		},
		Steps: []resource.TestStep{
			{Config: config},
			{
				// Others' policies, tags and uses.
				PreConfig: func() {
					_, err := client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String("foreign"), PolicyDocument: aws.String(foreign)})
					must(err)
					_, err = client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String(name), PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess")})
					must(err)
					_, err = client.TagRole(t.Context(), &iam.TagRoleInput{RoleName: aws.String(name), Tags: []iamtypes.Tag{{Key: aws.String("cost"), Value: aws.String("b")}}})
					must(err)
					_, err = client.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String(name + "-profile")})
					must(err)
					_, err = client.AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: aws.String(name + "-profile"), RoleName: aws.String(name)})
					must(err)
				},
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{
				PreConfig: func() {
					_, err := client.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String(name), PolicyDocument: aws.String(trustOfAdministrator(stack))})
					must(err)
					_, err = client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String("terraform-provider-keda"), PolicyDocument: aws.String(foreign)})
					must(err)
					_, err = client.DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{RoleName: aws.String(name), PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess")})
					must(err)
					_, err = client.TagRole(t.Context(), &iam.TagRoleInput{RoleName: aws.String(name), Tags: []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("other")}}})
					must(err)
				},
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(roleAddress, plancheck.ResourceActionUpdate),
					driftOf("assume_role_policy", "statements", "policy_arns", "tags", "tags_all"),
				}},
				Check: func(*terraform.State) error {
					attached, err := client.ListAttachedRolePolicies(t.Context(), &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(name)})
					if err != nil || len(attached.AttachedPolicies) != 2 {
						return errors.Join(fmt.Errorf("attached: %+v", attached), err)
					}
					if tags := ownTags(live(t, stack, name)); tags["team"] != "a" || tags["cost"] != "b" {
						return fmt.Errorf("the tags are %v", tags)
					}
					_, err = client.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String("foreign")})
					return err
				},
			},
		},
	})
}

func deleteRole(t *testing.T, stack *sandboxtest.Stack, name string) {
	t.Helper()
	// A test's context has ended when its cleanups run.
	if _, err := iam.NewFromConfig(stack.AWS).DeleteRole(context.WithoutCancel(t.Context()), &iam.DeleteRoleInput{RoleName: &name}); err != nil {
		t.Error(err)
	}
}

// driftOf wants a plan to change exactly these attributes of the role.
func driftOf(names ...string) plancheck.PlanCheck { return driftCheck(names) }

type driftCheck []string

func (d driftCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != roleAddress {
			continue
		}
		before, _ := change.Change.Before.(map[string]any)
		after, _ := change.Change.After.(map[string]any)
		want := map[string]bool{}
		for _, name := range d {
			want[name] = true
		}
		for name := range before {
			if changed := fmt.Sprint(before[name]) != fmt.Sprint(after[name]); changed != want[name] {
				resp.Error = errors.Join(resp.Error, fmt.Errorf("%s: changed %t: %v -> %v", name, changed, before[name], after[name]))
			}
		}
	}
}
