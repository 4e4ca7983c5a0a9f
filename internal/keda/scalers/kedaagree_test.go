package scalers

import (
	"maps"
	"slices"
	"testing"
)

// wantCases is a little below the number of cases in the tests of KEDA 2.21.
const wantCases = 1500

// TestKEDACases runs the cases of KEDA's own scaler tests: what KEDA accepts
// has no problem and what KEDA refuses has one, or the case is listed with the
// reason why not.
func TestKEDACases(t *testing.T) {
	t.Parallel()
	cases, notConstant := kedaCases(t)
	if len(cases) < wantCases {
		t.Errorf("found %d cases in KEDA's tests, want at least %d: the extraction no longer understands their tables", len(cases), wantCases)
	}
	run := &agreement{T: t, cases: cases, listed: map[string]string{}, covered: map[string]bool{}}
	for _, one := range cases {
		for _, scaler := range one.types {
			one.trigger.Type = scaler
			run.compare(one)
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(notAtPlan)), slices.Collect(maps.Keys(mistakes))) {
		if run.listed[name] == "" {
			t.Errorf("%s is listed as an exception, and is none, or no case", name)
		}
	}
	for _, scaler := range All() {
		if !run.covered[scaler.Type] {
			t.Errorf("no case of KEDA's for %s", scaler.Type)
		}
	}
	t.Logf("%d cases, %d more are not constant. By scaler: %d agree, %d are refused for what only a cluster has (the same metadata is accepted elsewhere); %d cases are listed",
		len(cases), notConstant, run.agreed, run.depends, len(run.listed))
}

// agreement compares Check with KEDA.
type agreement struct {
	*testing.T
	cases           []kedaCase
	agreed, depends int
	// listed holds the places of the exceptions that were met, by name.
	listed  map[string]string
	covered map[string]bool
}

func (a *agreement) compare(one kedaCase) {
	a.Helper()
	a.covered[one.trigger.Type] = true
	problems := errorsOf(Check(one.trigger))
	switch {
	case one.rejected == (len(problems) > 0):
		a.agreed++
	case !one.rejected:
		a.except(one)
		for _, problem := range problems {
			if !slices.ContainsFunc(mistakes[one.name], func(m mistake) bool { return m.key == problem.Path.Key }) {
				a.Errorf("%s: KEDA accepts this %s trigger %v, Check says: %s: %s; correct Check, or list %s among the mistakes, with a reason",
					one.place, one.trigger.Type, one.trigger.Metadata, problem.Summary, problem.Detail, one.name)
			}
		}
	case acceptedElsewhere(a.cases, one):
		a.depends++
	default:
		a.except(one)
		a.missed(one)
	}
}

func (a *agreement) missed(one kedaCase) {
	a.Helper()
	switch notAtPlan[one.name] {
	case "":
		a.Errorf("%s: KEDA refuses this %s trigger, Check does not: %v; add the rule, or list %s with the reason", one.place, one.trigger.Type, one.trigger.Metadata, one.name)
	case authentication:
		one.trigger.Authentication = false
		if len(errorsOf(Check(one.trigger))) == 0 {
			a.Errorf("%s: Check does not miss what the TriggerAuthentication may provide to this %s trigger where there is none: %v", one.place, one.trigger.Type, one.trigger.Metadata)
		}
	}
}

// except notes an exception, whose name must stand for one case.
func (a *agreement) except(one kedaCase) {
	a.Helper()
	if place, met := a.listed[one.name]; met && place != one.place {
		a.Errorf("%s and %s are both %s", place, one.place, one.name)
	}
	a.listed[one.name] = one.place
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
