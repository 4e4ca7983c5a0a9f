package timing

import "fmt"

// Time names one of the times of Settings.
type Time int

// The times that a contradiction can be about.
const (
	MaxInference Time = iota
	VisibilityTimeout
	HeartbeatInterval
	Drain
	TerminationGracePeriod
	Cooldown
)

// Contradiction is two times that do not fit together.
type Contradiction struct {
	// Time is the one at fault.
	Time Time
	// Detail has the values, what would happen, and the remedy.
	Detail string
	// Warning says that it works, but wastes work.
	Warning bool
}

// Check finds what does not fit together. The settings are those that Derive
// returned; a rule about a time that is not known is left out.
func Check(settings Settings) []Contradiction {
	var found []Contradiction
	for _, rule := range rules {
		if contradiction, broken := rule(settings); broken {
			found = append(found, contradiction)
		}
	}
	return found
}

type rule func(Settings) (Contradiction, bool)

var rules = []rule{
	inferenceFits, visibilityFits, heartbeatInTime, visibilityWithoutHeartbeat,
	drainOutlastsPoll, drainOutlastsInference, graceOutlastsDrain,
	cooldownOutlastsCounts, cooldownOutlastsInference,
}

// known returns both numbers, and false unless both are known.
func known(a, b Seconds) (first, second int64, both bool) {
	return a.value, b.value, a.set && b.set
}

func inferenceFits(s Settings) (Contradiction, bool) {
	inference, set := s.MaxInference.Value()
	return Contradiction{Time: MaxInference, Detail: fmt.Sprintf(
		"An inference of %d s and %d s to settle its message are more than the %d s (12 hours) for which SQS keeps a message invisible in all: it would be delivered again. Split the work into shorter inferences.",
		inference, SettleSeconds, MaxVisibilitySeconds)}, set && inference+SettleSeconds > MaxVisibilitySeconds
}

func visibilityFits(s Settings) (Contradiction, bool) {
	visibility, set := s.VisibilityTimeout.Value()
	return Contradiction{Time: VisibilityTimeout, Detail: fmt.Sprintf("SQS keeps a message invisible for %d s (12 hours) at most, and %d s is more. Set less.", MaxVisibilitySeconds, visibility)},
		set && visibility > MaxVisibilitySeconds
}

func heartbeatInTime(s Settings) (Contradiction, bool) {
	heartbeat, visibility, both := known(s.HeartbeatInterval, s.VisibilityTimeout)
	return Contradiction{Time: HeartbeatInterval, Detail: fmt.Sprintf(
		"With a heartbeat every %d s and a visibility timeout of %d s, one extension that fails or comes late hands the message to another consumer. Set a heartbeat of %d s or less, or a longer visibility timeout.",
		heartbeat, visibility, visibility/2)}, both && heartbeat*2 > visibility
}

func visibilityWithoutHeartbeat(s Settings) (Contradiction, bool) {
	inference, visibility, both := known(s.MaxInference, s.VisibilityTimeout)
	heartbeat, set := s.HeartbeatInterval.Value()
	return Contradiction{Time: VisibilityTimeout, Detail: fmt.Sprintf(
		"Without a heartbeat (interval 0), a message becomes visible again after %d s, while its inference may take %d s: it would be done twice. Set %d s or more, or a heartbeat.",
		visibility, inference, inference+SettleSeconds)}, both && set && heartbeat == 0 && visibility < inference+SettleSeconds
}

func drainOutlastsPoll(s Settings) (Contradiction, bool) {
	drain, wait, both := known(s.Drain, s.ReceiveWait)
	return Contradiction{Time: Drain, Detail: fmt.Sprintf(
		"A consumer that is told to stop lets its last request for messages end, which may take %d s, and returns what it brings, within %d s: %d s is too short, and messages would stay invisible until their timeout. Set %d s or more, or a shorter receive wait.",
		wait, SettleSeconds, drain, wait+SettleSeconds)}, both && drain < wait+SettleSeconds
}

func drainOutlastsInference(s Settings) (Contradiction, bool) {
	drain, inference, both := known(s.Drain, s.MaxInference)
	return Contradiction{Time: Drain, Warning: true, Detail: fmt.Sprintf(
		"A consumer that is told to stop gives up inferences that take longer than %d s, and another one begins them anew; each may take %d s. Set %d s or more to have them finished.",
		drain, inference, inference+SettleSeconds)}, both && drain < inference
}

func graceOutlastsDrain(s Settings) (Contradiction, bool) {
	grace, drain, both := known(s.TerminationGracePeriod, s.Drain)
	return Contradiction{Time: TerminationGracePeriod, Detail: fmt.Sprintf(
		"Kubernetes kills the pod after %d s, while the consumer may take %d s to drain. Set more than the drain; %d s leaves %d s for what stops after the consumer.",
		grace, drain, drain+stopSeconds, stopSeconds)}, both && grace <= drain
}

func cooldownOutlastsCounts(s Settings) (Contradiction, bool) {
	cooldown, set := s.Cooldown.Value()
	return Contradiction{Time: Cooldown, Detail: fmt.Sprintf(
		"SQS' counts of messages may be wrong for a minute after producers stop, so a cooldown of %d s may scale to zero with messages in the queue. Set %d s or more.",
		cooldown, MinCooldownSeconds)}, set && cooldown < MinCooldownSeconds
}

func cooldownOutlastsInference(s Settings) (Contradiction, bool) {
	cooldown, inference, both := known(s.Cooldown, s.MaxInference)
	return Contradiction{Time: Cooldown, Detail: fmt.Sprintf(
		"Messages in flight do not count (scaleOnInFlight is false), so KEDA takes the queue for empty while an inference of up to %d s goes on, and stops its consumer after %d s. Set %d s or more, or count messages in flight.",
		inference, cooldown, inference+SettleSeconds)}, both && s.IgnoreInFlight && cooldown < inference
}
