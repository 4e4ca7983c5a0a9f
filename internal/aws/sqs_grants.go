package aws

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// QueueRef is a queue as a grant needs it.
type QueueRef struct {
	ARN string
	// Key is the KMS key of the queue, in any of the forms that SQS accepts: an ARN
	// or an id of a key or of an alias. It is empty with a key of SQS' own.
	Key string
}

// Ref is the live queue for a grant.
func (l *LiveQueue) Ref() QueueRef { return QueueRef{ARN: l.ARN, Key: l.KeyARN()} }

// ScaleGrant lets KEDA read how many messages a queue has, and nothing else
// (KEDA, pkg/scalers/aws_sqs_queue_scaler.go).
func ScaleGrant(queue QueueRef) policy.Document {
	return document(policy.Statement{
		SID: "ReadQueueDepth", Effect: policy.Allow,
		Action: policy.Strings{"sqs:GetQueueAttributes"}, Resource: policy.Strings{queue.ARN},
	})
}

// ConsumeGrant lets a consumer take messages from a queue and put those that
// nobody can process into its dead-letter queue, if it has one.
func ConsumeGrant(queue QueueRef, deadLetter *QueueRef) policy.Document {
	statements := []policy.Statement{{
		SID: "ConsumeMessages", Effect: policy.Allow,
		Action:   policy.Strings{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
		Resource: policy.Strings{queue.ARN},
	}}
	statements = append(statements, keyStatements("DecryptMessages", queue, "kms:Decrypt")...)
	if deadLetter != nil {
		statements = append(statements, policy.Statement{
			SID: "GiveUpMessages", Effect: policy.Allow,
			Action: policy.Strings{"sqs:SendMessage"}, Resource: policy.Strings{deadLetter.ARN},
		})
		statements = append(statements, keyStatements("EncryptMessages", *deadLetter, sendingActions...)...)
	}
	return document(statements...)
}

// ProduceGrant lets a producer send messages to a queue.
func ProduceGrant(queue QueueRef) policy.Document {
	statements := []policy.Statement{{
		SID: "SendMessages", Effect: policy.Allow,
		Action: policy.Strings{"sqs:SendMessage"}, Resource: policy.Strings{queue.ARN},
	}}
	return document(append(statements, keyStatements("EncryptMessages", queue, sendingActions...)...)...)
}

// sendingActions are those on the key of a queue that messages are sent to
// (Amazon SQS Developer Guide, "Key management", permissions of producers).
var sendingActions = []string{"kms:Decrypt", "kms:GenerateDataKey"}

func document(statements ...policy.Statement) policy.Document {
	return policy.Document{Version: policy.Version, Statement: statements}
}

const (
	aliasPrefix = "alias/"
	// sqsAlias is the key that AWS manages for SQS. Its own policy lets everybody
	// in the account use it through SQS.
	sqsAlias = aliasPrefix + "aws/sqs"
)

// keyStatements allow actions on a queue's key, through SQS alone.
func keyStatements(sid string, queue QueueRef, actions ...string) []policy.Statement {
	of, err := arn.Parse(queue.ARN)
	id := queue.Key
	if key, keyErr := arn.Parse(queue.Key); keyErr == nil {
		of, id = arn.ARN{Partition: key.Partition, Region: of.Region, AccountID: key.AccountID}, strings.TrimPrefix(key.Resource, "key/")
	}
	if err != nil || id == "" || id == sqsAlias {
		return nil
	}
	statement := policy.Statement{
		SID: sid, Effect: policy.Allow, Action: actions,
		Resource: policy.Strings{fmt.Sprintf("arn:%s:kms:%s:%s:key/%s", of.Partition, of.Region, of.AccountID, id)},
		// The end of the name differs between partitions.
		Condition: policy.Conditions{"StringLike": {"kms:ViaService": {"sqs." + of.Region + ".amazonaws.com*"}}},
	}
	if strings.HasPrefix(id, aliasPrefix) {
		// An alias is no resource that a policy on a key's use could name.
		statement.Resource = policy.Strings{fmt.Sprintf("arn:%s:kms:%s:%s:key/*", of.Partition, of.Region, of.AccountID)}
		statement.Condition["ForAnyValue:StringEquals"] = map[string]policy.Strings{"kms:ResourceAliases": {id}}
	}
	return []policy.Statement{statement}
}
