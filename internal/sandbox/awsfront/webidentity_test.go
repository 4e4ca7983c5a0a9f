package awsfront_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// irsa is a trust policy for one service account, under the operator.
func irsa(operator, subject string) string {
	const name = "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::%s:oidc-provider/%s"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{%q:{%q:%q},"StringEqualsIfExists":{%q:"sts.amazonaws.com"}}}]}`,
		account, name, operator, name+":sub", subject, name+":aud")
}

func (s *stack) assume(t *testing.T, roleARN, token string) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	t.Helper()
	return s.sts(aws.Credentials{}).AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: &roleARN, RoleSessionName: aws.String("session"), WebIdentityToken: &token,
	})
}

func TestWebIdentityGivesTheRolesRights(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	mine, arn := s.queue(t, "web-identity-mine")
	other, _ := s.queue(t, "web-identity-other")
	role := s.role(t, "web-identity", irsa("StringLike", "system:serviceaccount:keda:keda-*"), allow("sqs:GetQueueAttributes", arn))
	for name, token := range map[string]string{
		"RS256": s.token(t, "keda", "keda-operator", "sts.amazonaws.com", nil),
		"ES256": signToken(t, jose.ES256, "ecdsa", s.ecdsa, "keda", "keda-operator", "sts.amazonaws.com", nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := s.assume(t, role, token)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := *out.AssumedRoleUser.Arn, "arn:aws:sts::123456789012:assumed-role/web-identity/session"; got != want {
				t.Errorf("assumed-role user %s, want %s", got, want)
			}
			if got, want := *out.SubjectFromWebIdentityToken, "system:serviceaccount:keda:keda-operator"; got != want {
				t.Errorf("subject %s, want %s", got, want)
			}
			if left := time.Until(*out.Credentials.Expiration); left < 55*time.Minute || left > 61*time.Minute {
				t.Errorf("the credentials last %s, want an hour", left)
			}
			session := aws.Credentials{AccessKeyID: *out.Credentials.AccessKeyId, SecretAccessKey: *out.Credentials.SecretAccessKey, SessionToken: *out.Credentials.SessionToken}
			who, err := s.sts(session).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
			if err != nil || *who.Arn != *out.AssumedRoleUser.Arn {
				t.Errorf("caller identity %v, %v", who, err)
			}
			read := &sqs.GetQueueAttributesInput{QueueUrl: &mine, AttributeNames: []sqstypes.QueueAttributeName{"All"}}
			if _, err := s.sqs(session).GetQueueAttributes(t.Context(), read); err != nil {
				t.Errorf("the allowed call on the queue: %v", err)
			}
			read.QueueUrl = &other
			_, err = s.sqs(session).GetQueueAttributes(t.Context(), read)
			wantCode(t, err, "AccessDenied", "not authorized to perform: sqs:GetQueueAttributes")
			_, err = s.sqs(session).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &mine})
			wantCode(t, err, "AccessDenied", "not authorized to perform: sqs:ReceiveMessage")
			_, err = s.iam(session).ListUsers(t.Context(), &iam.ListUsersInput{})
			wantCode(t, err, "AccessDenied", "not authorized to perform: iam:ListUsers")
		})
	}
}

func TestWebIdentityRefused(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	const subject = "system:serviceaccount:keda:keda-operator"
	const denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
	exact := s.role(t, "refused-exact", irsa("StringEquals", subject), "")
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	good := s.token(t, "keda", "keda-operator", "sts.amazonaws.com", nil)
	if _, err := s.assume(t, exact, good); err != nil {
		t.Fatalf("the token which the cases alter is refused itself: %v", err)
	}
	for name, test := range map[string]struct{ role, token, code, text string }{
		"the wrong service account in the trust policy": {
			s.role(t, "refused-account", irsa("StringEquals", "system:serviceaccount:keda:keda"), ""), good, "AccessDenied", denied,
		},
		"a wildcard under StringEquals": {
			s.role(t, "refused-wildcard", irsa("StringEquals", "system:serviceaccount:keda:*"), ""), good, "AccessDenied", denied,
		},
		"an operator nobody knows": {
			s.role(t, "refused-operator", irsa("StringMatches", subject), ""), good, "AccessDenied", denied,
		},
		"another service account's token": {exact, s.token(t, "vllm", "keda-operator", "sts.amazonaws.com", nil), "AccessDenied", denied},
		"no such role":                    {"arn:aws:iam::123456789012:role/nobody", good, "AccessDenied", denied},
		"another path of the role":        {"arn:aws:iam::123456789012:role/x/refused-exact", good, "AccessDenied", denied},
		"expired": {exact, s.token(t, "keda", "keda-operator", "sts.amazonaws.com", func(c *jwt.Claims) {
			c.Expiry = jwt.NewNumericDate(time.Now().Add(-time.Second))
		}), "ExpiredTokenException", "Token expired"},
		"without an expiry": {exact, s.token(t, "keda", "keda-operator", "sts.amazonaws.com", func(c *jwt.Claims) {
			c.Expiry = nil
		}), "ExpiredTokenException", "Token expired"},
		"not valid yet": {exact, s.token(t, "keda", "keda-operator", "sts.amazonaws.com", func(c *jwt.Claims) {
			c.NotBefore = jwt.NewNumericDate(time.Now().Add(30 * time.Minute))
		}), "InvalidIdentityToken", "not valid yet"},
		"the audience is not the provider's": {exact, s.token(t, "keda", "keda-operator", "vault", nil), "InvalidIdentityToken", "Incorrect token audience"},
		"no provider for the issuer": {exact, s.token(t, "keda", "keda-operator", "sts.amazonaws.com", func(c *jwt.Claims) {
			c.Issuer = "https://oidc.eks.us-west-2.amazonaws.com/id/F0"
		}), "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://oidc.eks.us-west-2.amazonaws.com/id/F0"},
		"the issuer without https": {exact, s.token(t, "keda", "keda-operator", "sts.amazonaws.com", func(c *jwt.Claims) {
			c.Issuer = issuer[len("https://"):]
		}), "InvalidIdentityToken", "No OpenIDConnect provider"},
		"another key under a known name": {exact, signToken(t, jose.RS256, "rsa", stranger, "keda", "keda-operator", "sts.amazonaws.com", nil), "InvalidIdentityToken", ""},
		"an unknown key":                 {exact, signToken(t, jose.RS256, "other", stranger, "keda", "keda-operator", "sts.amazonaws.com", nil), "InvalidIdentityToken", "Couldn't retrieve verification key"},
		"an algorithm no issuer uses":    {exact, signToken(t, jose.PS256, "rsa", s.rsa, "keda", "keda-operator", "sts.amazonaws.com", nil), "InvalidIdentityToken", "not a valid JWT"},
		"not a token":                    {exact, "a.b.c", "InvalidIdentityToken", "not a valid JWT"},
		"a role that is no role's ARN":   {"refused-exact", good, "ValidationError", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := s.assume(t, test.role, test.token)
			wantCode(t, err, test.code, test.text)
		})
	}
}

func TestWebIdentityDuration(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	role := s.role(t, "duration", irsa("StringEquals", "system:serviceaccount:keda:keda-operator"), "")
	token := s.token(t, "keda", "keda-operator", "sts.amazonaws.com", nil)
	for seconds, text := range map[int32]string{899: "durationSeconds", 3601: "MaxSessionDuration"} {
		_, err := s.sts(aws.Credentials{}).AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
			RoleArn: &role, RoleSessionName: aws.String("session"), WebIdentityToken: &token, DurationSeconds: &seconds,
		})
		wantCode(t, err, "ValidationError", text)
	}
}

// TestAssumeRole shows the rules within one account: a trust policy that names
// the caller is enough, one that names the account needs the caller's policy.
func TestAssumeRole(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	trust := func(principal string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"sts:AssumeRole"}}`
	}
	const root = "arn:aws:iam::123456789012:root"
	named := s.role(t, "assume-named", trust("arn:aws:iam::123456789012:user/assume-plain"), "")
	delegated := s.role(t, "assume-delegated", trust(root), "")
	other := s.role(t, "assume-other", trust("arn:aws:iam::123456789012:user/someone"), "")
	pods := s.role(t, "assume-pods", podTrust(""), "")
	plain := s.user(t, "assume-plain", "")
	allowed := s.user(t, "assume-allowed", allow("sts:AssumeRole", "*"))
	for name, test := range map[string]struct {
		caller aws.Credentials
		role   string
		ok     bool
	}{
		"named, without a policy":    {plain, named, true},
		"the account, no policy":     {plain, delegated, false},
		"the account, with a policy": {allowed, delegated, true},
		"with a policy, not trusted": {allowed, other, false},
		"a role for pods":            {allowed, pods, false},
		"no such role":               {allowed, "arn:aws:iam::123456789012:role/none", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := s.sts(test.caller).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &test.role, RoleSessionName: aws.String("session")})
			if test.ok && err != nil {
				t.Error(err)
			}
			if !test.ok {
				wantCode(t, err, "AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: "+test.role)
			}
		})
	}
}

// TestDeletedKey shows that a key counts only while IAM has it.
func TestDeletedKey(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	key := s.user(t, "deleted-key", "")
	if _, err := s.sts(key).GetCallerIdentity(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	_, err := s.iam(s.admin).DeleteAccessKey(t.Context(), &iam.DeleteAccessKeyInput{UserName: aws.String("deleted-key"), AccessKeyId: &key.AccessKeyID})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.sts(key).GetCallerIdentity(t.Context(), nil)
	wantCode(t, err, "InvalidClientTokenId", "invalid")
}
