package awsfront

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/iampolicy"
)

// decide evaluates the caller's identity policies as they are in IAM now. A
// document that cannot be read denies everything, since it may hold a Deny.
func (f *Front) decide(ctx context.Context, caller Caller, request iampolicy.Request) (iampolicy.Decision, error) {
	texts, err := f.moto.policies(ctx, caller)
	if err != nil {
		return iampolicy.ExplicitDeny, err
	}
	documents := make([]*iampolicy.Document, 0, len(texts))
	for _, text := range texts {
		document, err := iampolicy.ParseIdentity(text)
		if err != nil {
			f.log.Warn("an identity policy is not readable", "caller", caller.ARN, "error", err)
			return iampolicy.ExplicitDeny, nil
		}
		documents = append(documents, document)
	}
	decision, err := iampolicy.Evaluate(request, documents...)
	if err != nil {
		f.log.Warn("an identity policy could not be judged in full", "caller", caller.ARN, "error", err)
	}
	return decision, nil
}

// authorize requires that the caller's policies allow an EKS action, with the
// wording of AWS when they do not.
func (f *Front) authorize(ctx context.Context, caller Caller, action, resource string, conditions iampolicy.Context) error {
	all := caller.context()
	all["aws:RequestedRegion"] = []string{f.config.Region}
	maps.Copy(all, conditions)
	decision, err := f.decide(ctx, caller, iampolicy.Request{Action: action, Resource: resource, Context: all})
	if err != nil {
		return err
	}
	switch decision {
	case iampolicy.Allow:
		return nil
	case iampolicy.ExplicitDeny:
		return forbidden("AccessDeniedException", "User: %s is not authorized to perform: %s on resource: %s with an explicit deny in an identity-based policy", caller.ARN, action, resource)
	default:
		return forbidden("AccessDeniedException", "User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action", caller.ARN, action, resource, action)
	}
}

// policies returns the documents, inline and attached, of a user with its
// groups, or of a role.
func (m *moto) policies(ctx context.Context, caller Caller) ([]string, error) {
	var texts []string
	var err error
	if caller.roleName != "" {
		texts, err = m.rolePolicies(ctx, caller.roleName)
	} else {
		texts, err = m.userPolicies(ctx, caller.userName)
	}
	if isNoSuchEntity(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the policies of %s: %w", caller.ARN, err)
	}
	return texts, nil
}

func (m *moto) rolePolicies(ctx context.Context, role string) ([]string, error) {
	inline, err := m.iam.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &role})
	if err != nil {
		return nil, err
	}
	var texts []*string
	for _, name := range inline.PolicyNames {
		policy, err := m.iam.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
		if err != nil {
			return nil, err
		}
		texts = append(texts, policy.PolicyDocument)
	}
	attached, err := m.iam.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: &role})
	if err != nil {
		return nil, err
	}
	return m.withAttached(ctx, texts, attached.AttachedPolicies)
}

func (m *moto) userPolicies(ctx context.Context, user string) ([]string, error) {
	inline, err := m.iam.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: &user})
	if err != nil {
		return nil, err
	}
	var texts []*string
	for _, name := range inline.PolicyNames {
		policy, err := m.iam.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &user, PolicyName: &name})
		if err != nil {
			return nil, err
		}
		texts = append(texts, policy.PolicyDocument)
	}
	attached, err := m.iam.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: &user})
	if err != nil {
		return nil, err
	}
	all, err := m.withAttached(ctx, texts, attached.AttachedPolicies)
	if err != nil {
		return nil, err
	}
	groups, err := m.iam.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: &user})
	if err != nil {
		return nil, err
	}
	for _, group := range groups.Groups {
		more, err := m.groupPolicies(ctx, aws.ToString(group.GroupName))
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func (m *moto) groupPolicies(ctx context.Context, group string) ([]string, error) {
	inline, err := m.iam.ListGroupPolicies(ctx, &iam.ListGroupPoliciesInput{GroupName: &group})
	if err != nil {
		return nil, err
	}
	var texts []*string
	for _, name := range inline.PolicyNames {
		policy, err := m.iam.GetGroupPolicy(ctx, &iam.GetGroupPolicyInput{GroupName: &group, PolicyName: &name})
		if err != nil {
			return nil, err
		}
		texts = append(texts, policy.PolicyDocument)
	}
	attached, err := m.iam.ListAttachedGroupPolicies(ctx, &iam.ListAttachedGroupPoliciesInput{GroupName: &group})
	if err != nil {
		return nil, err
	}
	return m.withAttached(ctx, texts, attached.AttachedPolicies)
}

// withAttached decodes inline documents (IAM answers them URL-encoded) and
// adds the default versions of attached policies.
func (m *moto) withAttached(ctx context.Context, inline []*string, attached []types.AttachedPolicy) ([]string, error) {
	for _, policy := range attached {
		head, err := m.iam.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: policy.PolicyArn})
		if err != nil {
			return nil, err
		}
		version, err := m.iam.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: policy.PolicyArn, VersionId: head.Policy.DefaultVersionId})
		if err != nil {
			return nil, err
		}
		inline = append(inline, version.PolicyVersion.Document)
	}
	texts := make([]string, 0, len(inline))
	for _, encoded := range inline {
		text, err := url.PathUnescape(aws.ToString(encoded))
		if err != nil {
			return nil, errors.New("a policy document is not URL-encoded")
		}
		texts = append(texts, text)
	}
	return texts, nil
}
