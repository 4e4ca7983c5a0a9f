package timing_test

import (
	"strings"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/sqs/timing"
)

func TestDerive(t *testing.T) {
	t.Parallel()
	of, unset := timing.Of, timing.Seconds{}
	for name, test := range map[string]struct{ given, want timing.Settings }{
		"the guide's two minutes": {
			given: timing.Settings{MaxInference: of(120)},
			want: timing.Settings{
				MaxInference: of(120), VisibilityTimeout: of(130), HeartbeatInterval: of(43), ReceiveWait: of(20),
				Drain: of(130), TerminationGracePeriod: of(160), Cooldown: of(120),
			},
		},
		"a second": {
			given: timing.Settings{MaxInference: of(1)},
			want: timing.Settings{
				MaxInference: of(1), VisibilityTimeout: of(120), HeartbeatInterval: of(40), ReceiveWait: of(20),
				Drain: of(30), TerminationGracePeriod: of(60), Cooldown: of(60),
			},
		},
		"an hour": {
			given: timing.Settings{MaxInference: of(3600)},
			want: timing.Settings{
				MaxInference: of(3600), VisibilityTimeout: of(300), HeartbeatInterval: of(100), ReceiveWait: of(20),
				Drain: of(3610), TerminationGracePeriod: of(3640), Cooldown: of(300),
			},
		},
		"an hour without a heartbeat, in flight ignored": {
			given: timing.Settings{MaxInference: of(3600), HeartbeatInterval: of(0), IgnoreInFlight: true},
			want: timing.Settings{
				MaxInference: of(3600), VisibilityTimeout: of(3610), HeartbeatInterval: of(0), ReceiveWait: of(20),
				Drain: of(3610), TerminationGracePeriod: of(3640), Cooldown: of(3610), IgnoreInFlight: true,
			},
		},
		"what is given stays, and the rest follows from it": {
			given: timing.Settings{MaxInference: of(60), VisibilityTimeout: of(600), ReceiveWait: of(5), Drain: of(70)},
			want: timing.Settings{
				MaxInference: of(60), VisibilityTimeout: of(600), HeartbeatInterval: of(200), ReceiveWait: of(5),
				Drain: of(70), TerminationGracePeriod: of(100), Cooldown: of(60),
			},
		},
		"nothing is guessed": {
			given: timing.Settings{MaxInference: timing.Unknown(), Drain: of(40)},
			want: timing.Settings{
				MaxInference: timing.Unknown(), VisibilityTimeout: timing.Unknown(), HeartbeatInterval: timing.Unknown(), ReceiveWait: of(20),
				Drain: of(40), TerminationGracePeriod: of(70), Cooldown: timing.Unknown(),
			},
		},
		"an unknown wait": {
			given: timing.Settings{MaxInference: of(60), ReceiveWait: timing.Unknown(), HeartbeatInterval: timing.Unknown()},
			want: timing.Settings{
				MaxInference: of(60), VisibilityTimeout: timing.Unknown(), HeartbeatInterval: timing.Unknown(), ReceiveWait: timing.Unknown(),
				Drain: timing.Unknown(), TerminationGracePeriod: timing.Unknown(), Cooldown: of(60),
			},
		},
		"no inference": {
			given: timing.Settings{},
			want:  timing.Settings{MaxInference: unset, ReceiveWait: of(20)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := timing.Derive(test.given); got != test.want {
				t.Errorf("got  %v\nwant %v", got, test.want)
			}
		})
	}
}

// TestDerivedTimesFit derives the times of every inference that fits into SQS'
// limit, with and without a heartbeat: none contradicts another.
func TestDerivedTimesFit(t *testing.T) {
	t.Parallel()
	for inference := int64(1); inference+timing.SettleSeconds <= timing.MaxVisibilitySeconds; inference++ {
		for _, given := range []timing.Settings{
			{MaxInference: timing.Of(inference)},
			{MaxInference: timing.Of(inference), HeartbeatInterval: timing.Of(0)},
			{MaxInference: timing.Of(inference), IgnoreInFlight: true},
		} {
			if found := timing.Check(timing.Derive(given)); len(found) > 0 {
				t.Fatalf("an inference of %d s: %v", inference, found)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	of := timing.Of
	for name, test := range map[string]struct {
		given   timing.Settings
		time    timing.Time
		want    string // part of the one detail, or nothing if all fits
		warning bool
	}{
		"an inference that SQS cannot hold": {
			given: timing.Settings{MaxInference: of(43191), Cooldown: of(300)}, time: timing.MaxInference, want: "43200 s (12 hours)",
		},
		"an inference that it can": {given: timing.Settings{MaxInference: of(43190)}},
		"a visibility timeout beyond the limit": {
			given: timing.Settings{MaxInference: of(60), VisibilityTimeout: of(43201)}, time: timing.VisibilityTimeout, want: "43201 s is more",
		},
		"a heartbeat that comes late": {
			given: timing.Settings{MaxInference: of(60), HeartbeatInterval: of(61)}, time: timing.HeartbeatInterval, want: "Set a heartbeat of 60 s or less",
		},
		"a heartbeat in time": {given: timing.Settings{MaxInference: of(60), HeartbeatInterval: of(60)}},
		"neither heartbeat nor time": {
			given: timing.Settings{MaxInference: of(60), HeartbeatInterval: of(0), VisibilityTimeout: of(69)}, time: timing.VisibilityTimeout, want: "Set 70 s or more",
		},
		"no heartbeat, but time": {given: timing.Settings{MaxInference: of(60), HeartbeatInterval: of(0), VisibilityTimeout: of(70)}},
		"a drain shorter than a poll": {
			given: timing.Settings{MaxInference: of(5), Drain: of(29)}, time: timing.Drain, want: "Set 30 s or more",
		},
		"a drain as long as a poll": {given: timing.Settings{MaxInference: of(5), Drain: of(30)}},
		"a drain shorter than an inference": {
			given: timing.Settings{MaxInference: of(60), Drain: of(59)}, time: timing.Drain, want: "Set 70 s or more", warning: true,
		},
		"a grace period that drain fills": {
			given: timing.Settings{MaxInference: of(60), TerminationGracePeriod: of(70)}, time: timing.TerminationGracePeriod, want: "kills the pod after 70 s",
		},
		"a longer grace period": {given: timing.Settings{MaxInference: of(60), TerminationGracePeriod: of(71)}},
		"the guide's cooldown": {
			given: timing.Settings{MaxInference: of(60), Cooldown: of(10)}, time: timing.Cooldown, want: "Set 60 s or more",
		},
		"a cooldown that ignores work": {
			given: timing.Settings{MaxInference: of(600), Cooldown: of(300), IgnoreInFlight: true}, time: timing.Cooldown, want: "Set 610 s or more",
		},
		"the same cooldown, work counted": {given: timing.Settings{MaxInference: of(600), Cooldown: of(300)}},
		"what is not known":               {given: timing.Settings{MaxInference: timing.Unknown(), TerminationGracePeriod: of(1), HeartbeatInterval: of(9999)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := timing.Check(timing.Derive(test.given))
			if test.want == "" {
				if len(found) > 0 {
					t.Errorf("got %v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Time != test.time || found[0].Warning != test.warning || !strings.Contains(found[0].Detail, test.want) {
				t.Errorf("got %+v, want one on %d with %q", found, test.time, test.want)
			}
		})
	}
}
