package aws

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// fakeIAM holds one role at most. It stands for what the local stack does not
// do: answers that are wrong for a while. Operations that a test does not expect
// end it with a nil interface.
type fakeIAM struct {
	iamAPI

	role     *iamtypes.Role
	attached []string
	inline   map[string]string
	profiles []string
	// answers are errors that an operation gives before it works, by its name.
	answers map[string][]error
	// sticky are errors that an operation gives always.
	sticky map[string]error
	calls  []string
}

func (f *fakeIAM) answer(operation string) error {
	f.calls = append(f.calls, operation)
	if err := f.sticky[operation]; err != nil {
		return err
	}
	if waiting := f.answers[operation]; len(waiting) > 0 {
		f.answers[operation] = waiting[1:]
		return waiting[0]
	}
	return nil
}

var errNoRole = &iamtypes.NoSuchEntityException{Message: aws.String("The role with name keda cannot be found.")}

func (f *fakeIAM) CreateRole(_ context.Context, in *iam.CreateRoleInput, _ ...func(*iam.Options)) (*iam.CreateRoleOutput, error) {
	if err := f.answer("CreateRole"); err != nil {
		return nil, err
	}
	if f.role != nil {
		return nil, &iamtypes.EntityAlreadyExistsException{Message: aws.String("exists")}
	}
	f.role = &iamtypes.Role{
		RoleName: in.RoleName, Path: in.Path, RoleId: aws.String("AROA1"), Arn: aws.String("arn:aws:iam::123456789012:role/" + *in.RoleName),
		AssumeRolePolicyDocument: in.AssumeRolePolicyDocument, MaxSessionDuration: in.MaxSessionDuration, Tags: in.Tags, CreateDate: aws.Time(time.Now()),
	}
	return &iam.CreateRoleOutput{Role: f.role}, nil
}

func (f *fakeIAM) GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error) {
	if err := f.answer("GetRole"); err != nil {
		return nil, err
	}
	if f.role == nil {
		return nil, errNoRole
	}
	return &iam.GetRoleOutput{Role: f.role}, nil
}

func (f *fakeIAM) DeleteRole(context.Context, *iam.DeleteRoleInput, ...func(*iam.Options)) (*iam.DeleteRoleOutput, error) {
	if err := f.answer("DeleteRole"); err != nil {
		return nil, err
	}
	if len(f.attached)+len(f.inline)+len(f.profiles) > 0 {
		return nil, &iamtypes.DeleteConflictException{Message: aws.String("Cannot delete entity, must detach all policies first.")}
	}
	f.role = nil
	return &iam.DeleteRoleOutput{}, nil
}

func (f *fakeIAM) UpdateAssumeRolePolicy(_ context.Context, in *iam.UpdateAssumeRolePolicyInput, _ ...func(*iam.Options)) (*iam.UpdateAssumeRolePolicyOutput, error) {
	if err := f.answer("UpdateAssumeRolePolicy"); err != nil {
		return nil, err
	}
	f.role.AssumeRolePolicyDocument = in.PolicyDocument
	return &iam.UpdateAssumeRolePolicyOutput{}, nil
}

func (f *fakeIAM) ListAttachedRolePolicies(context.Context, *iam.ListAttachedRolePoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error) {
	out := &iam.ListAttachedRolePoliciesOutput{}
	for _, arn := range f.attached {
		out.AttachedPolicies = append(out.AttachedPolicies, iamtypes.AttachedPolicy{PolicyArn: aws.String(arn)})
	}
	return out, f.answer("ListAttachedRolePolicies")
}

func (f *fakeIAM) AttachRolePolicy(_ context.Context, in *iam.AttachRolePolicyInput, _ ...func(*iam.Options)) (*iam.AttachRolePolicyOutput, error) {
	if err := f.answer("AttachRolePolicy"); err != nil {
		return nil, err
	}
	f.attached = append(f.attached, *in.PolicyArn)
	return &iam.AttachRolePolicyOutput{}, nil
}

func (f *fakeIAM) DetachRolePolicy(_ context.Context, in *iam.DetachRolePolicyInput, _ ...func(*iam.Options)) (*iam.DetachRolePolicyOutput, error) {
	if err := f.answer("DetachRolePolicy"); err != nil {
		return nil, err
	}
	f.attached = slices.DeleteFunc(f.attached, func(arn string) bool { return arn == *in.PolicyArn })
	return &iam.DetachRolePolicyOutput{}, nil
}

func (f *fakeIAM) ListRolePolicies(context.Context, *iam.ListRolePoliciesInput, ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error) {
	return &iam.ListRolePoliciesOutput{PolicyNames: slices.Sorted(maps.Keys(f.inline))}, f.answer("ListRolePolicies")
}

func (f *fakeIAM) GetRolePolicy(_ context.Context, in *iam.GetRolePolicyInput, _ ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	document, found := f.inline[*in.PolicyName]
	if !found {
		return nil, errNoRole
	}
	return &iam.GetRolePolicyOutput{PolicyDocument: &document}, f.answer("GetRolePolicy")
}

func (f *fakeIAM) PutRolePolicy(_ context.Context, in *iam.PutRolePolicyInput, _ ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error) {
	if err := f.answer("PutRolePolicy"); err != nil {
		return nil, err
	}
	if f.inline == nil {
		f.inline = map[string]string{}
	}
	f.inline[*in.PolicyName] = *in.PolicyDocument
	return &iam.PutRolePolicyOutput{}, nil
}

func (f *fakeIAM) DeleteRolePolicy(_ context.Context, in *iam.DeleteRolePolicyInput, _ ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error) {
	if err := f.answer("DeleteRolePolicy"); err != nil {
		return nil, err
	}
	delete(f.inline, *in.PolicyName)
	return &iam.DeleteRolePolicyOutput{}, nil
}

func (f *fakeIAM) ListInstanceProfilesForRole(context.Context, *iam.ListInstanceProfilesForRoleInput, ...func(*iam.Options)) (*iam.ListInstanceProfilesForRoleOutput, error) {
	out := &iam.ListInstanceProfilesForRoleOutput{}
	for _, name := range f.profiles {
		out.InstanceProfiles = append(out.InstanceProfiles, iamtypes.InstanceProfile{InstanceProfileName: aws.String(name)})
	}
	return out, f.answer("ListInstanceProfilesForRole")
}

func (f *fakeIAM) RemoveRoleFromInstanceProfile(_ context.Context, in *iam.RemoveRoleFromInstanceProfileInput, _ ...func(*iam.Options)) (*iam.RemoveRoleFromInstanceProfileOutput, error) {
	if err := f.answer("RemoveRoleFromInstanceProfile"); err != nil {
		return nil, err
	}
	f.profiles = slices.DeleteFunc(f.profiles, func(name string) bool { return name == *in.InstanceProfileName })
	return &iam.RemoveRoleFromInstanceProfileOutput{}, nil
}
