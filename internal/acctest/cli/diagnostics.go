package cli

import (
	"encoding/json"
	"iter"
	"strings"
)

// Diagnostic is an error or a warning of a command that was run with -json.
type Diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	// Address is the resource's that it is about, if it is about one.
	Address string `json:"address"`
}

// Errors are the errors of a command that was run with -json.
func (r Result) Errors() []Diagnostic {
	var found []Diagnostic
	for message := range r.messages() {
		if message.Diagnostic != nil && message.Diagnostic.Severity == "error" {
			found = append(found, *message.Diagnostic)
		}
	}
	return found
}

// Failed are the addresses of the resources that an apply with -json could not
// change.
func (r Result) Failed() []string {
	var found []string
	for message := range r.messages() {
		if message.Type == "apply_errored" {
			found = append(found, message.Hook.Resource.Addr)
		}
	}
	return found
}

// Planned are the addresses of the resources that a plan with -json would
// change.
func (r Result) Planned() []string {
	var found []string
	for message := range r.messages() {
		if message.Type == "planned_change" {
			found = append(found, message.Change.Resource.Addr)
		}
	}
	return found
}

// message is one line of a command that was run with -json:
// https://developer.hashicorp.com/terraform/internals/machine-readable-ui.
type message struct {
	Type         string      `json:"type"`
	Diagnostic   *Diagnostic `json:"diagnostic"`
	Hook, Change struct {
		Resource struct {
			Addr string `json:"addr"`
		} `json:"resource"`
	}
}

func (r Result) messages() iter.Seq[message] {
	return func(yield func(message) bool) {
		for line := range strings.Lines(r.Stdout) {
			var next message
			// What is no JSON is no message, such as a panic's.
			if json.Unmarshal([]byte(line), &next) == nil && !yield(next) {
				return
			}
		}
	}
}
