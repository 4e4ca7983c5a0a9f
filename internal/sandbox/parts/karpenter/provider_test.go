package main

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
)

func TestCheapest(t *testing.T) {
	t.Parallel()

	types, err := parseInstanceTypes([]byte(twoTypes))
	if err != nil {
		t.Fatal(err)
	}
	capacityType := func(values ...string) karpenterv1.NodeSelectorRequirementWithMinValues {
		return karpenterv1.NodeSelectorRequirementWithMinValues{
			Key: karpenterv1.CapacityTypeLabelKey, Operator: corev1.NodeSelectorOpIn, Values: values,
		}
	}
	for _, test := range []struct {
		name         string
		requirements []karpenterv1.NodeSelectorRequirementWithMinValues
		gpus         string
		wantType     string
		wantPrice    float64
	}{
		{"spot before on-demand", []karpenterv1.NodeSelectorRequirementWithMinValues{capacityType("spot", "on-demand")}, "1", "g6.xlarge", 0.3},
		{"on-demand alone", []karpenterv1.NodeSelectorRequirementWithMinValues{capacityType("on-demand")}, "1", "g6.xlarge", 0.8},
		{"more GPUs than the cheapest has", nil, "2", "g6.12xlarge", 4.6},
		{"more GPUs than any has", nil, "8", "", 0},
		{"capacity type that is not on offer", []karpenterv1.NodeSelectorRequirementWithMinValues{capacityType("reserved")}, "1", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			claim := &karpenterv1.NodeClaim{}
			claim.Spec.Requirements = test.requirements
			claim.Spec.Resources.Requests = corev1.ResourceList{"nvidia.com/gpu": resource.MustParse(test.gpus)}
			it, offering := (&provider{types: types}).cheapest(claim)
			switch {
			case test.wantType == "" && it != nil:
				t.Errorf("got %s, want none", it.Name)
			case test.wantType != "" && it == nil:
				t.Errorf("got none, want %s", test.wantType)
			case it != nil && (it.Name != test.wantType || offering.Price != test.wantPrice):
				t.Errorf("got %s at %v, want %s at %v", it.Name, offering.Price, test.wantType, test.wantPrice)
			}
		})
	}
}

func TestNewNode(t *testing.T) {
	t.Parallel()

	types, err := parseInstanceTypes([]byte(twoTypes))
	if err != nil {
		t.Fatal(err)
	}
	claim := &karpenterv1.NodeClaim{}
	claim.Labels = map[string]string{karpenterv1.NodePoolLabelKey: "gpu"}
	node := newNode(claim, types[0], types[0].Offerings[1])

	for key, want := range map[string]string{
		karpenterv1.NodePoolLabelKey:         "gpu",
		karpenterv1.CapacityTypeLabelKey:     "spot",
		corev1.LabelTopologyZone:             "us-west-2a",
		corev1.LabelInstanceTypeStable:       "g6.xlarge",
		corev1.LabelHostname:                 node.Name,
		eksGroup + "/instance-family":        "g6",
		eksGroup + "/instance-ebs-bandwidth": "",
	} {
		if got := node.Labels[key]; got != want {
			t.Errorf("label %s is %q, want %q", key, got, want)
		}
	}
	if node.Annotations[kwokAnnotation] != kwokAnnotationValue {
		t.Error("KWOK would not keep this node alive")
	}
	if node.Spec.ProviderID != providerIDPrefix+node.Name {
		t.Errorf("provider ID %q does not name the node %s", node.Spec.ProviderID, node.Name)
	}
	if len(claim.Labels) != 1 {
		t.Errorf("the claim's own labels were changed: %v", claim.Labels)
	}
	if got := node.Status.Allocatable["nvidia.com/gpu"]; got.Value() != 1 {
		t.Errorf("%s GPUs allocatable, want 1", got.String())
	}
}
