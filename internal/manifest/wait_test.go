package manifest

import (
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

func TestReady(t *testing.T) {
	t.Parallel()
	available := &waitFor{Conditions: []condition{{Type: "Available"}}}
	tests := map[string]struct {
		wait      *waitFor
		live      string
		want      string // progress, empty when done
		wantError bool
	}{
		"a condition that holds":   {wait: available, live: "status: {conditions: [{type: Available, status: 'True'}]}"},
		"a condition to come":      {wait: available, live: "status: {}", want: "condition Available is not there yet"},
		"a condition that fails":   {wait: available, live: "status: {conditions: [{type: Available, status: 'False', reason: Slow, message: wait}]}", want: "condition Available is False, not True (Slow: wait)"},
		"a reason alone":           {wait: available, live: "status: {conditions: [{type: Available, status: 'False', reason: Slow}]}", want: "condition Available is False, not True (Slow)"},
		"an old generation":        {wait: available, live: "metadata: {generation: 2}\nstatus: {observedGeneration: 1, conditions: [{type: Available, status: 'True'}]}", want: "its controller has not yet seen the change"},
		"a condition to be false":  {wait: &waitFor{Conditions: []condition{{Type: "Busy", Status: new("False")}}}, live: "status: {conditions: [{type: Busy, status: 'False'}]}"},
		"a field":                  {wait: &waitFor{Fields: map[string]string{"status.phase": "Running"}}, live: "status: {phase: Running}"},
		"a field of another value": {wait: &waitFor{Fields: map[string]string{"status.phase": "Running"}}, live: "status: {phase: Pending}", want: `field status.phase is "Pending", not "Running"`},
		"a field to come":          {wait: &waitFor{Fields: map[string]string{"status.phase": "*"}}, live: "status: {}", want: "field status.phase is not set yet"},
		"an empty field":           {wait: &waitFor{Fields: map[string]string{"status.phase": "*"}}, live: "status: {phase: ''}", want: `field status.phase is "", not "*"`},
		"a number":                 {wait: &waitFor{Fields: map[string]string{"status.ready": "3"}}, live: "status: {ready: 3}"},
		"a truth":                  {wait: &waitFor{Fields: map[string]string{"status.ready": "true"}}, live: "status: {ready: true}"},
		"an element":               {wait: &waitFor{Fields: map[string]string{"status.ingress[0].ip": "*"}}, live: "status: {ingress: [{ip: 10.0.0.1}]}"},
		"an element to come":       {wait: &waitFor{Fields: map[string]string{"status.ingress[0].ip": "*"}}, live: "status: {ingress: []}", want: "field status.ingress[0].ip is not set yet"},
		"all of several": {
			wait: &waitFor{Fields: map[string]string{"status.a": "1", "status.b": "1"}, Conditions: available.Conditions}, live: "status: {b: 1}",
			want: "condition Available is not there yet; field status.a is not set yet",
		},
		"a rollout": {
			wait: &waitFor{Rollout: new(true)},
			live: "spec: {replicas: 1}\nstatus: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: [{type: Available, status: 'True'}]}",
		},
		"a rollout that goes on": {
			wait: &waitFor{Rollout: new(true)}, live: "spec: {replicas: 1}\nstatus: {observedGeneration: 1, replicas: 1, updatedReplicas: 1}",
			want: "Available: 0/1",
		},
		"a rollout that failed": {
			wait: &waitFor{Rollout: new(true)}, wantError: true,
			live: "status: {observedGeneration: 1, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]}",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live, err := parse("apiVersion: apps/v1\nkind: Deployment\n" + test.live)
			if err != nil {
				t.Fatal(err)
			}
			predicate := ready(t.Context(), objectresource.ReadyRequest[model]{Model: model{WaitFor: test.wait}})
			done, progress, err := predicate(live)
			if (err != nil) != test.wantError || done != (test.want == "" && !test.wantError) || progress != test.want {
				t.Errorf("got %t, %q, %v, want %q", done, progress, err, test.want)
			}
		})
	}
	if ready(t.Context(), objectresource.ReadyRequest[model]{}) != nil {
		t.Error("something is waited for though nothing was asked for")
	}
}
