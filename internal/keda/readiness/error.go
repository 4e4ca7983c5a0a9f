package readiness

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// FailedError says that KEDA does not scale an object's target, and why as far
// as that is known.
type FailedError struct {
	Object kube.Ref
	// Account is what KEDA's status says.
	Account string
	// Causes say why in words, each with what to do.
	Causes []string
	// Events are Warnings about the object, newest first.
	Events []kube.Event
}

func (e *FailedError) Error() string {
	var words strings.Builder
	fmt.Fprintf(&words, "%s exists but does not scale: %s", e.Object, e.diagnosis())
	for i, event := range distinct(e.Events) {
		if i == 0 {
			words.WriteString("\nWarning events, newest first:")
		}
		fmt.Fprintf(&words, "\n- %s: %s", event.Reason, strings.TrimSpace(event.Message))
	}
	return words.String()
}

// diagnosis is what fails and why, without the events.
func (e *FailedError) diagnosis() string {
	return strings.Join(append([]string{strings.TrimSuffix(e.Account, ".") + "."}, e.Causes...), "\n")
}

// shownEvents bounds a message: the newest tell most.
const shownEvents = 3

// volatile is what differs in AWS messages that say the same.
var volatile = regexp.MustCompile(`RequestID: \S+|/\d{10,}`)

// distinct are the newest events that differ in what they say.
func distinct(events []kube.Event) []kube.Event {
	var shown []kube.Event
	for _, event := range events {
		repeats := slices.ContainsFunc(shown, func(other kube.Event) bool {
			return other.Reason == event.Reason && volatile.ReplaceAllString(other.Message, "") == volatile.ReplaceAllString(event.Message, "")
		})
		if !repeats && len(shown) < shownEvents {
			shown = append(shown, event)
		}
	}
	return shown
}
