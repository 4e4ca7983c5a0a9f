package main

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/scheduling"
)

// twoTypes has the form of the file that the stack writes.
const twoTypes = `[
  {
    "name": "g6.xlarge",
    "labels": {
      "kubernetes.io/arch": "amd64",
      "kubernetes.io/os": "linux",
      "eks.amazonaws.com/instance-family": "g6",
      "eks.amazonaws.com/instance-gpu-memory": "22888"
    },
    "anyValue": ["eks.amazonaws.com/instance-ebs-bandwidth"],
    "capacity": {"cpu": "4", "memory": "15155Mi", "pods": "110", "nvidia.com/gpu": "1"},
    "reserved": {"cpu": "80m", "memory": "1565Mi"},
    "offerings": [
      {"zone": "us-west-2a", "capacityType": "on-demand", "price": 0.8},
      {"zone": "us-west-2a", "capacityType": "spot", "price": 0.3}
    ]
  },
  {
    "name": "g6.12xlarge",
    "labels": {"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux"},
    "capacity": {"cpu": "48", "memory": "180Gi", "pods": "110", "nvidia.com/gpu": "4"},
    "reserved": {"cpu": "190m", "memory": "1565Mi"},
    "offerings": [{"zone": "us-west-2b", "capacityType": "on-demand", "price": 4.6}]
  }
]`

func TestParseInstanceTypes(t *testing.T) {
	t.Parallel()

	types, err := parseInstanceTypes([]byte(twoTypes))
	if err != nil {
		t.Fatal(err)
	}
	if len(types) != 2 {
		t.Fatalf("%d types, want 2", len(types))
	}
	it := types[0]
	if got := it.Allocatable(); got.Cpu().String() != "3920m" || got.Memory().String() != "13590Mi" {
		t.Errorf("allocatable is %s CPU and %s memory, want 3920m and 13590Mi", got.Cpu(), got.Memory())
	}
	if len(it.Offerings) != 2 || !it.Offerings[1].Available || it.Offerings[1].Price != 0.3 {
		t.Errorf("offerings are %+v", it.Offerings)
	}
	for _, key := range eksLabels {
		if !it.Requirements.Has(key) {
			t.Errorf("no requirement on the well-known label %s", key)
		}
	}
}

func TestRequirementsOfAType(t *testing.T) {
	t.Parallel()

	types, err := parseInstanceTypes([]byte(twoTypes))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		key    string
		op     corev1.NodeSelectorOperator
		values []string
		want   bool
	}{
		{"label that is equal", eksGroup + "/instance-family", corev1.NodeSelectorOpIn, []string{"g6"}, true},
		{"label that differs", eksGroup + "/instance-family", corev1.NodeSelectorOpIn, []string{"g5"}, false},
		{"number above the bound", eksGroup + "/instance-gpu-memory", corev1.NodeSelectorOpGt, []string{"20000"}, true},
		{"number below the bound", eksGroup + "/instance-gpu-memory", corev1.NodeSelectorOpGt, []string{"24000"}, false},
		{"label of unknown value", eksGroup + "/instance-ebs-bandwidth", corev1.NodeSelectorOpGt, []string{"1"}, true},
		{"label that the type lacks", eksGroup + "/instance-local-nvme", corev1.NodeSelectorOpGt, []string{"1"}, false},
		{"zone on offer", corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, []string{"us-west-2a"}, true},
		{"zone not on offer", corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, []string{"us-west-2b"}, false},
		{"capacity type not on offer", karpenterv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, []string{"reserved"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			wanted := scheduling.NewRequirements(scheduling.NewRequirement(test.key, test.op, test.values...))
			err := wanted.Compatible(types[0].Requirements, scheduling.AllowUndefinedWellKnownLabels)
			if (err == nil) != test.want {
				t.Errorf("compatible: %v, want %v (%v)", err == nil, test.want, err)
			}
		})
	}
}

func TestParseInstanceTypesRefuses(t *testing.T) {
	t.Parallel()

	for _, test := range []struct{ name, content, want string }{
		{"no JSON", `{`, "unexpected EOF"},
		{"unknown field", `[{"nam": "x"}]`, "unknown field"},
		{"nothing", `[]`, "empty"},
		{"no name", `[{"offerings": [{}]}]`, "no name"},
		{"no offering", `[{"name": "x"}]`, "no offering"},
		{"twice", `[{"name": "x", "offerings": [{}]}, {"name": "x", "offerings": [{}]}]`, "twice"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			_, err := parseInstanceTypes([]byte(test.content))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
		})
	}
}

func FuzzParseInstanceTypes(f *testing.F) {
	f.Add([]byte(twoTypes))
	f.Fuzz(func(t *testing.T, content []byte) {
		types, err := parseInstanceTypes(content)
		if err == nil && len(types) == 0 {
			t.Error("neither types nor an error")
		}
	})
}
