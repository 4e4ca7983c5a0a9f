package faults_test

import (
	"strings"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/acctest/cli"
	"github.com/eventscale/terraform-provider-keda/internal/acctest/faults"
)

// TestFaults disturbs the life of each resource at every call in turn. An apply
// succeeds, or says what failed and why, and the next one converges: to an empty
// plan, and to exactly that in AWS and in the cluster which an undisturbed apply
// makes. Destroy leaves nothing.
func TestFaults(t *testing.T) {
	t.Parallel()
	stack := acctest.Stack(t)
	if !stack.Local() {
		t.Skip("it needs a stack whose credentials the proxies may use")
	}
	scenery := stage{Stack: stack, providerFolder: cli.BuildProvider(t), chart: smallChart(t)}
	// The cluster's first KEDA: without objects of KEDA, which would keep it.
	t.Run(release.name, func(t *testing.T) { disturb(t, scenery, release) })
	stack.CreateKEDACRDs(t)
	for _, subject := range subjects {
		t.Run(subject.name, func(t *testing.T) {
			t.Parallel()
			disturb(t, scenery, subject)
		})
	}
}

// disturb plays the undisturbed trial first, to learn what there is to disturb.
func disturb(t *testing.T, scenery stage, subject subject) {
	t.Helper()
	scenery.t, scenery.subject = t, subject
	scenery.namespace = scenery.CreateNamespace(t, "faults")
	scenery.role = scenery.namespace
	scenery.CreateServiceAccountRole(t, scenery.role, scenery.namespace, "others")

	pattern := undisturbed()
	rehearsal := scenery
	rehearsal.trials = []*trial{pattern}
	rehearsal.play(0)
	if len(pattern.failures) > 0 {
		t.Fatal(strings.Join(pattern.failures, "\n"))
	}
	for during, calls := range pattern.calls {
		t.Logf("%s makes %d calls: %v", during, len(calls), calls)
	}

	show := scenery
	show.pattern, show.trials = pattern, trialsFor(subject, pattern)
	show.play(1)
	for _, tr := range show.trials {
		t.Run(tr.title, func(t *testing.T) {
			for _, failure := range tr.failures {
				t.Error(failure)
			}
		})
	}
}

// trialsFor strikes every call and every write of the undisturbed trial. One
// trial strikes the calls of the same number in all phases.
func trialsFor(subject subject, pattern *trial) []*trial {
	var trials []*trial
	for _, fault := range common {
		trials = append(trials, passing(fault))
	}
	if !subject.consistent {
		for _, fault := range behind {
			trials = append(trials, passing(fault))
		}
	}
	calls, writes := 0, 0
	for _, made := range pattern.calls {
		calls, writes = max(calls, len(made)), max(writes, writesIn(made))
	}
	for n := range calls {
		trials = append(trials, lasting(n+1))
	}
	for n := range writes {
		trials = append(trials, killed(n+1))
	}
	return trials
}

func writesIn(calls []faults.Call) (writes int) {
	for _, call := range calls {
		if call.Write {
			writes++
		}
	}
	return writes
}
