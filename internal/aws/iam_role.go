package aws

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// RolePolicyName is the name of the one inline policy of a role that belongs to
// the role's resource. Others of the role are left alone while it exists.
const RolePolicyName = "terraform-provider-keda"

// RoleSpec is how a role is to be.
type RoleSpec struct {
	Name string
	// Path begins and ends with a slash.
	Path        string
	Description string
	// Trust is the trust policy, as JSON.
	Trust string
	// Permissions is the role's own inline policy, as JSON; empty for none.
	Permissions string
	// PolicyARNs are managed policies that are attached.
	PolicyARNs []string
	// PermissionsBoundary is the ARN of a managed policy; empty for none.
	PermissionsBoundary string
	// MaxSessionDuration is 1 to 12 hours, in whole seconds.
	MaxSessionDuration time.Duration
	// Tags are all but [OwnerTag].
	Tags map[string]string
}

// Role is a role as it is.
type Role struct {
	RoleSpec

	ARN string
	// ID is what IAM tells the role from others by that had or will have its name.
	ID      string
	Created time.Time
}

// iamAPI is what this package uses of IAM for roles.
type iamAPI interface {
	iam.ListAttachedRolePoliciesAPIClient
	iam.ListInstanceProfilesForRoleAPIClient
	iam.ListRolePoliciesAPIClient
	AttachRolePolicy(context.Context, *iam.AttachRolePolicyInput, ...func(*iam.Options)) (*iam.AttachRolePolicyOutput, error)
	CreateRole(context.Context, *iam.CreateRoleInput, ...func(*iam.Options)) (*iam.CreateRoleOutput, error)
	DeleteRole(context.Context, *iam.DeleteRoleInput, ...func(*iam.Options)) (*iam.DeleteRoleOutput, error)
	DeleteRolePermissionsBoundary(context.Context, *iam.DeleteRolePermissionsBoundaryInput, ...func(*iam.Options)) (*iam.DeleteRolePermissionsBoundaryOutput, error)
	DeleteRolePolicy(context.Context, *iam.DeleteRolePolicyInput, ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error)
	DetachRolePolicy(context.Context, *iam.DetachRolePolicyInput, ...func(*iam.Options)) (*iam.DetachRolePolicyOutput, error)
	GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
	GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error)
	PutRolePermissionsBoundary(context.Context, *iam.PutRolePermissionsBoundaryInput, ...func(*iam.Options)) (*iam.PutRolePermissionsBoundaryOutput, error)
	PutRolePolicy(context.Context, *iam.PutRolePolicyInput, ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error)
	RemoveRoleFromInstanceProfile(context.Context, *iam.RemoveRoleFromInstanceProfileInput, ...func(*iam.Options)) (*iam.RemoveRoleFromInstanceProfileOutput, error)
	TagRole(context.Context, *iam.TagRoleInput, ...func(*iam.Options)) (*iam.TagRoleOutput, error)
	UntagRole(context.Context, *iam.UntagRoleInput, ...func(*iam.Options)) (*iam.UntagRoleOutput, error)
	UpdateAssumeRolePolicy(context.Context, *iam.UpdateAssumeRolePolicyInput, ...func(*iam.Options)) (*iam.UpdateAssumeRolePolicyOutput, error)
	UpdateRole(context.Context, *iam.UpdateRoleInput, ...func(*iam.Options)) (*iam.UpdateRoleOutput, error)
}

// Roles are the roles of an account.
type Roles struct {
	api iamAPI
	// owner is the value of OwnerTag.
	owner string
	now   func() time.Time
}

// Roles returns the roles of the account, on which the owner is marked as the
// maker. Errors: those of [Account.Config].
func (a *Account) Roles(ctx context.Context, owner string) (*Roles, error) {
	client, err := a.IAM(ctx)
	if err != nil {
		return nil, err
	}
	return &Roles{api: client, owner: owner, now: time.Now}, nil
}

// RoleName is how sentences name a role.
func RoleName(name string) string { return fmt.Sprintf("IAM role %q", name) }

// Find reads a role. Errors: IsGone reports whether it does not exist.
func (r *Roles) Find(ctx context.Context, name string) (*Role, error) {
	role, err := r.find(ctx, name)
	return role, about(RoleName(name), err)
}

func (r *Roles) find(ctx context.Context, name string) (*Role, error) {
	out, err := r.api.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		return nil, err
	}
	role, err := roleOf(out.Role)
	if err != nil {
		return nil, err
	}
	if role.PolicyARNs, err = r.attached(ctx, name); err != nil {
		return nil, err
	}
	inline, err := r.api.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &name, PolicyName: aws.String(RolePolicyName)})
	if IsGone(err) {
		return role, nil
	}
	if err != nil {
		return nil, err
	}
	role.Permissions, err = url.PathUnescape(aws.ToString(inline.PolicyDocument))
	return role, err
}

// roleOf is what IAM tells in one answer, without policies.
func roleOf(live *iamtypes.Role) (*Role, error) {
	trust, err := url.PathUnescape(aws.ToString(live.AssumeRolePolicyDocument))
	if err != nil {
		return nil, fmt.Errorf("IAM gives a trust policy that cannot be decoded: %w", err)
	}
	role := &Role{
		RoleSpec: RoleSpec{
			Name: aws.ToString(live.RoleName), Path: aws.ToString(live.Path), Description: aws.ToString(live.Description),
			Trust:              trust,
			MaxSessionDuration: time.Duration(aws.ToInt32(live.MaxSessionDuration)) * time.Second,
			Tags:               map[string]string{},
		},
		ARN: aws.ToString(live.Arn), ID: aws.ToString(live.RoleId), Created: aws.ToTime(live.CreateDate),
	}
	if boundary := live.PermissionsBoundary; boundary != nil {
		role.PermissionsBoundary = aws.ToString(boundary.PermissionsBoundaryArn)
	}
	for _, tag := range live.Tags {
		role.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return role, nil
}

func (r *Roles) attached(ctx context.Context, name string) ([]string, error) {
	var arns []string
	pages := iam.NewListAttachedRolePoliciesPaginator(r.api, &iam.ListAttachedRolePoliciesInput{RoleName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, policy := range page.AttachedPolicies {
			arns = append(arns, aws.ToString(policy.PolicyArn))
		}
	}
	return arns, nil
}

func (r *Roles) inlineNames(ctx context.Context, name string) ([]string, error) {
	var names []string
	pages := iam.NewListRolePoliciesPaginator(r.api, &iam.ListRolePoliciesInput{RoleName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		names = append(names, page.PolicyNames...)
	}
	return names, nil
}

func tagList(tags map[string]string) []iamtypes.Tag {
	var list []iamtypes.Tag
	for key, value := range tags {
		list = append(list, iamtypes.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
	return list
}
