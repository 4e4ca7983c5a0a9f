package sqs

import (
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// completeOutputs sets what AWS gives, which is known of objects that exist and
// stay.
func (b binding) completeOutputs(before *bindingModel) {
	if before == nil {
		before = &bindingModel{
			Name: types.StringUnknown(), QueueURL: types.StringUnknown(), QueueARN: types.StringUnknown(),
			DeadLetterQueueName: types.StringUnknown(), DeadLetterQueueURL: types.StringUnknown(), DeadLetterQueueARN: types.StringUnknown(),
		}
	}
	if b.bound() {
		b.QueueName = following(func(queueARN ...string) string { return nameOfQueue(queueARN[0]) }, b.ExistingQueueARN)
		b.QueueARN = b.ExistingQueueARN
		same := b.ExistingQueueARN.Equal(before.QueueARN)
		b.QueueURL = stays(same, before.QueueURL)
		// A queue of somebody else need not have one.
		b.DeadLetterQueueURL, b.DeadLetterQueueARN = types.StringUnknown(), types.StringUnknown()
		if same {
			b.DeadLetterQueueURL, b.DeadLetterQueueARN = before.DeadLetterQueueURL, before.DeadLetterQueueARN
		}
	} else {
		b.QueueName = b.Name
		same := b.Name.Equal(before.Name) && before.ExistingQueueARN.IsNull()
		b.QueueURL, b.QueueARN = stays(same, before.QueueURL), stays(same, before.QueueARN)
		same = b.DeadLetterQueueName.Equal(before.DeadLetterQueueName)
		b.DeadLetterQueueURL, b.DeadLetterQueueARN = stays(same, before.DeadLetterQueueURL), stays(same, before.DeadLetterQueueARN)
	}
	b.ConsumerRoleARN = roleARNOf(b.consumer, b.ConsumerRoleName, before.ConsumerRoleName, before.ConsumerRoleARN)
	b.ProducerRoleARN = roleARNOf(b.producer, b.ProducerRoleName, before.ProducerRoleName, before.ProducerRoleARN)
}

// stays is a known value of an object that stays, or else unknown.
func stays(same bool, before types.String) types.String {
	if !same || before.IsNull() {
		return types.StringUnknown()
	}
	return before
}

func roleARNOf(workload inside[workloadModel], name, nameBefore, before types.String) types.String {
	switch {
	case !workload.unknown && workload.of == nil:
		return types.StringNull()
	case workload.of != nil && !workload.of.RoleARN.IsNull():
		return workload.of.RoleARN
	}
	return stays(name.Equal(nameBefore) && !name.IsUnknown(), before)
}

// The trigger, as KEDA's scaler and keda_scaled_object know it.
const (
	triggerType = "aws-sqs-queue"
	// triggerAuthenticationKind is KEDA's kind, and the default of a reference.
	triggerAuthenticationKind = "TriggerAuthentication"
)

// trigger is what keda_scaled_object takes as it is. Its keys are always known,
// so that a plan can check it.
func (b binding) trigger(region types.String) types.Object {
	metadata := map[string]types.String{
		"queueURL":              b.QueueURL,
		"awsRegion":             b.region(region),
		"queueLength":           textOf(b.QueueLength),
		"activationQueueLength": textOf(b.ActivationQueueLength),
		"scaleOnInFlight":       textOfBool(b.ScaleOnInFlight),
	}
	reference := types.ObjectUnknown(referenceTypes)
	if name, namespace, settled := b.authenticationName(); settled && namespace.IsNull() {
		// Nobody says where a TriggerAuthentication could be: KEDA uses its own role.
		metadata["identityOwner"] = types.StringValue("operator")
		reference = types.ObjectNull(referenceTypes)
	} else if settled {
		reference = types.ObjectValueMust(referenceTypes, map[string]attr.Value{"name": name, "kind": types.StringValue(triggerAuthenticationKind)})
	}
	values := make(map[string]attr.Value, len(metadata))
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		values[key] = metadata[key]
	}
	return types.ObjectValueMust(triggerTypes, map[string]attr.Value{
		"type":               types.StringValue(triggerType),
		"metadata":           types.MapValueMust(types.StringType, values),
		"authentication_ref": reference,
	})
}

// region is the queue's. Before that exists it is the provider's, which may say it
// by means that a plan does not look at, such as the environment.
func (b binding) region(ofProvider types.String) types.String {
	if region := regionOf(b.QueueARN.ValueString()); region != "" {
		return types.StringValue(region)
	}
	if ofProvider.IsNull() || b.bound() {
		return types.StringUnknown()
	}
	return ofProvider
}

// authenticationName is where the TriggerAuthentication is. The namespace is
// null if there is none, and settled is false while that is not known.
func (b binding) authenticationName() (name, namespace types.String, settled bool) {
	if b.authentication.unknown {
		return types.StringUnknown(), types.StringUnknown(), false
	}
	if given := b.authentication.of; given != nil {
		name, namespace = given.Name, given.Namespace
	}
	if name.IsNull() {
		name = following(func(of ...string) string { return base(of[0]) }, b.Name)
	}
	switch {
	case !namespace.IsNull():
	case b.consumer.unknown:
		return name, types.StringUnknown(), false
	case b.consumer.of != nil:
		namespace = b.consumer.of.Namespace
	}
	// An unknown namespace may turn out to be null, unless a role is made, which
	// needs one.
	if namespace.IsUnknown() && !b.consumer.makesRole() {
		return name, namespace, false
	}
	return name, namespace, true
}

func textOf(value types.Int64) types.String {
	if value.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(strconv.FormatInt(value.ValueInt64(), 10))
}

func textOfBool(value types.Bool) types.String {
	if value.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(strconv.FormatBool(value.ValueBool()))
}
