package faults_test

import (
	"os"
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
	if os.Getenv("KEDA_FAULTS") == "" {
		t.Skip("it takes most of an hour, and not every resource passes it yet; make faults runs it")
	}
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

// trialsFor lets every call fail at first, in all ways; one call after the other
// fail for good; and the provider die after one write after the other. A trial
// strikes in all phases.
func trialsFor(subject subject, pattern *trial) []*trial {
	var trials []*trial
	ofPassing, ofLasting := (*trial).mustSucceed, (*trial).mustExplain
	if subject.repeatsNothing {
		ofPassing, ofLasting = (*trial).mayFail, (*trial).mayFail
	}
	for _, fault := range common {
		trials = append(trials, passing(fault, ofPassing))
	}
	if !subject.consistent {
		for _, fault := range behind {
			trials = append(trials, passing(fault, ofPassing))
		}
	}
	turns, writes := 0, 0
	for _, made := range pattern.calls {
		turns, writes = max(turns, len(turningPoints(made))), max(writes, writesIn(made))
	}
	for turn := range turns {
		numbers := map[phase]int{}
		for during, made := range pattern.calls {
			if points := turningPoints(made); turn < len(points) {
				numbers[during] = points[turn]
			}
		}
		trials = append(trials, lasting(turn, numbers, ofLasting))
	}
	for n := range writes {
		trials = append(trials, killed(n+1))
	}
	return trials
}

// turningPoints are the numbers of the writes, and of the first of the reads in
// a row: whichever of them fails for good, it leaves the same behind.
func turningPoints(calls []faults.Call) []int {
	var numbers []int
	for n, call := range calls {
		if n == 0 || call.Write || calls[n-1].Write {
			numbers = append(numbers, n+1)
		}
	}
	return numbers
}

func writesIn(calls []faults.Call) (writes int) {
	for _, call := range calls {
		if call.Write {
			writes++
		}
	}
	return writes
}
