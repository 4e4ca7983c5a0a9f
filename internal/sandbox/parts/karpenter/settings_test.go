package main

import (
	"testing"
	"time"

	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
)

func TestParseBootDelay(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		value   string
		want    time.Duration
		wantErr bool
	}{
		{"", 0, false},
		{"0s", 0, false},
		{"1m30s", 90 * time.Second, false},
		{"90", 0, true},
		{"-1s", 0, true},
	} {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()

			got, err := parseBootDelay(test.value)
			if (err != nil) != test.wantErr || got != test.want {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestRestrictedLabels(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		key     string
		allowed bool
	}{
		{eksGroup + "/instance-gpu-name", true},
		{eksGroup + "/instance-gpuname", false},
		{selfManagedDomain + "/instance-family", false},
		{"example.com/team", true},
	} {
		t.Run(test.key, func(t *testing.T) {
			t.Parallel()

			if err := karpenterv1.IsRestrictedLabel(test.key); (err == nil) != test.allowed {
				t.Errorf("allowed: %v, want %v", err == nil, test.allowed)
			}
		})
	}
}

func TestUnknownArgument(t *testing.T) {
	t.Parallel()

	if err := run([]string{"crd"}); err == nil {
		t.Error("an unknown argument was accepted")
	}
}
