package sqs

import (
	"strings"
	"testing"
)

// TestFormats has good and bad texts for each rule: a bad one gives words of the
// reason.
func TestFormats(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]struct {
		check func(string) error
		good  []string
		bad   map[string]string
	}{
		"queue name": {
			checkQueueName,
			[]string{"a", "Prompts_2-x", "prompts.fifo", strings.Repeat("q", 80)},
			map[string]string{"": "letters", "a.b": "letters", "prompts.FIFO": "letters", ".fifo": "letters", strings.Repeat("q", 81): "81 characters"},
		},
		"queue ARN": {
			checkQueueARN,
			[]string{testQueue, "arn:aws-cn:sqs:cn-north-1:123456789012:prompts.fifo"},
			map[string]string{
				"https://sqs.eu-west-1.amazonaws.com/123456789012/prompts": "form of an ARN", "prompts": "form of an ARN",
				"arn:aws:sns:eu-west-1:123456789012:prompts": `service is "sns"`, "arn:aws:sqs::123456789012:prompts": "no Region",
				"arn:aws:sqs:eu-west-1::prompts": "12 digits", "arn:aws:sqs:eu-west-1:123456789012:a/b": "letters",
			},
		},
		"key ARN": {
			checkKeyARN,
			[]string{testKey, "arn:aws:kms:eu-west-1:210987654321:key/mrk-1234abcd12ab34cd56ef1234567890ab"},
			map[string]string{
				"arn:aws:kms:eu-west-1:123456789012:alias/a": "it is an alias", "1234abcd-12ab-34cd-56ef-1234567890ab": "form of an ARN",
				"arn:aws:kms:eu-west-1:123456789012:key/": "key/NAME", "arn:aws:kms::123456789012:key/a": "no Region",
			},
		},
		"role ARN": {
			checkRoleARN,
			[]string{testRole, "arn:aws:iam::123456789012:role/a"},
			map[string]string{"keda": "form of an ARN", "arn:aws:iam::123456789012:user/a": "role/NAME", "arn:aws:iam::123456789012:role/" + strings.Repeat("r", 65): "65 characters"},
		},
		"role name": {
			checkRoleName,
			[]string{"a", "keda-operator", "a+=,.@-_", strings.Repeat("r", 64)},
			map[string]string{"": "letters", "a b": "letters", "path/a": "letters", strings.Repeat("r", 65): "65 characters"},
		},
		"namespace":   {checkNamespace, []string{"vllm", "a-1"}, map[string]string{"vLLM": "lower case", "a.b": "dots"}},
		"object name": {checkObjectName, []string{"consumer", "a.b"}, map[string]string{"Consumer": "lower case", "a_b": "RFC 1123"}},
		"tag key": {
			func(key string) error { return checkTag(key, "value") },
			[]string{"team", "a/b"},
			map[string]string{"aws:team": "aws:", "terraform-provider-keda/consumer": "uses itself", "terraform-provider-keda/owner": "uses itself", "a*b": "letters"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range rule.good {
				if err := rule.check(text); err != nil {
					t.Errorf("%q: %v", text, err)
				}
			}
			for text, want := range rule.bad {
				if err := rule.check(text); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%q: got %v, want %q", text, err, want)
				}
			}
		})
	}
}
