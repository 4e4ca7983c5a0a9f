package scalers

import (
	"maps"
	"slices"
	"testing"
)

// wantCases is a little below the number of cases in the tests of KEDA 2.21.
const wantCases = 1500

// TestKEDACases runs the cases of KEDA's own scaler tests: what KEDA accepts
// has no problem, and what KEDA rejects has one.
func TestKEDACases(t *testing.T) {
	t.Parallel()
	cases, notConstant := kedaCases(t)
	if len(cases) < wantCases {
		t.Errorf("found %d cases in KEDA's tests, want at least %d: the extraction no longer understands their tables", len(cases), wantCases)
	}
	covered, missed := map[string]bool{}, map[string]int{}
	agreed, ignoredOrRefused, depends := 0, 0, 0
	for _, one := range cases {
		for _, scaler := range one.types {
			covered[scaler] = true
			trigger := one.trigger
			trigger.Type = scaler
			problems := errorsOf(Check(trigger))
			switch {
			case one.rejected == (len(problems) > 0):
				agreed++
			case one.rejected && acceptedElsewhere(cases, one):
				depends++
			case one.rejected:
				missed[scaler]++
				if _, excused := notAtPlan[scaler]; !excused {
					t.Errorf("%s: KEDA rejects this %s trigger, Check does not: %v", one.place, scaler, trigger.Metadata)
				}
			default:
				unexplained := slices.DeleteFunc(problems, func(p Problem) bool {
					return slices.Contains(ignoredByKEDA[scaler], p.Path.Key) || slices.Contains(refusedByHPA[scaler], p.Path.Key)
				})
				for _, problem := range unexplained {
					t.Errorf("%s: KEDA accepts this %s trigger %v, Check says: %s: %s", one.place, scaler, trigger.Metadata, problem.Summary, problem.Detail)
				}
				ignoredOrRefused++
			}
		}
	}
	for _, scaler := range slices.Sorted(maps.Keys(notAtPlan)) {
		if missed[scaler] != notAtPlan[scaler].cases {
			t.Errorf("Check misses %d rejected cases of %s, want %d (%s)", missed[scaler], scaler, notAtPlan[scaler].cases, notAtPlan[scaler].why)
		}
	}
	for _, scaler := range All() {
		if !covered[scaler.Type] {
			t.Errorf("no case of KEDA's for %s", scaler.Type)
		}
	}
	total := 0
	for _, count := range missed {
		total += count
	}
	t.Logf("%d cases, %d more are not constant; per scaler type: %d agree, %d rejected for content only a cluster has (same metadata accepted elsewhere), %d rejected and listed, %d accepted but with ignored keys or targets that the HPA refuses",
		len(cases), notConstant, agreed, depends, total, ignoredOrRefused)
}

func errorsOf(problems []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Severity != Error })
}

// acceptedElsewhere reports whether KEDA accepts the same metadata in another
// case. Then it is the authentication, the environment or the cluster that
// decides, and no plan could know.
func acceptedElsewhere(cases []kedaCase, rejected kedaCase) bool {
	return slices.ContainsFunc(cases, func(other kedaCase) bool {
		return !other.rejected && slices.Equal(other.types, rejected.types) &&
			maps.Equal(other.trigger.Metadata, rejected.trigger.Metadata)
	})
}
