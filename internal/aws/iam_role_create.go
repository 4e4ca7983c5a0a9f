package aws

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Create makes the role with its trust policy; [Roles.Change] gives it the
// rest. A role of the name that an interrupted apply of the owner left is
// returned as it is, and adopted is true. Errors: an *ExistsError for any other.
func (r *Roles) Create(ctx context.Context, spec RoleSpec) (role *Role, adopted bool, err error) {
	role, adopted, err = r.create(ctx, spec)
	return role, adopted, about(RoleName(spec.Name), err)
}

func (r *Roles) create(ctx context.Context, spec RoleSpec) (*Role, bool, error) {
	input := &iam.CreateRoleInput{
		RoleName:                 &spec.Name,
		Path:                     &spec.Path,
		AssumeRolePolicyDocument: &spec.Trust,
		MaxSessionDuration:       aws.Int32(int32(spec.MaxSessionDuration.Seconds())),
		// In the same request as the role, so that an apply which is cut off leaves
		// no role without a mark.
		Tags: tagList(owned(spec.Tags, r.owner)),
	}
	if spec.Description != "" {
		input.Description = &spec.Description
	}
	if spec.PermissionsBoundary != "" {
		input.PermissionsBoundary = &spec.PermissionsBoundary
	}
	settles := func(err error) bool { return isUnknownPrincipal(err) || isContended(err) }
	out, err := retry(ctx, principalBudget, settles, func(ctx context.Context) (*iam.CreateRoleOutput, error) {
		return r.api.CreateRole(ctx, input)
	})
	if Classify(err) == AlreadyExists {
		role, err := r.adopt(ctx, spec)
		return role, err == nil, err
	}
	if err != nil {
		return nil, false, err
	}
	// What the answer leaves out is as it was asked for.
	role, err := roleOf(out.Role)
	if err != nil {
		return nil, false, err
	}
	role.Tags, role.Trust, role.PermissionsBoundary = owned(spec.Tags, r.owner), spec.Trust, spec.PermissionsBoundary
	role.Description, role.MaxSessionDuration = spec.Description, spec.MaxSessionDuration
	return role, false, nil
}

// adopt returns the existing role if an interrupted apply left it.
func (r *Roles) adopt(ctx context.Context, spec RoleSpec) (*Role, error) {
	live, err := retry(ctx, visibleBudget, IsGone, func(ctx context.Context) (*Role, error) { return r.find(ctx, spec.Name) })
	if err != nil {
		return nil, err
	}
	reason := notLeftByUs(live.Tags, r.owner, live.Created, r.now())
	if reason == "" && live.Path != spec.Path {
		reason = fmt.Sprintf("its path is %q, and a role's path cannot change", live.Path)
	}
	if reason != "" {
		return nil, &ExistsError{Object: RoleName(spec.Name), Reason: reason}
	}
	return live, nil
}
