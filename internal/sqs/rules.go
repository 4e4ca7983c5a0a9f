package sqs

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/sqs/timing"
)

// maxRetention is SQS' limit, in seconds: 14 days.
const maxRetention = 14 * 24 * 60 * 60

// findings are the mistakes in a configuration.
type findings struct{ diag.Diagnostics }

func (f *findings) fail(at path.Path, summary, detail string, args ...any) {
	f.AddAttributeError(at, summary, fmt.Sprintf(detail, args...))
}

// check finds what SQS or Kubernetes would refuse, and what does not fit
// together. The model is complete; a rule whose inputs are not known waits.
func check(planned binding, config binding) diag.Diagnostics {
	var f findings
	for _, rule := range []func(*findings, binding, binding){
		checkTimes, checkExisting, checkFIFO, checkKey, checkDeadLetter, checkRetention, checkScaler, checkWorkloads, checkAuthentication,
	} {
		rule(&f, planned, config)
	}
	return f.Diagnostics
}

// attributes of the times that a contradiction can be about.
var timeNames = map[timing.Time]string{
	timing.MaxInference:           "max_inference_seconds",
	timing.VisibilityTimeout:      "visibility_timeout_seconds",
	timing.HeartbeatInterval:      "heartbeat_interval_seconds",
	timing.Drain:                  "drain_seconds",
	timing.TerminationGracePeriod: "termination_grace_period_seconds",
	timing.Cooldown:               "cooldown_period_seconds",
}

func checkTimes(f *findings, _, config binding) {
	for _, found := range timing.Check(config.times()) {
		at := path.Root(timeNames[found.Time])
		if found.Warning {
			f.AddAttributeWarning(at, "Times that hardly fit together", found.Detail)
		} else {
			f.AddAttributeError(at, "Times that do not fit together", found.Detail)
		}
	}
}

// checkExisting refuses what would change a queue of somebody else.
func checkExisting(f *findings, _, config binding) {
	if !config.bound() {
		return
	}
	for name, value := range map[string]attr.Value{
		"message_retention_seconds": config.MessageRetentionSeconds, "max_receive_count": config.MaxReceiveCount,
		"dead_letter_queue_name": config.DeadLetterQueueName, "dead_letter_retention_seconds": config.DeadLetterRetentionSeconds,
		"content_based_deduplication": config.ContentBasedDeduplication, "force_destroy": config.ForceDestroy,
		"kms_key_arn": config.KMSKeyARN, "kms_data_key_reuse_seconds": config.KMSDataKeyReuseSeconds,
	} {
		if !value.IsNull() {
			f.fail(path.Root(name), "Not for an existing queue",
				"%s is for a queue that is made, and existing_queue_arn names one that exists, of which nothing is changed. Remove one of the two.", name)
		}
	}
}

func checkFIFO(f *findings, _, config binding) {
	if config.Name.IsUnknown() || config.ContentBasedDeduplication.IsNull() || config.bound() || isFIFO(config.Name.ValueString()) {
		return
	}
	f.fail(path.Root("content_based_deduplication"), "Only for FIFO queues",
		"%q is the name of a standard queue, which has no deduplication. Remove content_based_deduplication, or end the name in .fifo.", config.Name.ValueString())
}

func checkKey(f *findings, planned, config binding) {
	if config.KMSKeyARN.IsNull() && !config.KMSDataKeyReuseSeconds.IsNull() && !config.bound() {
		f.fail(path.Root("kms_data_key_reuse_seconds"), "Only with a KMS key",
			"SQS' own key has no such time. Remove kms_data_key_reuse_seconds, or set kms_key_arn.")
	}
	key, err := arn.Parse(config.KMSKeyARN.ValueString())
	if region := planned.triggerRegion(); err == nil && region != "" && key.Region != region {
		f.fail(path.Root("kms_key_arn"), "A key of another Region",
			"The key is in %s and the queue in %s, and SQS takes keys of its own Region alone. Give a key of %s, such as the replica of a multi-Region key.", key.Region, region, region)
	}
}

func checkDeadLetter(f *findings, planned, _ binding) {
	name, deadLetter := planned.Name, planned.DeadLetterQueueName
	if name.IsUnknown() || deadLetter.IsUnknown() || deadLetter.IsNull() {
		return
	}
	at := path.Root("dead_letter_queue_name")
	queue, dead := name.ValueString(), deadLetter.ValueString()
	switch {
	case queue == dead:
		f.fail(at, "A queue cannot be its own dead-letter queue", "Both are named %q. Give the dead-letter queue another name, such as %q.", dead, deadLetterName(queue))
	case isFIFO(queue) != isFIFO(dead):
		f.fail(at, "The dead-letter queue is of another kind",
			"%q and %q are not both FIFO queues, or both standard ones, as SQS demands. End both names in .fifo, or none.", queue, dead)
	case checkQueueName(dead) != nil:
		f.fail(at, "The name of the dead-letter queue is too long",
			"The default, %q, has %d characters, and SQS allows %d. Set dead_letter_queue_name.", dead, len(dead), maxQueueName)
	}
}

func checkRetention(f *findings, planned, _ binding) {
	if planned.bound() {
		return
	}
	retention, deadLetter, count := planned.MessageRetentionSeconds, planned.DeadLetterRetentionSeconds, planned.MaxReceiveCount
	inference, visibility := planned.MaxInferenceSeconds, planned.VisibilityTimeoutSeconds
	if known(retention, deadLetter, planned.Name) && !isFIFO(planned.Name.ValueString()) && deadLetter.ValueInt64() <= retention.ValueInt64() && retention.ValueInt64() < maxRetention {
		f.fail(path.Root("dead_letter_retention_seconds"), "Messages would expire on their way to the dead-letter queue",
			"A message keeps its age when it moves, so one that is moved after up to %d s in the queue would be gone from the dead-letter queue at once, which keeps messages for %d s. Set more than %d.",
			retention.ValueInt64(), deadLetter.ValueInt64(), retention.ValueInt64())
	}
	if !known(retention, count, inference, visibility) {
		return
	}
	if needed := count.ValueInt64() * max(inference.ValueInt64(), visibility.ValueInt64()); retention.ValueInt64() < needed {
		f.fail(path.Root("message_retention_seconds"), "Messages would expire while they are tried again",
			"A message is received up to %d times, for up to %d s each, which takes %d s, and SQS deletes it after %d s. Set %d or more, or fewer receipts.",
			count.ValueInt64(), max(inference.ValueInt64(), visibility.ValueInt64()), needed, retention.ValueInt64(), needed)
	}
}

// known reports whether all values are known.
func known(values ...attr.Value) bool {
	for _, value := range values {
		if value.IsUnknown() || value.IsNull() {
			return false
		}
	}
	return true
}

// triggerRegion is the queue's Region, or nothing while it is not known.
func (b binding) triggerRegion() string {
	metadata, _ := b.Trigger.Attributes()["metadata"].(types.Map)
	region, _ := metadata.Elements()["awsRegion"].(types.String)
	return region.ValueString()
}
