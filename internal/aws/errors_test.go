package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// refused is an error as the SDK returns it.
func refused(service, operation, code, message string) error {
	return &smithy.OperationError{ServiceID: service, OperationName: operation, Err: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusBadRequest}},
		Err:      &smithy.GenericAPIError{Code: code, Message: message},
	}}
}

func failedWith(status int) error {
	return &smithy.OperationError{ServiceID: "IAM", OperationName: "GetRole", Err: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: errors.New("no body"),
	}}
}

// TestDescribe: whatever happens, a person learns what it was about and what to
// do, and reads none of the SDK's own words about requests.
func TestDescribe(t *testing.T) {
	t.Parallel()
	refusedConnection := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	for name, test := range map[string]struct {
		err    error
		reason Reason
		words  []string
	}{
		"a missing right": {
			about(`IAM role "keda"`, refused("IAM", "CreateRole", "AccessDenied", "User: arn:aws:iam::1:user/u is not authorized to perform: iam:CreateRole on resource: x")),
			AccessDenied,
			[]string{`IAM role "keda": IAM CreateRole: `, "(AccessDenied).", "Allow iam:CreateRole to the identity that runs Terraform"},
		},
		"a missing right to something else": {
			refused("EKS", "CreatePodIdentityAssociation", "AccessDeniedException", "User u is not authorized to perform: iam:PassRole on resource: x"), AccessDenied,
			[]string{"Allow iam:PassRole"},
		},
		"a missing right without words": {refused("SQS", "CreateQueue", "AccessDenied", ""), AccessDenied, []string{"SQS CreateQueue: AccessDenied.", "Allow sqs:CreateQueue"}},
		"expired":                       {refused("STS", "GetCallerIdentity", "ExpiredToken", "The token has expired"), Unauthorized, []string{"aws.profile"}},
		"no credentials": {
			&smithy.OperationError{ServiceID: "IAM", OperationName: "GetRole", Err: errors.New("get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found")},
			Unauthorized,
			[]string{"no EC2 IMDS role found", "aws.profile"},
		},
		"a quota":                            {refused("IAM", "CreateRole", "LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000"), QuotaExceeded, []string{"RolesPerAccount", "Service Quotas"}},
		"a bad value":                        {refused("IAM", "CreateRole", "MalformedPolicyDocument", "Syntax errors in policy."), Invalid, []string{"Syntax errors in policy (MalformedPolicyDocument)."}},
		"throttling":                         {refused("IAM", "GetRole", "Throttling", "Rate exceeded"), Throttled, []string{"-parallelism"}},
		"a failure":                          {failedWith(http.StatusBadGateway), ServerError, []string{"IAM GetRole: the answer was HTTP 502", "Try again"}},
		"a 404 of something that is not AWS": {failedWith(http.StatusNotFound), Unsupported, []string{"HTTP 404", "aws.endpoints"}},
		"no connection": {
			&smithy.OperationError{ServiceID: "IAM", OperationName: "GetRole", Err: &smithyhttp.RequestSendError{Err: fmt.Errorf(`Post "https://iam.example.com/?secret=1": %w`, refusedConnection)}},
			Unreachable,
			[]string{"IAM GetRole: dial tcp: connection refused.", "aws.region"},
		},
		"no such name": {
			&smithy.OperationError{ServiceID: "IAM", OperationName: "GetRole", Err: &smithyhttp.RequestSendError{Err: &net.DNSError{Name: "iam.nowhere.example.com", Err: "no such host"}}},
			Unreachable,
			[]string{`"iam.nowhere.example.com" cannot be resolved`},
		},
		"out of time": {
			&InterruptedError{Cause: context.DeadlineExceeded, Last: refused("IAM", "GetRole", "NoSuchEntity", "The role with name keda cannot be found.")},
			NotFound,
			[]string{"deadline exceeded", "cannot be found (NoSuchEntity)."},
		},
		"a missing object": {&MissingError{What: "EKS knows no cluster", Remedy: "Check the name."}, NotFound, []string{"EKS knows no cluster.", "Check the name."}},
		"a precondition":   {&PreconditionError{What: "It is not so", Remedy: "Make it so."}, Precondition, []string{"It is not so.", "Make it so."}},
		"what keeps a role": {
			about(`IAM role "keda"`, &BlockedError{Blockers: []string{`instance profile "p"`}, Err: refused("IAM", "DeleteRole", "DeleteConflict", "in use")}),
			Conflict,
			[]string{`IAM role "keda": it is kept by instance profile "p".`},
		},
		"no configuration": {&ConfigError{Reason: "no AWS Region is configured: set aws.region"}, Misconfigured, []string{"set aws.region."}},
		"cancelled":        {context.Canceled, Canceled, []string{"canceled"}},
		"anything else":    {errors.New("odd"), Unknown, []string{"odd."}},
	} {
		if got := Classify(test.err); got != test.reason {
			t.Errorf("%s: it counts as %s, want %s", name, got, test.reason)
		}
		summary, detail := Describe(test.err)
		if summary == "" || strings.Contains(detail, "operation error") || strings.Contains(detail, "https response") || strings.Contains(detail, "secret") {
			t.Errorf("%s: %q: %s", name, summary, detail)
		}
		for _, words := range test.words {
			if !strings.Contains(detail, words) {
				t.Errorf("%s: %q is not in: %s", name, words, detail)
			}
		}
	}
}

func TestEveryReasonHasASummary(t *testing.T) {
	t.Parallel()
	for code, reason := range codes {
		if summaries[reason] == "" {
			t.Errorf("%s is %s, which has no summary", code, reason)
		}
	}
	if Classify(nil) != Unknown {
		t.Error("no error has a reason")
	}
}
