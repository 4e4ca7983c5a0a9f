package aws

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// RoleGrant is an inline policy on a role that somebody else made.
type RoleGrant struct {
	// Role is the role's name.
	Role string
	// Policy is the name of the inline policy.
	Policy   string
	Document policy.Document
}

func (g RoleGrant) object() string { return inlineName(g.Policy) + " of " + RoleName(g.Role) }

// FindGrant returns the document on the role, or nothing if there is none. It
// has none too when it does not exist.
func (r *Roles) FindGrant(ctx context.Context, grant RoleGrant) (string, error) {
	out, err := r.api.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &grant.Role, PolicyName: &grant.Policy})
	if IsGone(err) {
		return "", nil
	}
	if err != nil {
		return "", about(grant.object(), err)
	}
	document, err := url.PathUnescape(aws.ToString(out.PolicyDocument))
	if err != nil {
		return "", fmt.Errorf("%s cannot be decoded: %w", grant.object(), err)
	}
	return document, nil
}

// CreateGrant puts the grant on the role. One that is there already is the rest
// of an apply that was cut off, if it says the same. Errors: an *ExistsError if
// it does not.
func (r *Roles) CreateGrant(ctx context.Context, grant RoleGrant) error {
	live, err := r.FindGrant(ctx, grant)
	if err != nil {
		return err
	}
	if live != "" && !policy.Equivalent(live, grant.Document.JSON()) {
		return &ExistsError{Object: grant.object(), Reason: "it does not say what this configuration grants"}
	}
	return r.PutGrant(ctx, grant)
}

// PutGrant puts the grant on the role, whatever was there by its name.
func (r *Roles) PutGrant(ctx context.Context, grant RoleGrant) error {
	err := write(ctx, func(ctx context.Context) (*iam.PutRolePolicyOutput, error) {
		return r.api.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &grant.Role, PolicyName: &grant.Policy, PolicyDocument: aws.String(grant.Document.JSON())})
	})
	return about(grant.object(), err)
}

// DeleteGrant takes the grant off the role, as it is too when there is none.
func (r *Roles) DeleteGrant(ctx context.Context, grant RoleGrant) error {
	_, err := retry(ctx, contentionBudget, isContended, func(ctx context.Context) (*iam.DeleteRolePolicyOutput, error) {
		return r.api.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &grant.Role, PolicyName: &grant.Policy})
	})
	return about(grant.object(), unlessGone(err))
}

// EnsureRole makes a role if there is none. It is for a role that this
// configuration is known to have made.
func (r *Roles) EnsureRole(ctx context.Context, spec RoleSpec) (*Role, error) {
	live, err := r.Find(ctx, spec.Name)
	if IsGone(err) {
		live, _, err = r.Create(ctx, spec)
	}
	return live, err
}

// IsMine reports whether the role has the owner's mark.
func (r *Roles) IsMine(role *Role) bool { return role.Tags[OwnerTag] == r.owner }
