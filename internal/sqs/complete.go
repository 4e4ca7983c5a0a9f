package sqs

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/sqs/timing"
)

// What is set where the configuration says nothing. Retention is SQS' own
// default for the queue and its maximum for what could not be processed, so that
// there is time to look at it.
const (
	defaultRetention           = 4 * 24 * 60 * 60
	defaultDeadLetterRetention = 14 * 24 * 60 * 60
	// defaultMaxReceiveCount bears a few consumers that stop at work: each message
	// that one of them returns counts as received.
	defaultMaxReceiveCount = 5
	defaultKeyReuse        = 300
	// defaultQueueLength is KEDA's.
	defaultQueueLength = 5
)

// grants end the names of what belongs to them.
const (
	grantScaler   = "scaler"
	grantConsumer = "consumer"
	grantProducer = "producer"
)

// complete sets every attribute that follows from the configuration. One that
// follows from what is not known yet is unknown. Before is the state, if there is
// one: what AWS gave to objects that stay is known from it.
func complete(ctx context.Context, config bindingModel, before *bindingModel, surroundings surroundings) bindingModel {
	planned := config
	b := read(ctx, &planned)
	b.completeTimes()
	b.completeQueue()
	b.TagsAll = allTags(b.Tags, surroundings.defaultTags)
	b.completeIdentities(surroundings)
	b.completeOutputs(before)
	b.Trigger = b.trigger(surroundings.region)
	b.Drift = noDrift()
	return planned
}

// surroundings are what the provider's configuration gives.
type surroundings struct {
	// cluster and region are null where nothing says what they are, and unknown
	// where that is not known yet.
	cluster, region types.String
	// defaultTags are unknown while they are not known yet.
	defaultTags types.Map
}

func noDrift() types.List { return types.ListValueMust(types.StringType, nil) }

// given are the times as they are given.
func (b binding) given() timing.Settings {
	return timing.Settings{
		MaxInference:           seconds(b.MaxInferenceSeconds),
		VisibilityTimeout:      seconds(b.VisibilityTimeoutSeconds),
		HeartbeatInterval:      seconds(b.HeartbeatIntervalSeconds),
		ReceiveWait:            seconds(b.ReceiveWaitSeconds),
		Drain:                  seconds(b.DrainSeconds),
		TerminationGracePeriod: seconds(b.TerminationGracePeriodSeconds),
		Cooldown:               seconds(b.CooldownPeriodSeconds),
		IgnoreInFlight:         !b.ScaleOnInFlight.IsNull() && !b.ScaleOnInFlight.IsUnknown() && !b.ScaleOnInFlight.ValueBool(),
	}
}

// times are all times, those that are derived too.
func (b binding) times() timing.Settings {
	given := b.given()
	if b.ScaleOnInFlight.IsUnknown() && b.CooldownPeriodSeconds.IsNull() {
		given.Cooldown = timing.Unknown()
	}
	return timing.Derive(given)
}

func (b binding) completeTimes() {
	derived := b.times()
	b.VisibilityTimeoutSeconds = int64Of(derived.VisibilityTimeout)
	b.HeartbeatIntervalSeconds = int64Of(derived.HeartbeatInterval)
	b.ReceiveWaitSeconds = int64Of(derived.ReceiveWait)
	b.DrainSeconds = int64Of(derived.Drain)
	b.TerminationGracePeriodSeconds = int64Of(derived.TerminationGracePeriod)
	b.CooldownPeriodSeconds = int64Of(derived.Cooldown)
}

func seconds(value types.Int64) timing.Seconds {
	switch {
	case value.IsUnknown():
		return timing.Unknown()
	case value.IsNull():
		return timing.Seconds{}
	}
	return timing.Of(value.ValueInt64())
}

func int64Of(value timing.Seconds) types.Int64 {
	if known, ok := value.Value(); ok {
		return types.Int64Value(known)
	}
	if value.IsUnknown() {
		return types.Int64Unknown()
	}
	return types.Int64Null()
}

// completeQueue sets what the configuration leaves to the provider. Nothing is
// set of a queue that somebody else made.
func (b binding) completeQueue() {
	orNumber(&b.QueueLength, defaultQueueLength)
	orNumber(&b.ActivationQueueLength, 0)
	if b.ScaleOnInFlight.IsNull() {
		b.ScaleOnInFlight = types.BoolValue(true)
	}
	if b.bound() {
		return
	}
	orNumber(&b.MessageRetentionSeconds, defaultRetention)
	orNumber(&b.DeadLetterRetentionSeconds, defaultDeadLetterRetention)
	orNumber(&b.MaxReceiveCount, defaultMaxReceiveCount)
	if b.DeadLetterQueueName.IsNull() {
		b.DeadLetterQueueName = following(func(name ...string) string { return deadLetterName(name[0]) }, b.Name)
	}
	if b.ForceDestroy.IsNull() {
		b.ForceDestroy = types.BoolValue(false)
	}
	switch {
	case !b.KMSDataKeyReuseSeconds.IsNull():
	case b.KMSKeyARN.IsUnknown():
		b.KMSDataKeyReuseSeconds = types.Int64Unknown()
	case !b.KMSKeyARN.IsNull():
		b.KMSDataKeyReuseSeconds = types.Int64Value(defaultKeyReuse)
	}
	switch {
	case !b.ContentBasedDeduplication.IsNull():
	case b.Name.IsUnknown():
		b.ContentBasedDeduplication = types.BoolUnknown()
	case isFIFO(b.Name.ValueString()):
		b.ContentBasedDeduplication = types.BoolValue(false)
	}
}

// allTags are the default tags, over which the resource's own win.
func allTags(own, defaults types.Map) types.Map {
	if own.IsUnknown() || defaults.IsUnknown() {
		return types.MapUnknown(types.StringType)
	}
	merged := map[string]attr.Value{}
	maps.Copy(merged, defaults.Elements())
	maps.Copy(merged, own.Elements())
	return types.MapValueMust(types.StringType, merged)
}

func orNumber(value *types.Int64, otherwise int64) {
	if value.IsNull() {
		*value = types.Int64Value(otherwise)
	}
}

// completeIdentities sets the names of roles.
func (b binding) completeIdentities(surroundings surroundings) {
	switch {
	case !b.ClusterName.IsNull():
	case b.consumer.unknown || b.producer.unknown:
		b.ClusterName = types.StringUnknown()
	case b.consumer.makesRole() || b.producer.makesRole():
		b.ClusterName = surroundings.cluster
	}
	b.ConsumerRoleName = b.roleNameOf(b.consumer, grantConsumer)
	b.ProducerRoleName = b.roleNameOf(b.producer, grantProducer)
}

// makesRole reports whether a role is made for the workload, as far as that is
// known.
func (i inside[M]) makesRole() bool {
	workload, isWorkload := any(i.of).(*workloadModel)
	return isWorkload && workload != nil && workload.RoleARN.IsNull()
}

func (b binding) roleNameOf(workload inside[workloadModel], grant string) types.String {
	switch {
	case workload.unknown:
		return types.StringUnknown()
	case workload.of == nil:
		return types.StringNull()
	case !workload.of.RoleARN.IsNull():
		return following(func(roleARN ...string) string { return nameOfRole(roleARN[0]) }, workload.of.RoleARN)
	case !workload.of.RoleName.IsNull():
		return workload.of.RoleName
	}
	return following(func(of ...string) string { return roleName(of[0], of[1], grant) }, b.ClusterName, b.Name)
}
