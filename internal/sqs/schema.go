package sqs

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/sqs/timing"
)

const description = "An SQS queue for inferences and all that connects it: its dead-letter queue, who may scale by it, consume and produce, and how KEDA signs in. " +
	"One number, `max_inference_seconds`, gives all times, and times that do not fit together are errors of the plan. " +
	"The queue is encrypted and refuses requests without TLS. Each grant is for this queue alone. " +
	"The output `trigger` goes into `keda_scaled_object.triggers` as it is.\n\n" +
	"The type's name does not begin with the provider's, so a configuration says `provider = keda`."

func bindingSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Name of the queue, or of the binding if `existing_queue_arn` is set: 1 to 80 letters, digits, hyphens and underscores. " +
				"A name that ends in `.fifo` makes a FIFO queue. Another name makes another queue.",
			PlanModifiers: replaces,
			Validators:    textRules("a name that SQS accepts", checkQueueName),
		},
		"existing_queue_arn": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "ARN of a queue that exists, in the provider's account or one that allows it, and in its Region. Nothing of it is changed, and it is never deleted; only grants and the TriggerAuthentication are made. " +
				"Default: a queue is made.",
			PlanModifiers: replaces,
			Validators:    textRules("the ARN of a queue", checkQueueARN),
		},
		"tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: fmt.Sprintf("Tags of the queues and roles that are made, beside those of the provider's `default_tags`, over which these win. At most %d. Tags of others are left alone. Default: none.", maxTags),
			Validators:          []validator.Map{tagRules{}},
		},
		"tags_all": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Tags of the queues and roles that are made, with the provider's `default_tags`, and without the provider's own.",
		},
		"force_destroy": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whether to delete the queues even if there are messages in them. When `false`, a queue or dead-letter queue with messages is not deleted, and nothing else of the binding either. " +
				"As Terraform deletes by what it has recorded, apply a change of this before the destroy. Default: `false`.",
		},
		"timeouts": timeoutsSchema(ctx),
	}
	for _, group := range []map[string]schema.Attribute{timeAttributes(), queueAttributes(), grantAttributes(), scalingAttributes(), outputAttributes()} {
		maps.Copy(attributes, group)
	}
	return schema.Schema{MarkdownDescription: description, Attributes: attributes}
}

var replaces = []planmodifier.String{stringplanmodifier.RequiresReplace()}

// timeAttributes are all times, in seconds.
func timeAttributes() map[string]schema.Attribute {
	derived := func(words string, low, high int64) schema.Attribute {
		return schema.Int64Attribute{Optional: true, Computed: true, MarkdownDescription: words, Validators: []validator.Int64{int64validator.Between(low, high)}}
	}
	return map[string]schema.Attribute{
		"max_inference_seconds": schema.Int64Attribute{
			Required: true,
			MarkdownDescription: fmt.Sprintf("How long the longest inference takes, in seconds; 1 to %d, because SQS keeps a message for its consumer for 12 hours at most. All other times follow from it.",
				timing.MaxVisibilitySeconds-timing.SettleSeconds),
			Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
		"visibility_timeout_seconds": derived("How long a message that was received stays invisible to others unless its consumer extends that, in seconds; 1 to 43200. "+
			"Default: `max_inference_seconds` + 10, at least 120 and, with a heartbeat, at most 300. An existing queue keeps its own, which has to fit the heartbeat.", 1, timing.MaxVisibilitySeconds),
		"heartbeat_interval_seconds": derived("How often the consumer extends the visibility timeout of what it works on, in seconds; `0` is for consumers that do not. At most half of `visibility_timeout_seconds`. "+
			"Default: a third of `visibility_timeout_seconds`.", 0, timing.MaxVisibilitySeconds),
		"receive_wait_seconds": derived("How long a request for messages waits for one to arrive (long polling), in seconds; 0 to 20. Default: `20`, SQS' maximum.", 0, timing.MaxReceiveWaitSeconds),
		"drain_seconds": derived("How long a consumer that is told to stop takes to finish or return what it holds, in seconds. "+
			"Default: the longer of `max_inference_seconds` and `receive_wait_seconds`, + 10.", 1, timing.MaxVisibilitySeconds*2),
		"termination_grace_period_seconds": derived("How long Kubernetes waits before it kills the consumer's pod, in seconds; more than `drain_seconds`. It is for the pod's `terminationGracePeriodSeconds`. "+
			"Default: `drain_seconds` + 30.", 1, timing.MaxVisibilitySeconds*2),
		"cooldown_period_seconds": derived("How long KEDA waits after the last activity before it scales to zero, in seconds; 60 or more, because SQS' counts may be wrong for a minute. It is for `keda_scaled_object.cooldown_period`. "+
			"Default: `max_inference_seconds`, at least 60 and at most 300, KEDA's default; without `scale_on_in_flight`, at least `max_inference_seconds` + 10.", 1, timing.MaxVisibilitySeconds*2),
	}
}

// queueAttributes are those of a queue that is made.
func queueAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"message_retention_seconds": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "How long SQS keeps a message that nobody deletes, in seconds; 60 to 1209600 (14 days). Default: `345600` (4 days, SQS' default). Not for an existing queue.",
			Validators:          []validator.Int64{int64validator.Between(60, maxRetention)},
		},
		"max_receive_count": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "How often a message is received before it goes to the dead-letter queue; 1 to 1000. Each consumer that stops at work adds one. Default: `5`. Not for an existing queue.",
			Validators:          []validator.Int64{int64validator.Between(1, 1000)},
		},
		"dead_letter_queue_name": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Name of the dead-letter queue, which is of the queue's kind. Another name makes another queue. Default: `name` and `-dead-letter`. Not for an existing queue.",
			Validators:          textRules("a name that SQS accepts", checkQueueName),
		},
		"dead_letter_retention_seconds": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "How long SQS keeps a message in the dead-letter queue, in seconds; 60 to 1209600 (14 days). The time in the queue counts too, except with FIFO queues. Default: `1209600`, SQS' maximum. Not for an existing queue.",
			Validators:          []validator.Int64{int64validator.Between(60, maxRetention)},
		},
		"content_based_deduplication": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whether a FIFO queue takes messages of the same content within 5 minutes for one; if not, producers give each a deduplication id. Only for FIFO queues. Default: `false`.",
		},
		"kms_key_arn": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "ARN of the KMS key that encrypts both queues, in the queue's Region. The grants then include its use through SQS, and the key's policy has to leave permissions to IAM. " +
				"Default: a key of SQS' own (SSE-SQS), which costs nothing. Not for an existing queue, whose key the grants follow.",
			Validators: textRules("the ARN of a KMS key", checkKeyARN),
		},
		"kms_data_key_reuse_seconds": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "For how long SQS reuses a data key before it asks KMS again, in seconds; 60 to 86400 (a day). Only with `kms_key_arn`. Default: `300`, SQS' default.",
			Validators:          []validator.Int64{int64validator.Between(60, 24*60*60)},
		},
	}
}

// scalingAttributes are those of the trigger.
func scalingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"queue_length": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Messages that one replica is to have: as many as it works on at a time. Default: `5`, KEDA's default.",
			Validators:          []validator.Int64{int64validator.AtLeast(1)},
		},
		"activation_queue_length": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "KEDA scales from zero when there are more messages than this; 0 or more. Default: `0`.",
			Validators:          []validator.Int64{int64validator.AtLeast(0)},
		},
		"scale_on_in_flight": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whether messages that consumers work on count. If not, KEDA takes away consumers that still work. Default: `true`.",
		},
	}
}

func timeoutsSchema(ctx context.Context) schema.Attribute {
	form := "A duration such as `90s` or `15m`. Default: `%s`."
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "How long making everything may take. SQS frees a queue's name only a minute after its deletion. " + fmt.Sprintf(form, "10m"),
		Update: true, UpdateDescription: "How long changing everything may take. SQS takes up to 15 minutes for `message_retention_seconds`. " + fmt.Sprintf(form, "20m"),
		Delete: true, DeleteDescription: "How long deleting everything may take. " + fmt.Sprintf(form, "10m"),
	})
	if nested, isNested := attribute.(schema.SingleNestedAttribute); isNested {
		nested.MarkdownDescription = "How long operations may take."
		return nested
	}
	return attribute
}
