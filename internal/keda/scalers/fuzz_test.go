package scalers

import (
	"slices"
	"strconv"
	"testing"
)

// FuzzCheck checks that no metadata makes Check panic or report a problem
// without a place and an explanation, and that Check is deterministic.
func FuzzCheck(f *testing.F) {
	for _, s := range All() {
		for key, value := range minimal(s).Metadata {
			f.Add(s.Type, "Value", key, value, "extra", "0", uint8(0))
		}
	}
	f.Add("rabbitmq", "", "host", "amqp://%zz", "query.", "a", uint8(1))
	f.Add("activemq", "", "restAPITemplate", "http://h/:", "cloud", "Private", uint8(2))
	f.Add("aws-sqs-queue", "Utilization", "queueURL", "https://sqs.:/", "", "", uint8(4))
	f.Fuzz(func(t *testing.T, scaler, metricType, key, value, otherKey, otherValue string, bits uint8) {
		trigger := Trigger{Type: scaler, MetricType: metricType, Metadata: map[string]string{}}
		if known, ok := Lookup(scaler); ok {
			trigger = minimal(known)
			trigger.MetricType = metricType
		}
		trigger.Metadata[key] = value
		trigger.Metadata[otherKey] = otherValue
		trigger.Authentication = bits&1 != 0
		trigger.UseCachedMetrics = bits&2 != 0
		trigger.MetricSource = bits&4 != 0
		if bits&8 != 0 {
			delete(trigger.Metadata, key)
			trigger.Unknown = map[string]bool{key: true}
		}
		problems := Check(trigger)
		for _, problem := range problems {
			if problem.Path.Field == "" || problem.Summary == "" || problem.Detail == "" {
				t.Errorf("Check(%+v) gives a problem without a place or an explanation: %+v", trigger, problem)
			}
			if problem.Path.Key != "" && problem.Path.Field != FieldMetadata {
				t.Errorf("Check(%+v) gives a key outside the metadata: %+v", trigger, problem)
			}
		}
		if again := Check(trigger); !slices.Equal(problems, again) {
			t.Errorf("Check(%+v) = %+v, then %+v", trigger, problems, again)
		}
	})
}

// BenchmarkCheck1000 checks the triggers of 1,000 ScaledObjects.
func BenchmarkCheck1000(b *testing.B) {
	triggers := make([]Trigger, 1000)
	for i := range triggers {
		triggers[i] = sqs(map[string]string{"queueLength": strconv.Itoa(i + 1)})
	}
	for b.Loop() {
		for _, trigger := range triggers {
			if problems := Check(trigger); len(problems) > 0 {
				b.Fatal(problems)
			}
		}
	}
}
