package awsfront

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/iampolicy"
)

// The bounds of DurationSeconds in the STS API reference.
const (
	defaultSession = time.Hour
	minSession     = 15 * time.Minute
)

var sessionNamePattern = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// sessionRequest is what AssumeRole and AssumeRoleWithWebIdentity have in common.
type sessionRequest struct {
	roleARN, sessionName string
	duration             time.Duration
}

// parseSessionRequest validates the common parameters as STS does.
func parseSessionRequest(form url.Values) (sessionRequest, error) {
	s := sessionRequest{roleARN: form.Get("RoleArn"), sessionName: form.Get("RoleSessionName"), duration: defaultSession}
	if !sessionNamePattern.MatchString(s.sessionName) {
		return s, badRequest("ValidationError", "1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]* and have a length between 2 and 64", s.sessionName)
	}
	if !strings.HasPrefix(s.roleARN, "arn:aws:iam::") || !strings.Contains(s.roleARN, ":role/") {
		return s, badRequest("ValidationError", "%s is invalid", s.roleARN)
	}
	for name := range form {
		if name == "Policy" || strings.HasPrefix(name, "PolicyArns.") {
			return s, badRequest("ValidationError", "the local stack does not model session policies: leave out Policy and PolicyArns")
		}
	}
	if text := form.Get("DurationSeconds"); text != "" {
		seconds, err := strconv.Atoi(text)
		s.duration = time.Duration(seconds) * time.Second
		if err != nil || s.duration < minSession {
			return s, badRequest("ValidationError", "1 validation error detected: Value '%s' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to %d", text, int(minSession/time.Second))
		}
	}
	return s, nil
}

func (s sessionRequest) checkDuration(role *types.Role) error {
	longest := time.Duration(aws.ToInt32(role.MaxSessionDuration)) * time.Second
	if longest == 0 {
		longest = defaultSession
	}
	if s.duration > longest {
		return badRequest("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return nil
}

// trusts evaluates a role's trust policy. A document that cannot be read, or a
// condition that cannot be judged, grants nothing and is logged, because AWS
// would not tell the caller either.
func (f *Front) trusts(role *types.Role, request iampolicy.Request) iampolicy.Decision {
	text, err := url.PathUnescape(aws.ToString(role.AssumeRolePolicyDocument))
	if err != nil {
		f.log.Warn("a role's trust policy is not readable", "role", aws.ToString(role.Arn), "error", err)
		return iampolicy.ExplicitDeny
	}
	document, err := iampolicy.ParseTrust(text)
	if err != nil {
		f.log.Warn("a role's trust policy is not readable", "role", aws.ToString(role.Arn), "error", err)
		return iampolicy.ExplicitDeny
	}
	decision, err := iampolicy.Evaluate(request, document)
	if err != nil {
		f.log.Warn("a role's trust policy could not be judged in full", "role", aws.ToString(role.Arn), "error", err)
	}
	return decision
}

// issue makes the credentials of a role session, once its right has been
// established.
func (f *Front) issue(ctx context.Context, role *types.Role, s sessionRequest) (aws.Credentials, Caller, error) {
	credentials, err := f.moto.session(ctx, aws.ToString(role.Arn), s.sessionName, s.duration)
	if err != nil {
		return aws.Credentials{}, Caller{}, err
	}
	name := aws.ToString(role.RoleName)
	session := Caller{
		ARN:     fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", f.config.AccountID, name, s.sessionName),
		UserID:  aws.ToString(role.RoleId) + ":" + s.sessionName,
		Account: f.config.AccountID, roleARN: aws.ToString(role.Arn), roleName: name,
	}
	f.keys.addSession(credentials, session)
	return credentials, session, nil
}
