package sandboxtest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// accountInventory lists what the account holds of the kinds that the provider
// or a test makes.
func (s *Stack) accountInventory(ctx context.Context) (Inventory, error) {
	var all Inventory
	for _, list := range []func(context.Context) (Inventory, error){s.roles, s.policies, s.instanceProfiles, s.identityProviders, s.queues, s.associations, s.accessEntries} {
		found, err := list(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func (s *Stack) roles(ctx context.Context) (Inventory, error) {
	client := iam.NewFromConfig(s.AWS)
	var found Inventory
	pages := iam.NewListRolesPaginator(client, &iam.ListRolesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, role := range page.Roles {
			name := aws.ToString(role.RoleName)
			found = append(found, Item{Kind: "iam role", Name: name})
			policies, err := rolePolicies(ctx, client, name)
			if isNoSuchEntity(err) {
				// A test that runs at the same time has deleted it.
				continue
			}
			if err != nil {
				return nil, err
			}
			found = append(found, policies...)
		}
	}
	return found, nil
}

func rolePolicies(ctx context.Context, client *iam.Client, role string) (Inventory, error) {
	inline, err := client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &role})
	if err != nil {
		return nil, err
	}
	attached, err := client.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: &role})
	if err != nil {
		return nil, err
	}
	var found Inventory
	for _, name := range inline.PolicyNames {
		found = append(found, Item{Kind: "iam inline policy", Name: role + "/" + name})
	}
	for _, policy := range attached.AttachedPolicies {
		found = append(found, Item{Kind: "iam attached policy", Name: role + "/" + aws.ToString(policy.PolicyArn)})
	}
	return found, nil
}

func (s *Stack) policies(ctx context.Context) (Inventory, error) {
	var found Inventory
	pages := iam.NewListPoliciesPaginator(iam.NewFromConfig(s.AWS), &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, policy := range page.Policies {
			found = append(found, Item{Kind: "iam policy", Name: aws.ToString(policy.Arn)})
		}
	}
	return found, nil
}

func (s *Stack) instanceProfiles(ctx context.Context) (Inventory, error) {
	var found Inventory
	pages := iam.NewListInstanceProfilesPaginator(iam.NewFromConfig(s.AWS), &iam.ListInstanceProfilesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, profile := range page.InstanceProfiles {
			found = append(found, Item{Kind: "iam instance profile", Name: aws.ToString(profile.InstanceProfileName)})
		}
	}
	return found, nil
}

func (s *Stack) identityProviders(ctx context.Context) (Inventory, error) {
	out, err := iam.NewFromConfig(s.AWS).ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})
	if err != nil {
		return nil, err
	}
	var found Inventory
	for _, provider := range out.OpenIDConnectProviderList {
		found = append(found, Item{Kind: "iam oidc provider", Name: aws.ToString(provider.Arn)})
	}
	return found, nil
}

func (s *Stack) queues(ctx context.Context) (Inventory, error) {
	var found Inventory
	pages := sqs.NewListQueuesPaginator(sqs.NewFromConfig(s.AWS), &sqs.ListQueuesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, url := range page.QueueUrls {
			found = append(found, Item{Kind: "sqs queue", Name: queueName(url)})
		}
	}
	return found, nil
}

func (s *Stack) associations(ctx context.Context) (Inventory, error) {
	var found Inventory
	pages := eks.NewListPodIdentityAssociationsPaginator(eks.NewFromConfig(s.AWS), &eks.ListPodIdentityAssociationsInput{ClusterName: &s.ClusterName})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, association := range page.Associations {
			name := fmt.Sprintf("%s/%s", aws.ToString(association.Namespace), aws.ToString(association.ServiceAccount))
			found = append(found, Item{Kind: "eks pod identity association", Name: name})
		}
	}
	return found, nil
}

func (s *Stack) accessEntries(ctx context.Context) (Inventory, error) {
	var found Inventory
	pages := eks.NewListAccessEntriesPaginator(eks.NewFromConfig(s.AWS), &eks.ListAccessEntriesInput{ClusterName: &s.ClusterName})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, principal := range page.AccessEntries {
			found = append(found, Item{Kind: "eks access entry", Name: principal})
		}
	}
	return found, nil
}

func isNoSuchEntity(err error) bool {
	_, is := errors.AsType[*iamtypes.NoSuchEntityException](err)
	return is
}

func queueName(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }
