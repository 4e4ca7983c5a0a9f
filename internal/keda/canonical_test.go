package keda

import (
	"encoding/json"
	"testing"
)

// TestWritesWhatKEDAWrites encodes what KEDA's own Go types leave out, add or
// write in another way.
func TestWritesWhatKEDAWrites(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		spec     any
		expected string
	}{
		"false and empty texts of a trigger": {
			Trigger{EventSource: EventSource{Type: "cron", Name: new(Text("")), Metadata: map[string]string{}, UseCachedMetrics: new(Flag(false))}},
			`{"type":"cron","metadata":{}}`,
		},
		"true of a trigger": {
			Trigger{EventSource: EventSource{Type: "kafka", Name: new(Text("a")), Metadata: map[string]string{}, UseCachedMetrics: new(Flag(true))}},
			`{"type":"kafka","name":"a","metadata":{},"useCachedMetrics":true}`,
		},
		"quantity": {HPAScalingRules{Tolerance: new(Quantity("0.05"))}, `{"tolerance":"50m"}`},
		"secret of Vault": {
			VaultSecret{Parameter: "p", Path: "q", Key: "k"},
			`{"parameter":"p","path":"q","key":"k","pkiData":{}}`,
		},
		"quantities of a template": {
			PodTemplate(`{"spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":0.5}}}]}}`),
			`{"metadata":{},"spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":"500m"}}}]}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			encoded, err := json.Marshal(test.spec)
			if err != nil || string(encoded) != test.expected {
				t.Errorf("wrote %s: %v", encoded, err)
			}
		})
	}

	var secret VaultSecret
	if err := json.Unmarshal([]byte(`{"parameter":"p","pkiData":{}}`), &secret); err != nil || secret.PKIData != nil {
		t.Errorf("read %+v: %v", secret, err)
	}
}
