package keda

import (
	"errors"
	"math"
	"testing"
)

func TestDesiredReplicas(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		load Load
		want int64
	}{
		"empty queue, scale to zero":     {Load{Metric: 0, Target: 5, Min: 0, Max: 10}, 0},
		"empty queue, a minimum":         {Load{Metric: 0, Target: 5, Min: 2, Max: 10}, 2},
		"one message starts one replica": {Load{Metric: 1, Target: 5, Min: 0, Max: 10}, 1},
		"exactly one target":             {Load{Metric: 5, Target: 5, Min: 0, Max: 10}, 1},
		"one more than a target":         {Load{Metric: 6, Target: 5, Min: 0, Max: 10}, 2},
		"fifty messages for five each":   {Load{Metric: 50, Target: 5, Min: 0, Max: 100}, 10},
		"the maximum holds":              {Load{Metric: 500, Target: 5, Min: 0, Max: 10}, 10},
		"the minimum holds":              {Load{Metric: 5, Target: 5, Min: 3, Max: 10}, 3},
		"minimum equals maximum":         {Load{Metric: 500, Target: 5, Min: 4, Max: 4}, 4},
		"fractions":                      {Load{Metric: 0.4, Target: 0.1, Min: 0, Max: 10}, 4},
		"1.1 / 0.1 is not above 11":      {Load{Metric: 1.1, Target: 0.1, Min: 0, Max: 100}, 11},
		"a metric below a thousandth":    {Load{Metric: 0.0001, Target: 5, Min: 0, Max: 10}, 1},
		"the smallest target":            {Load{Metric: 1, Target: 0.001, Min: 0, Max: 2000}, 1000},
		"a quotient beyond 64 bits":      {Load{Metric: 1e300, Target: 0.001, Min: 0, Max: 10}, 10},
		"the largest float":              {Load{Metric: math.MaxFloat64, Target: 1, Min: 0, Max: 10}, 10},
		"the largest maximum":            {Load{Metric: 1e12, Target: 1, Min: 0, Max: math.MaxInt32}, math.MaxInt32},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := DesiredReplicas(test.load)
			if err != nil {
				t.Fatal(err)
			}

			if got != test.want {
				t.Errorf("DesiredReplicas(%+v) = %d, want %d", test.load, got, test.want)
			}
		})
	}
}

func TestDesiredReplicasRefuses(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		load      Load
		wantField string
		wantError string
	}{
		"negative metric":         {Load{Metric: -1, Target: 5, Max: 10}, "Metric", "the metric is -1"},
		"metric is no number":     {Load{Metric: math.NaN(), Target: 5, Max: 10}, "Metric", "the metric is NaN"},
		"infinite metric":         {Load{Metric: math.Inf(1), Target: 5, Max: 10}, "Metric", "the metric is +Inf"},
		"target of zero":          {Load{Metric: 1, Target: 0, Max: 10}, "Target", "the target is 0"},
		"negative target":         {Load{Metric: 1, Target: -5, Max: 10}, "Target", "the target is -5"},
		"target rounds to zero":   {Load{Metric: 1, Target: 0.0004, Max: 10}, "Target", "0.001 or more"},
		"target is no number":     {Load{Metric: 1, Target: math.NaN(), Max: 10}, "Target", "the target is NaN"},
		"negative minimum":        {Load{Metric: 1, Target: 5, Min: -1, Max: 10}, "Min", "the minimum is -1"},
		"maximum of zero":         {Load{Metric: 1, Target: 5, Max: 0}, "Max", "the maximum is 0"},
		"maximum beyond 32 bits":  {Load{Metric: 1, Target: 5, Max: math.MaxInt32 + 1}, "Max", "32 bits"},
		"minimum exceeds maximum": {Load{Metric: 1, Target: 5, Min: 11, Max: 10}, "Min", "the minimum of 11 replicas exceeds the maximum of 10"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := DesiredReplicas(test.load)
			checkError(t, err, test.wantError)

			var loadErr *LoadError
			if !errors.As(err, &loadErr) || loadErr.Field != test.wantField {
				t.Errorf("error %#v, want one on field %s", err, test.wantField)
			}
		})
	}
}
