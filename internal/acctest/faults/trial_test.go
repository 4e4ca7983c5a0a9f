package faults_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/acctest/cli"
	"github.com/eventscale/terraform-provider-keda/internal/acctest/faults"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// phase is a part of a resource's life that can be disturbed by itself.
type phase string

const (
	creating   phase = "create"
	refreshing phase = "refresh"
	updating   phase = "update"
	destroying phase = "destroy"
)

// trial is one resource with a provider, and so a line, of its own.
type trial struct {
	title string
	// label is its name in Terraform, name that of what it makes.
	label, name string
	// patience is the configured timeout, retries that of AWS calls.
	patience string
	retries  int
	line     *faults.Line

	// rule disturbs a phase; nil disturbs nothing.
	rule func(phase) faults.Rule
	// judge says what is wrong with how a disturbed phase ended.
	judge verdict

	calls    map[phase][]faults.Call
	settled  map[phase]sandboxtest.Inventory
	failures []string
}

type verdict func(*trial, phase, []cli.Diagnostic) error

func (tr *trial) fail(format string, args ...any) {
	tr.failures = append(tr.failures, fmt.Sprintf(format, args...))
}

// Where the faults do not last, time and retries are those that users have.
const (
	ordinaryPatience = "5m"
	ordinaryRetries  = 25
	// shortPatience lets a lasting fault be given up early. An operation that
	// nothing disturbs takes less even on a busy machine.
	shortPatience = "30s"
	shortRetries  = 2
)

// undisturbed is what the others are compared with.
func undisturbed() *trial {
	return &trial{
		title: "undisturbed", patience: ordinaryPatience, retries: ordinaryRetries,
		rule:  func(phase) faults.Rule { return nil },
		judge: (*trial).mustSucceed,
	}
}

// common are the faults that any service may have.
var common = []faults.Fault{faults.Throttled, faults.Failed, faults.Unavailable, faults.Reset, faults.Lost}

// behind are those of services whose copies may be behind.
var behind = []faults.Fault{faults.RoleNotVisible, faults.PrincipalNotVisible, faults.QueueNotVisible, faults.QueueDeletedRecently}

// passing lets every call fail at its first attempt.
func passing(fault faults.Fault, judge verdict) *trial {
	return &trial{
		title: "every call at first " + string(fault), patience: ordinaryPatience, retries: ordinaryRetries,
		rule: func(phase) faults.Rule {
			// What hides what was just made hides it only from then on.
			hidden := !slices.Contains([]faults.Fault{faults.RoleNotVisible, faults.QueueNotVisible}, fault)
			return func(seen faults.Seen) faults.Fault {
				if fault.Makes(seen.Call) {
					hidden = true
					return faults.None
				}
				if hidden && seen.Attempt == 1 {
					return fault
				}
				return faults.None
			}
		},
		judge: judge,
	}
}

// lasting lets all attempts at one call of each phase fail: at that of the
// number.
func lasting(turn int, numbers map[phase]int, judge verdict) *trial {
	kinds := []faults.Fault{faults.Throttled, faults.Failed, faults.Reset, faults.Lost}
	fault := kinds[turn%len(kinds)]
	return &trial{
		title: fmt.Sprintf("call of turn %d always %s", turn+1, fault), patience: shortPatience, retries: shortRetries,
		rule: func(during phase) faults.Rule {
			return func(seen faults.Seen) faults.Fault {
				if seen.Number == numbers[during] {
					return fault
				}
				return faults.None
			}
		},
		judge: judge,
	}
}

// killed ends the provider when a write is done.
func killed(write int) *trial {
	return &trial{
		title: fmt.Sprintf("killed after write %d", write), patience: ordinaryPatience, retries: ordinaryRetries,
		rule: func(phase) faults.Rule {
			return func(seen faults.Seen) faults.Fault {
				if seen.WriteNumber == write && seen.Attempt == 1 {
					return faults.Killed
				}
				return faults.None
			}
		},
		judge: (*trial).mustHaveDied,
	}
}

func (tr *trial) mustSucceed(_ phase, errors []cli.Diagnostic) error {
	if len(errors) == 0 {
		return nil
	}
	return fmt.Errorf("it failed: %v\nfaults: %v", errors, tr.line.Strikes())
}

// mayFail accepts a failure that says why.
func (tr *trial) mayFail(during phase, errors []cli.Diagnostic) error {
	if len(errors) == 0 {
		return nil
	}
	return tr.mustExplain(during, errors)
}

// causes are the words that tell a person of a fault.
var causes = map[faults.Fault]*regexp.Regexp{
	faults.Throttled:   regexp.MustCompile(`(?i)throttl|too many|rate exceeded`),
	faults.Failed:      regexp.MustCompile(`(?i)internal|unknown error|leader changed|error on the server`),
	faults.Unavailable: regexp.MustCompile(`(?i)unavailable|temporary|shutting down`),
	faults.Reset:       regexp.MustCompile(`(?i)connection reset|EOF`),
	faults.Lost:        regexp.MustCompile(`(?i)connection reset|EOF`),
}

// mustExplain accepts a success only where the service has done what it was
// asked, or was asked for what can be done without.
func (tr *trial) mustExplain(_ phase, errors []cli.Diagnostic) error {
	strikes := tr.line.Strikes()
	if len(strikes) == 0 {
		return tr.mustSucceed("", errors)
	}
	struck := strikes[0]
	if len(errors) == 0 {
		if struck.Write && struck.Fault != faults.Lost {
			return fmt.Errorf("it succeeded, though %q never got through", struck.Call)
		}
		return nil
	}
	explained := struck.Operation == faults.Watch // without watches an object is read again and again
	for _, found := range errors {
		text := found.Summary + ": " + found.Detail
		if !strings.Contains(text, tr.name) {
			return fmt.Errorf("%q was %s, and the error does not name %s: %s", struck.Call, struck.Fault, tr.name, text)
		}
		explained = explained || causes[struck.Fault].MatchString(text)
	}
	if !explained {
		return fmt.Errorf("%q was %s, and no error says so: %v", struck.Call, struck.Fault, errors)
	}
	return nil
}

func (tr *trial) mustHaveDied(_ phase, errors []cli.Diagnostic) error {
	if died := len(tr.line.Strikes()) > 0; died != (len(errors) > 0) {
		return fmt.Errorf("killed: %t, errors: %v", died, errors)
	}
	return nil
}

// missed says that a fault found nothing to strike, though the undisturbed trial
// did as much.
func (tr *trial) missed(during phase, pattern *trial) error {
	expected := tr.rule(during)
	if expected == nil || len(tr.line.Strikes()) > 0 {
		return nil
	}
	writes := 0
	for n, call := range pattern.calls[during] {
		seen := faults.Seen{Call: call, Number: n + 1, Attempt: 1}
		if call.Write {
			writes++
			seen.WriteNumber = writes
		}
		if fault := expected(seen); fault != faults.None && fault.Meets(call) {
			return fmt.Errorf("no fault happened: the calls were %v, those of the undisturbed trial %v", tr.line.Calls(), pattern.calls[during])
		}
	}
	return nil
}
