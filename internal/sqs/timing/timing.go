// Package timing derives how long everything about a queue of inferences takes
// from one number, the longest inference, and finds what does not fit together.
// All times are in whole seconds.
package timing

import "fmt"

const (
	// SettleSeconds is what a consumer takes beside the inference: to publish the
	// result and to delete the message, or to make it visible again. Each is a
	// request or two, and the AWS SDK repeats a failed one within seconds.
	SettleSeconds = 10
	// MaxVisibilitySeconds is how long a message can stay invisible in all, from its
	// receipt on and however often that is extended: 12 hours, by SQS' quotas.
	MaxVisibilitySeconds = 43200
	// MaxReceiveWaitSeconds is SQS' limit for a long poll.
	MaxReceiveWaitSeconds = 20
	// MinCooldownSeconds is how long SQS' approximate counts may be wrong after
	// producers stop: at least a minute, by its API reference. A shorter cooldown
	// scales to zero with messages in the queue.
	MinCooldownSeconds = 60

	// minVisibilitySeconds leaves a heartbeat 40 seconds, which bears an API that is
	// throttled or away for a moment.
	minVisibilitySeconds = 120
	// maxHeldSeconds is the longest visibility timeout under a heartbeat: it is how
	// long the messages of a consumer that was killed wait for another one.
	maxHeldSeconds = 300
	// heartbeatsPerTimeout lets two extensions in a row fail before a message is
	// lost to another consumer.
	heartbeatsPerTimeout = 3
	// stopSeconds is for what stops after the consumer, such as the model server as
	// its native sidecar: Kubernetes' own default for a pod.
	stopSeconds = 30
	// maxCooldownSeconds is KEDA's default cooldownPeriod.
	maxCooldownSeconds = 300
)

// Settings are the longest inference and what follows from it. A time that is
// not set is derived.
type Settings struct {
	// MaxInference is how long the longest inference takes.
	MaxInference Seconds
	// VisibilityTimeout is how long a received message stays invisible unless the
	// consumer extends that.
	VisibilityTimeout Seconds
	// HeartbeatInterval is how often the consumer extends it; 0 is never.
	HeartbeatInterval Seconds
	// ReceiveWait is how long one request for messages waits for one to arrive.
	ReceiveWait Seconds
	// Drain is how long the consumer has from SIGTERM on to finish, or to return,
	// what it holds.
	Drain Seconds
	// TerminationGracePeriod is the pod's terminationGracePeriodSeconds.
	TerminationGracePeriod Seconds
	// Cooldown is the ScaledObject's cooldownPeriod.
	Cooldown Seconds
	// IgnoreInFlight says that KEDA does not count the messages that consumers hold
	// (scaleOnInFlight is false).
	IgnoreInFlight bool
}

// Derive sets every time that is not set. One that follows from a time that is
// not known yet is not known either.
//
//   - VisibilityTimeout: the inference and SettleSeconds, but 120 at least and,
//     under a heartbeat, 300 at most. Up to 290 seconds of inference no message is
//     delivered twice even if no heartbeat ever succeeds. (Amazon SQS Developer
//     Guide, "Visibility timeout": the time to process and delete a message, and
//     a heartbeat where that is long or varies.)
//   - HeartbeatInterval: a third of the visibility timeout.
//   - ReceiveWait: 20, the longest that SQS allows, which makes the fewest empty
//     answers. (The same, "Short and long polling".)
//   - Drain: the longer of inference and ReceiveWait, and SettleSeconds: a poll
//     that is cancelled may strand the messages of its answer until they become
//     visible again, so the last one ends in its own time.
//   - TerminationGracePeriod: Drain and 30, for what stops after the consumer. The
//     kubelet's grace period covers everything from preStop to the last container.
//   - Cooldown: the inference, but 60 at least (SQS' counts may be wrong that
//     long) and 300 at most (KEDA's default). Where KEDA ignores messages in
//     flight, the inference and SettleSeconds, or else it stops consumers at work.
func Derive(given Settings) Settings {
	derived := given
	derived.ReceiveWait = given.ReceiveWait.or(Of(MaxReceiveWaitSeconds))
	derived.VisibilityTimeout = given.VisibilityTimeout.or(visibilityTimeout(given))
	derived.HeartbeatInterval = given.HeartbeatInterval.or(derived.VisibilityTimeout.then(func(visibility int64) int64 {
		return visibility / heartbeatsPerTimeout
	}))
	derived.Drain = given.Drain.or(combine(given.MaxInference, derived.ReceiveWait, func(inference, wait int64) int64 {
		return max(inference, wait) + SettleSeconds
	}))
	derived.TerminationGracePeriod = given.TerminationGracePeriod.or(derived.Drain.then(func(drain int64) int64 {
		return drain + stopSeconds
	}))
	derived.Cooldown = given.Cooldown.or(given.MaxInference.then(func(inference int64) int64 {
		if given.IgnoreInFlight {
			return max(inference+SettleSeconds, MinCooldownSeconds)
		}
		return min(max(inference, MinCooldownSeconds), maxCooldownSeconds)
	}))
	return derived
}

func visibilityTimeout(given Settings) Seconds {
	if given.HeartbeatInterval.unknown {
		return Unknown()
	}
	return given.MaxInference.then(func(inference int64) int64 {
		needed := max(inference+SettleSeconds, minVisibilitySeconds)
		if heartbeat, set := given.HeartbeatInterval.Value(); set && heartbeat == 0 {
			return needed
		}
		return min(needed, maxHeldSeconds)
	})
}

// Seconds is a number of seconds that may not be set, which is its zero value,
// or not be known yet.
type Seconds struct {
	value        int64
	set, unknown bool
}

// Of is a number that is set.
func Of(seconds int64) Seconds { return Seconds{value: seconds, set: true} }

// Unknown is a number that is set and not known yet.
func Unknown() Seconds { return Seconds{unknown: true} }

// Value returns the number, and false if it is not set or not known.
func (s Seconds) Value() (seconds int64, known bool) { return s.value, s.set }

// IsUnknown reports whether the number is set and not known yet.
func (s Seconds) IsUnknown() bool { return s.unknown }

// String implements fmt.Stringer.
func (s Seconds) String() string {
	switch {
	case s.unknown:
		return "unknown"
	case !s.set:
		return "not set"
	}
	return fmt.Sprintf("%d s", s.value)
}

func (s Seconds) or(otherwise Seconds) Seconds {
	if s.set || s.unknown {
		return s
	}
	return otherwise
}

func (s Seconds) then(follows func(int64) int64) Seconds {
	if !s.set {
		return s
	}
	return Of(follows(s.value))
}

func combine(a, b Seconds, follows func(a, b int64) int64) Seconds {
	return a.then(func(value int64) int64 { return follows(value, b.value) }).unless(b)
}

// unless is not known, or not set, where the other number is not.
func (s Seconds) unless(other Seconds) Seconds {
	if !other.set {
		return other
	}
	return s
}
