package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Event is a Warning that a controller recorded about an object.
type Event struct {
	// Time is when it happened last.
	Time time.Time
	// Reason is the controller's own word, such as KEDAScalerFailed.
	Reason string
	// Message is the controller's own account.
	Message string
	// Count is how often it happened.
	Count int32
}

var eventResource = schema.GroupVersionResource{Version: "v1", Resource: "events"}

// Warnings reads the Warning events about an object that happened at or after
// since, newest first.
func (c *Client) Warnings(ctx context.Context, object *unstructured.Unstructured, since time.Time) ([]Event, error) {
	built, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		// Events of cluster-wide objects are kept here.
		namespace = metav1.NamespaceDefault
	}
	ctx, cancel := context.WithTimeout(ctx, eventsTimeout)
	defer cancel()
	selector := fields.Set{"involvedObject.uid": string(object.GetUID()), "type": corev1.EventTypeWarning}
	list, err := retry(ctx, func(ctx context.Context) (*unstructured.UnstructuredList, error) {
		return built.dynamic.Resource(eventResource).Namespace(namespace).List(ctx, metav1.ListOptions{FieldSelector: selector.String()})
	})
	if err != nil {
		return nil, fmt.Errorf("reading the events of %s: %w", RefOf(object), err)
	}
	var events []Event
	for _, item := range list.Items {
		var recorded corev1.Event
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(item.Object, &recorded); err != nil {
			return nil, fmt.Errorf("decoding an event of %s: %w", RefOf(object), err)
		}
		// The API server keeps whole seconds of the older times.
		if event := eventOf(recorded); !event.Time.Before(since.Truncate(time.Second)) {
			events = append(events, event)
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return b.Time.Compare(a.Time) })
	return events, nil
}

// eventOf reads either form: the older API counts in the event itself, the
// newer one in its series.
func eventOf(recorded corev1.Event) Event {
	event := Event{Reason: recorded.Reason, Message: recorded.Message, Count: max(recorded.Count, 1)}
	event.Time = recorded.EventTime.Time
	if recorded.LastTimestamp.After(event.Time) {
		event.Time = recorded.LastTimestamp.Time
	}
	if recorded.Series != nil {
		event.Count = max(event.Count, recorded.Series.Count)
		if recorded.Series.LastObservedTime.After(event.Time) {
			event.Time = recorded.Series.LastObservedTime.Time
		}
	}
	return event
}

// eventsTimeout bounds the reading of events. They help to explain a wait, and
// must not use up its time, or come after it has run out.
const eventsTimeout = 5 * time.Second

// lastWords reads an object's warnings for an error message. That they cannot
// be read must not hide the error itself.
func (c *Client) lastWords(ctx context.Context, object *unstructured.Unstructured, since time.Time) []Event {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eventsTimeout)
	defer cancel()
	events, err := c.Warnings(ctx, object, since)
	if err != nil {
		return nil
	}
	return events
}

// shownEvents bounds an error message.
const shownEvents = 5

func writeEvents(words *strings.Builder, events []Event) {
	if len(events) == 0 {
		return
	}
	words.WriteString("\nWarning events, newest first:")
	for i, event := range events {
		if i == shownEvents {
			fmt.Fprintf(words, "\n- and %d more", len(events)-shownEvents)
			return
		}
		fmt.Fprintf(words, "\n- %s: %s", event.Reason, event.Message)
	}
}
