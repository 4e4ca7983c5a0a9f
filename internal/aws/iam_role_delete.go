package aws

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// BlockedError says what keeps an object from being deleted.
type BlockedError struct {
	// Blockers name each thing.
	Blockers []string
	// Err is the service's refusal.
	Err error
}

func (e *BlockedError) Error() string {
	return fmt.Sprintf("it is kept by %s", strings.Join(e.Blockers, ", "))
}

func (e *BlockedError) Unwrap() error { return e.Err }

// Delete deletes the role of a name, which it is too when there is none. One
// that has another ID was made by someone else, and is left alone; an empty ID
// is any. IAM deletes no role that has policies or is in an instance profile, so
// these are taken off; removed lists those that are not in the specification, for
// somebody else put them there. It can be repeated after any interruption.
func (r *Roles) Delete(ctx context.Context, id string, spec RoleSpec) (removed []string, err error) {
	live, err := r.Find(ctx, spec.Name)
	if IsGone(err) || (err == nil && id != "" && live.ID != id) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	known := map[string]bool{inlineName(RolePolicyName): true}
	for _, arn := range spec.PolicyARNs {
		known[policyName(arn)] = true
	}
	_, err = retry(ctx, detachBudget, func(err error) bool { return isDeleteConflict(err) || isContended(err) }, func(ctx context.Context) (struct{}, error) {
		taken, err := r.deleteOnce(ctx, spec.Name)
		for _, name := range taken {
			if !known[name] {
				known[name] = true
				removed = append(removed, name)
			}
		}
		return struct{}{}, err
	})
	if isDeleteConflict(err) {
		err = r.blocked(ctx, spec.Name, err)
	}
	return removed, about(RoleName(spec.Name), unlessGone(err))
}

// deleteOnce takes everything off a role, deletes it, and says what it took. It
// looks for instance profiles only if IAM says that something keeps the role:
// few need one, and to look needs a right that is seldom given.
func (r *Roles) deleteOnce(ctx context.Context, name string) ([]string, error) {
	taken, err := r.strip(ctx, name)
	if err != nil {
		return taken, err
	}
	_, refusal := r.api.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
	if !isDeleteConflict(refusal) {
		return taken, refusal
	}
	profiles, err := r.profiles(ctx, name)
	if err != nil {
		return taken, refusal
	}
	for _, profile := range profiles {
		_, err := r.api.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{RoleName: &name, InstanceProfileName: &profile})
		if err := unlessGone(err); err != nil {
			return taken, err
		}
		taken = append(taken, profileName(profile))
	}
	return taken, refusal
}

// strip takes the policies off a role, and says which.
func (r *Roles) strip(ctx context.Context, name string) ([]string, error) {
	var taken []string
	attached, err := r.attached(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, arn := range attached {
		if err := r.detachOne(ctx, name, arn); err != nil {
			return taken, err
		}
		taken = append(taken, policyName(arn))
	}
	inline, err := r.inlineNames(ctx, name)
	if err != nil {
		return taken, err
	}
	for _, policy := range inline {
		_, err := r.api.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: &policy})
		if err := unlessGone(err); err != nil {
			return taken, err
		}
		taken = append(taken, inlineName(policy))
	}
	return taken, nil
}

// blocked names what is left on a role that IAM does not delete.
func (r *Roles) blocked(ctx context.Context, name string, refusal error) error {
	var blockers []string
	if arns, err := r.attached(ctx, name); err == nil {
		for _, arn := range arns {
			blockers = append(blockers, policyName(arn))
		}
	}
	if names, err := r.inlineNames(ctx, name); err == nil {
		for _, policy := range names {
			blockers = append(blockers, inlineName(policy))
		}
	}
	if names, err := r.profiles(ctx, name); err == nil {
		for _, profile := range names {
			blockers = append(blockers, profileName(profile))
		}
	}
	if len(blockers) == 0 {
		return refusal
	}
	return &BlockedError{Blockers: blockers, Err: refusal}
}

func (r *Roles) profiles(ctx context.Context, name string) ([]string, error) {
	var names []string
	pages := iam.NewListInstanceProfilesForRolePaginator(r.api, &iam.ListInstanceProfilesForRoleInput{RoleName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, profile := range page.InstanceProfiles {
			names = append(names, aws.ToString(profile.InstanceProfileName))
		}
	}
	return names, nil
}

func policyName(arn string) string { return fmt.Sprintf("managed policy %s", arn) }

func inlineName(name string) string { return fmt.Sprintf("inline policy %q", name) }

func profileName(name string) string { return fmt.Sprintf("instance profile %q", name) }
