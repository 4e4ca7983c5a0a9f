package aws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// Former is what a configuration set on an object, and may not any more.
type Former struct {
	PolicyARNs          []string
	PermissionsBoundary string
	Tags                map[string]string
}

// Everything is the former configuration of a role that was adopted: whatever
// is attached to it came from the apply that was cut off.
func (r *Role) Everything() Former {
	return Former{PolicyARNs: r.PolicyARNs, PermissionsBoundary: r.PermissionsBoundary, Tags: r.Tags}
}

// Change brings a live role to the specification, by the calls that this takes
// and no others. Policies, tags and a boundary that neither the specification
// nor the former one names are left alone. It can be repeated after any interruption.
func (r *Roles) Change(ctx context.Context, live *Role, former Former, spec RoleSpec) error {
	for _, change := range []func(context.Context, *Role, Former, RoleSpec) error{
		r.changeTrust, r.changeSettings, r.changeBoundary, r.changePermissions, r.attach, r.detach, r.changeTags,
	} {
		if err := change(ctx, live, former, spec); err != nil {
			return about(RoleName(spec.Name), err)
		}
	}
	return nil
}

// write repeats a change of a role until IAM shows the role to every call.
func write[O any](ctx context.Context, call func(context.Context) (O, error)) error {
	_, err := retry(ctx, visibleBudget, isSettling, call)
	return err
}

func (r *Roles) changeTrust(ctx context.Context, live *Role, _ Former, spec RoleSpec) error {
	if policy.Equivalent(live.Trust, spec.Trust) {
		return nil
	}
	settles := func(err error) bool { return isUnknownPrincipal(err) || isSettling(err) }
	_, err := retry(ctx, principalBudget, settles, func(ctx context.Context) (*iam.UpdateAssumeRolePolicyOutput, error) {
		return r.api.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &spec.Name, PolicyDocument: &spec.Trust})
	})
	return err
}

func (r *Roles) changeSettings(ctx context.Context, live *Role, _ Former, spec RoleSpec) error {
	if live.Description == spec.Description && live.MaxSessionDuration == spec.MaxSessionDuration {
		return nil
	}
	return write(ctx, func(ctx context.Context) (*iam.UpdateRoleOutput, error) {
		return r.api.UpdateRole(ctx, &iam.UpdateRoleInput{
			RoleName: &spec.Name, Description: &spec.Description,
			MaxSessionDuration: aws.Int32(int32(spec.MaxSessionDuration.Seconds())),
		})
	})
}

func (r *Roles) changeBoundary(ctx context.Context, live *Role, former Former, spec RoleSpec) error {
	switch {
	case live.PermissionsBoundary == spec.PermissionsBoundary:
		return nil
	case spec.PermissionsBoundary == "" && former.PermissionsBoundary == "":
		// Whoever limits all roles of an account did it.
		return nil
	case spec.PermissionsBoundary == "":
		return write(ctx, func(ctx context.Context) (*iam.DeleteRolePermissionsBoundaryOutput, error) {
			return r.api.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: &spec.Name})
		})
	}
	return write(ctx, func(ctx context.Context) (*iam.PutRolePermissionsBoundaryOutput, error) {
		return r.api.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: &spec.Name, PermissionsBoundary: &spec.PermissionsBoundary})
	})
}

func (r *Roles) changePermissions(ctx context.Context, live *Role, _ Former, spec RoleSpec) error {
	name := aws.String(RolePolicyName)
	switch {
	case policy.Equivalent(live.Permissions, spec.Permissions):
		return nil
	case spec.Permissions == "":
		_, err := retry(ctx, contentionBudget, isContended, func(ctx context.Context) (*iam.DeleteRolePolicyOutput, error) {
			return r.api.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &spec.Name, PolicyName: name})
		})
		return unlessGone(err)
	}
	return write(ctx, func(ctx context.Context) (*iam.PutRolePolicyOutput, error) {
		return r.api.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &spec.Name, PolicyName: name, PolicyDocument: &spec.Permissions})
	})
}

func (r *Roles) attach(ctx context.Context, live *Role, _ Former, spec RoleSpec) error {
	for _, arn := range spec.PolicyARNs {
		if slices.Contains(live.PolicyARNs, arn) {
			continue
		}
		err := write(ctx, func(ctx context.Context) (*iam.AttachRolePolicyOutput, error) {
			return r.api.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &spec.Name, PolicyArn: &arn})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Roles) detach(ctx context.Context, live *Role, former Former, spec RoleSpec) error {
	for _, arn := range live.PolicyARNs {
		if slices.Contains(spec.PolicyARNs, arn) || !slices.Contains(former.PolicyARNs, arn) {
			continue
		}
		if err := r.detachOne(ctx, spec.Name, arn); err != nil {
			return err
		}
	}
	return nil
}

func (r *Roles) detachOne(ctx context.Context, role, arn string) error {
	_, err := retry(ctx, contentionBudget, isContended, func(ctx context.Context) (*iam.DetachRolePolicyOutput, error) {
		return r.api.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: &role, PolicyArn: &arn})
	})
	return unlessGone(err)
}

func (r *Roles) changeTags(ctx context.Context, live *Role, former Former, spec RoleSpec) error {
	set, remove := tagChanges(live.Tags, former.Tags, owned(spec.Tags, r.owner))
	if len(set) > 0 {
		err := write(ctx, func(ctx context.Context) (*iam.TagRoleOutput, error) {
			return r.api.TagRole(ctx, &iam.TagRoleInput{RoleName: &spec.Name, Tags: tagList(set)})
		})
		if err != nil {
			return err
		}
	}
	if len(remove) == 0 {
		return nil
	}
	return write(ctx, func(ctx context.Context) (*iam.UntagRoleOutput, error) {
		return r.api.UntagRole(ctx, &iam.UntagRoleInput{RoleName: &spec.Name, TagKeys: remove})
	})
}

// unlessGone is for what was to be removed, and need not be there.
func unlessGone(err error) error {
	if IsGone(err) {
		return nil
	}
	return err
}
