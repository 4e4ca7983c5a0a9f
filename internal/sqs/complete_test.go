package sqs

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/keda"
)

// The trigger's attributes are those that ScaledObjects and ScaledJobs take, by
// name and type: Terraform would drop any other without a word.
func TestTriggerGoesIntoTriggers(t *testing.T) {
	t.Parallel()
	for name, newResource := range map[string]func() resource.Resource{"keda_scaled_object": keda.NewScaledObject, "keda_scaled_job": keda.NewScaledJob} {
		var resp resource.SchemaResponse
		newResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
		taken := resp.Schema.Attributes["triggers"].(schema.ListNestedAttribute).NestedObject.Attributes
		for attribute, kind := range triggerTypes {
			if taken[attribute] == nil || !taken[attribute].GetType().Equal(kind) {
				t.Errorf("%s: triggers[*].%s is %v, and the output is %s", name, attribute, taken[attribute], kind)
			}
		}
		for attribute, of := range taken {
			if _, given := triggerTypes[attribute]; of.IsRequired() && !given {
				t.Errorf("%s: triggers[*].%s is required, and the output has it not", name, attribute)
			}
		}
	}
}

// TestPlannedTrigger shows what is known before anything exists.
func TestPlannedTrigger(t *testing.T) {
	t.Parallel()
	planned := complete(context.Background(), configured(func(m *bindingModel) { m.Consumer = workload(inVLLM("consumer")) }), nil, inRegion)
	metadata := planned.Trigger.Attributes()["metadata"].(types.Map).Elements()
	for key, want := range map[string]attr.Value{
		"queueURL": types.StringUnknown(), "awsRegion": types.StringValue("eu-west-1"),
		"queueLength": types.StringValue("5"), "activationQueueLength": types.StringValue("0"), "scaleOnInFlight": types.StringValue("true"),
	} {
		if !want.Equal(metadata[key]) {
			t.Errorf("%s is %v, want %v", key, metadata[key], want)
		}
	}
	reference := planned.Trigger.Attributes()["authentication_ref"].(types.Object).Attributes()
	if !reference["name"].Equal(types.StringValue("prompts")) || len(metadata) != 5 {
		t.Errorf("the trigger is %s", planned.Trigger)
	}
}

// TestComplete shows names and what is known of what stays.
func TestComplete(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	made := complete(context.Background(), configured(func(m *bindingModel) {
		m.Consumer, m.Producer = workload(inVLLM("consumer")), workload(map[string]attr.Value{"role_arn": text(testRole)})
	}), nil, inRegion)
	made.QueueURL, made.QueueARN, made.ConsumerRoleARN = text("https://queue"), text(testQueue), text("arn:consumer")
	made.DeadLetterQueueURL, made.DeadLetterQueueARN = text("https://dead"), text("arn:dead")
	for name, test := range map[string]struct {
		change func(*bindingModel)
		before *bindingModel
		of     func(bindingModel) attr.Value
		want   attr.Value
	}{
		"a default role":      {nil, nil, func(m bindingModel) attr.Value { return m.ConsumerRoleName }, text("inference-prompts-consumer")},
		"an existing role":    {nil, nil, func(m bindingModel) attr.Value { return m.ProducerRoleName }, text("other")},
		"its ARN":             {nil, nil, func(m bindingModel) attr.Value { return m.ProducerRoleARN }, text(testRole)},
		"a role to be made":   {nil, nil, func(m bindingModel) attr.Value { return m.ConsumerRoleARN }, types.StringUnknown()},
		"a role that stays":   {nil, &made, func(m bindingModel) attr.Value { return m.ConsumerRoleARN }, text("arn:consumer")},
		"a queue to be made":  {nil, nil, func(m bindingModel) attr.Value { return m.QueueURL }, types.StringUnknown()},
		"a queue that stays":  {nil, &made, func(m bindingModel) attr.Value { return m.QueueURL }, text("https://queue")},
		"dead letters":        {nil, nil, func(m bindingModel) attr.Value { return m.DeadLetterQueueName }, text("prompts-dead-letter")},
		"FIFO dead letters":   {func(m *bindingModel) { m.Name = text("p.fifo") }, nil, func(m bindingModel) attr.Value { return m.DeadLetterQueueName }, text("p-dead-letter.fifo")},
		"another queue":       {func(m *bindingModel) { m.Name = text("other") }, &made, func(m bindingModel) attr.Value { return m.QueueARN }, types.StringUnknown()},
		"an existing queue":   {func(m *bindingModel) { m.ExistingQueueARN = text(testQueue) }, nil, func(m bindingModel) attr.Value { return m.QueueName }, text("prompts")},
		"its retention":       {func(m *bindingModel) { m.ExistingQueueARN = text(testQueue) }, nil, func(m bindingModel) attr.Value { return m.MessageRetentionSeconds }, types.Int64Null()},
		"its dead letters":    {func(m *bindingModel) { m.ExistingQueueARN = text(testQueue) }, nil, func(m bindingModel) attr.Value { return m.DeadLetterQueueARN }, types.StringUnknown()},
		"another role":        {func(m *bindingModel) { m.ClusterName = text("c") }, &made, func(m bindingModel) attr.Value { return m.ConsumerRoleARN }, types.StringUnknown()},
		"an unknown cluster":  {func(m *bindingModel) { m.ClusterName = types.StringUnknown() }, &made, func(m bindingModel) attr.Value { return m.ConsumerRoleARN }, types.StringUnknown()},
		"no consumer":         {func(m *bindingModel) { m.Consumer = types.ObjectNull(workloadTypes) }, &made, func(m bindingModel) attr.Value { return m.ConsumerRoleARN }, types.StringNull()},
		"an unknown consumer": {func(m *bindingModel) { m.Consumer = types.ObjectUnknown(workloadTypes) }, nil, func(m bindingModel) attr.Value { return m.ConsumerRoleARN }, types.StringUnknown()},
		"an unknown key":      {func(m *bindingModel) { m.KMSKeyARN = types.StringUnknown() }, nil, func(m bindingModel) attr.Value { return m.KMSDataKeyReuseSeconds }, types.Int64Unknown()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := configured(func(m *bindingModel) { m.Consumer, m.Producer = made.Consumer, made.Producer })
			if test.change != nil {
				test.change(&config)
			}
			if got := test.of(complete(context.Background(), config, test.before, inRegion)); !got.Equal(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
