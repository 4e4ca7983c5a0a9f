package readiness

import (
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"operation error SQS: GetQueueAttributes, https response error StatusCode: 403, RequestID: x, api error AccessDenied: " +
			"User: arn:aws:sts::123456789012:assumed-role/keda-operator/1700000000 is not authorized to perform: sqs:GetQueueAttributes on resource: " +
			"arn:aws:sqs:us-west-2:123456789012:prompts because no identity-based policy allows the sqs:GetQueueAttributes action": `permission sqs:GetQueueAttributes on arn:aws:sqs:us-west-2:123456789012:prompts is missing. Allow it to the role "keda-operator".`,
		"User: arn:aws:iam::123456789012:user/someone is not authorized to perform: cloudwatch:GetMetricData because no": "permission cloudwatch:GetMetricData is missing. Allow it to arn:aws:iam::123456789012:user/someone.",
		"api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity":                                "trust its service account",
		"AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist":                                    "The queue does not exist",
		"error parsing SQS queue metadata: awsAccessKeyID not found":                                                     "no AWS credentials",
		"api error InvalidIdentityToken: No OpenIDConnect provider found in your account":                                "OIDC provider",
		"dial tcp: lookup prometheus.monitoring on 10.96.0.10:53: no such host":                                          "cannot reach",
		"something else": "",
	} {
		got := explain(message, message)
		switch {
		case want == "" && len(got) > 0:
			t.Errorf("%q is explained by %q", message, got)
		case want != "" && (len(got) != 1 || !strings.Contains(got[0], want)):
			t.Errorf("%q is explained by %q, want one with %q", message, got, want)
		}
	}
}
