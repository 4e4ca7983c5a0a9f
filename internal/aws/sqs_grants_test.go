package aws

import (
	"strings"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

const (
	testQueue      = "arn:aws:sqs:eu-west-1:123456789012:prompts"
	testDeadLetter = "arn:aws:sqs:eu-west-1:123456789012:prompts-dead"
	testKey        = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

// allowed lists action and resource of every statement that allows.
func allowed(t *testing.T, document policy.Document) string {
	t.Helper()
	var pairs []string
	for _, statement := range document.Statement {
		if statement.Effect != policy.Allow || len(statement.NotAction)+len(statement.NotResource) > 0 {
			t.Fatalf("%+v", statement)
		}
		for _, action := range statement.Action {
			for _, resource := range statement.Resource {
				pairs = append(pairs, action+" "+resource)
			}
		}
	}
	return strings.Join(pairs, "\n")
}

func TestGrantsAreMinimal(t *testing.T) {
	t.Parallel()
	plain, encrypted := QueueRef{ARN: testQueue}, QueueRef{ARN: testQueue, Key: testKey}
	for name, test := range map[string]struct {
		document policy.Document
		want     []string
	}{
		"scaler":                {ScaleGrant(plain), []string{"sqs:GetQueueAttributes " + testQueue}},
		"scaler, encrypted":     {ScaleGrant(encrypted), []string{"sqs:GetQueueAttributes " + testQueue}},
		"producer":              {ProduceGrant(plain), []string{"sqs:SendMessage " + testQueue}},
		"producer, encrypted":   {ProduceGrant(encrypted), []string{"sqs:SendMessage " + testQueue, "kms:Decrypt " + testKey, "kms:GenerateDataKey " + testKey}},
		"consumer, no way out":  {ConsumeGrant(plain, nil), consuming},
		"consumer":              {ConsumeGrant(plain, &QueueRef{ARN: testDeadLetter}), append(consuming[:4:4], "sqs:SendMessage "+testDeadLetter)},
		"consumer, encrypted":   {ConsumeGrant(encrypted, nil), append(consuming[:4:4], "kms:Decrypt "+testKey)},
		"consumer, both of one": {ConsumeGrant(encrypted, &QueueRef{ARN: testDeadLetter, Key: testKey}), append(consuming[:4:4], "kms:Decrypt "+testKey, "sqs:SendMessage "+testDeadLetter, "kms:Decrypt "+testKey, "kms:GenerateDataKey "+testKey)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, want := allowed(t, test.document), strings.Join(test.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

var consuming = []string{
	"sqs:ChangeMessageVisibility " + testQueue, "sqs:DeleteMessage " + testQueue,
	"sqs:GetQueueAttributes " + testQueue, "sqs:ReceiveMessage " + testQueue,
}

// A queue that somebody else made may name its key in any form.
func TestKeyStatements(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		testKey:                                testKey,
		"1234abcd-12ab-34cd-56ef-1234567890ab": testKey,
		"arn:aws:kms:eu-west-1:210987654321:key/mrk-1": "arn:aws:kms:eu-west-1:210987654321:key/mrk-1",
		"alias/prompts": "arn:aws:kms:eu-west-1:123456789012:key/*",
		"arn:aws:kms:eu-west-1:210987654321:alias/prompts": "arn:aws:kms:eu-west-1:210987654321:key/*",
		"":              "",
		"alias/aws/sqs": "",
		"arn:aws:kms:eu-west-1:123456789012:alias/aws/sqs": "",
	} {
		statements := keyStatements("Key", QueueRef{ARN: testQueue, Key: key}, "kms:Decrypt")
		if want == "" {
			if len(statements) > 0 {
				t.Errorf("%q: got %+v", key, statements)
			}
			continue
		}
		if len(statements) != 1 || len(statements[0].Resource) != 1 || statements[0].Resource[0] != want {
			t.Errorf("%q: got %+v, want %s", key, statements, want)
			continue
		}
		if via := statements[0].Condition["StringLike"]["kms:ViaService"]; len(via) != 1 || via[0] != "sqs.eu-west-1.amazonaws.com*" {
			t.Errorf("%q can be used through %v", key, via)
		}
		aliases := statements[0].Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"]
		if isAlias := strings.Contains(key, "alias/"); isAlias != (len(aliases) == 1 && aliases[0] == "alias/prompts") {
			t.Errorf("%q: aliases %v", key, aliases)
		}
	}
}
