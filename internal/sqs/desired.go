package sqs

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// queue is the queue that is made.
func (b binding) queue(deadLetterARN string) aws.Queue {
	queue := b.anyQueue(b.Name, b.MessageRetentionSeconds)
	queue.Tags = b.withRecord(queue.Tags)
	queue.Redrive = &aws.Redrive{DeadLetterARN: deadLetterARN, MaxReceiveCount: b.MaxReceiveCount.ValueInt64()}
	return queue
}

// deadLetterQueue is the one of the queue that is made, which no other queue may
// use.
func (b binding) deadLetterQueue(queueARN string) aws.Queue {
	queue := b.anyQueue(b.DeadLetterQueueName, b.DeadLetterRetentionSeconds)
	queue.RedriveFrom = []string{queueARN}
	return queue
}

func (b binding) anyQueue(name types.String, retention types.Int64) aws.Queue {
	queue := aws.Queue{
		Name:                      name.ValueString(),
		VisibilityTimeout:         b.VisibilityTimeoutSeconds.ValueInt64(),
		ReceiveWait:               b.ReceiveWaitSeconds.ValueInt64(),
		Retention:                 retention.ValueInt64(),
		ContentBasedDeduplication: b.ContentBasedDeduplication.ValueBool(),
		Tags:                      texts(b.TagsAll),
	}
	if !b.KMSKeyARN.IsNull() {
		queue.Key = &aws.Key{ARN: b.KMSKeyARN.ValueString(), Reuse: b.KMSDataKeyReuseSeconds.ValueInt64()}
	}
	return queue
}

// sessionDuration is IAM's default, and as long as EKS' tokens let a session last
// by default.
const sessionDuration = time.Hour

// madeRole is a role that is made for a workload.
func (b binding) madeRole(workload *workloadModel, name, grant, oidcProviderARN string, permissions policy.Document) aws.RoleSpec {
	account := policy.ServiceAccount{Namespace: workload.Namespace.ValueString(), Name: workload.ServiceAccount.ValueString()}
	return aws.RoleSpec{
		Name: name, Path: "/",
		Description:        fmt.Sprintf("The %s %s of SQS queue %s.", grant, account, b.QueueName.ValueString()),
		Trust:              policy.TrustIRSA(oidcProviderARN, []policy.ServiceAccount{account}).JSON(),
		Permissions:        permissions.JSON(),
		MaxSessionDuration: sessionDuration,
		Tags:               texts(b.TagsAll),
	}
}

// roleGrant is an inline policy on a role that exists. Several bindings may
// grant to one role, in several Regions.
func (b binding) roleGrant(role, grant string, document policy.Document) aws.RoleGrant {
	return aws.RoleGrant{Role: role, Policy: fmt.Sprintf("keda-sqs-%s-%s-%s", regionOf(b.QueueARN.ValueString()), base(b.Name.ValueString()), grant), Document: document}
}

// scalerRole is the name of the role of KEDA's operator.
func (s *scalerModel) name() string {
	if s.RoleName.IsNull() {
		return nameOfRole(s.RoleARN.ValueString())
	}
	return s.RoleName.ValueString()
}

// permissions are what each is granted. The queues are as they are, since a
// queue of somebody else says by itself what its key and dead-letter queue are.
type permissions struct{ scale, consume, produce policy.Document }

func permissionsOn(queue, deadLetter *aws.QueueRef) permissions {
	return permissions{
		scale:   aws.ScaleGrant(*queue),
		consume: aws.ConsumeGrant(*queue, deadLetter),
		produce: aws.ProduceGrant(*queue),
	}
}

// texts is a map of texts as Go has it.
func texts(of types.Map) map[string]string {
	values := make(map[string]string, len(of.Elements()))
	for key, value := range of.Elements() {
		if text, isText := value.(types.String); isText {
			values[key] = text.ValueString()
		}
	}
	return values
}
