package aws

import (
	"errors"
	"regexp"
	"time"

	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// How long answers are waited out that IAM and EKS give while their copies
// catch up. hashicorp/aws waits two minutes for all of IAM.
const (
	// visibleBudget is for a role or policy that was made a moment ago and that
	// another call does not find. It is shorter than hashicorp/aws', because a
	// policy's ARN that is wrong gives the same answer.
	visibleBudget = time.Minute
	// principalBudget is for a principal that was made a moment ago, which a
	// trust policy cannot name yet.
	principalBudget = 2 * time.Minute
	// contentionBudget is for another change of the same object that is under
	// way.
	contentionBudget = 2 * time.Minute
	// detachBudget is for policies that were detached a moment ago, and still
	// keep a role.
	detachBudget = 2 * time.Minute
	// passRoleBudget is for a role that was made a moment ago, and that EKS does
	// not find.
	passRoleBudget = 2 * time.Minute
	// providerBudget is for an OIDC provider that is made in the same apply as
	// the role, and of which the role's configuration does not say that it depends
	// on it.
	providerBudget = time.Minute
)

// unknownPrincipal is IAM's refusal of a trust policy whose principal it does
// not find. Its code is that of any malformed policy.
var unknownPrincipal = regexp.MustCompile(`(?i)invalid (federated )?principal in policy`)

func isUnknownPrincipal(err error) bool {
	malformed, ok := errors.AsType[*iamtypes.MalformedPolicyDocumentException](err)
	return ok && unknownPrincipal.MatchString(malformed.ErrorMessage())
}

// unknownRole is EKS' refusal of a role that it does not find. Its code is that
// of any wrong parameter.
var unknownRole = regexp.MustCompile(`(?i)role provided in the request does not exist`)

func isUnknownRole(err error) bool {
	invalid, ok := errors.AsType[*ekstypes.InvalidParameterException](err)
	return ok && unknownRole.MatchString(invalid.ErrorMessage())
}

func isContended(err error) bool {
	code := codeOf(err)
	return code == "ConcurrentModification" || code == "EntityTemporarilyUnmodifiable"
}

func isDeleteConflict(err error) bool {
	_, ok := errors.AsType[*iamtypes.DeleteConflictException](err)
	return ok
}

// isSettling is what a write to a role may answer for a while.
func isSettling(err error) bool { return IsGone(err) || isContended(err) }
