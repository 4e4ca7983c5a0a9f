package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/scheduling"
)

// instanceType is an instance type in the file of instance types.
type instanceType struct {
	Name string `json:"name"`
	// Labels become the type's requirements and its nodes' labels. A well-known
	// label that is neither here nor in AnyValue does not exist on the type.
	Labels map[string]string `json:"labels"`
	// AnyValue lists labels whose value is not known: every requirement on them
	// holds, and nodes do not get them.
	AnyValue []string `json:"anyValue,omitempty"`
	// Capacity is what a node of this type reports.
	Capacity corev1.ResourceList `json:"capacity"`
	// Reserved is the part of Capacity that pods cannot have.
	Reserved  corev1.ResourceList `json:"reserved"`
	Offerings []offering          `json:"offerings"`
}

// offering is one way to buy an instance type.
type offering struct {
	Zone         string `json:"zone"`
	CapacityType string `json:"capacityType"`
	// Price is in USD an hour. Karpenter takes the cheapest that fits.
	Price float64 `json:"price"`
}

// readInstanceTypes reads a JSON array of instance types. It refuses unknown
// fields, types without a name or an offering, and names that occur twice.
func readInstanceTypes(path string) ([]*cloudprovider.InstanceType, error) {
	if path == "" {
		return nil, errors.New("no file is named")
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseInstanceTypes(content)
}

func parseInstanceTypes(content []byte) ([]*cloudprovider.InstanceType, error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var parsed []instanceType
	if err := decoder.Decode(&parsed); err != nil {
		return nil, err
	}
	if len(parsed) == 0 {
		return nil, errors.New("the list is empty")
	}
	names := sets.New[string]()
	types := make([]*cloudprovider.InstanceType, 0, len(parsed))
	for i, it := range parsed {
		switch {
		case it.Name == "":
			return nil, fmt.Errorf("type %d has no name", i)
		case names.Has(it.Name):
			return nil, fmt.Errorf("%s is there twice", it.Name)
		case len(it.Offerings) == 0:
			return nil, fmt.Errorf("%s has no offering", it.Name)
		}
		names.Insert(it.Name)
		types = append(types, it.forKarpenter())
	}
	return types, nil
}

// forKarpenter converts the type. Karpenter asks that every well-known label
// has a requirement on every type.
func (it instanceType) forKarpenter() *cloudprovider.InstanceType {
	zones, capacityTypes := sets.New[string](), sets.New[string]()
	offerings := make(cloudprovider.Offerings, 0, len(it.Offerings))
	for _, o := range it.Offerings {
		zones.Insert(o.Zone)
		capacityTypes.Insert(o.CapacityType)
		offerings = append(offerings, &cloudprovider.Offering{
			Requirements: scheduling.NewRequirements(
				scheduling.NewRequirement(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, o.Zone),
				scheduling.NewRequirement(karpenterv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, o.CapacityType),
			),
			Price:     o.Price,
			Available: true,
		})
	}
	requirements := scheduling.NewRequirements(
		scheduling.NewRequirement(corev1.LabelInstanceTypeStable, corev1.NodeSelectorOpIn, it.Name),
		scheduling.NewRequirement(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, sets.List(zones)...),
		scheduling.NewRequirement(karpenterv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, sets.List(capacityTypes)...),
	)
	for _, key := range slices.Sorted(maps.Keys(it.Labels)) {
		requirements.Add(scheduling.NewRequirement(key, corev1.NodeSelectorOpIn, it.Labels[key]))
	}
	for _, key := range it.AnyValue {
		requirements.Add(scheduling.NewRequirement(key, corev1.NodeSelectorOpExists))
	}
	for _, key := range eksLabels {
		if !requirements.Has(key) {
			requirements.Add(scheduling.NewRequirement(key, corev1.NodeSelectorOpDoesNotExist))
		}
	}
	return &cloudprovider.InstanceType{
		Name:         it.Name,
		Requirements: requirements,
		Offerings:    offerings,
		Capacity:     it.Capacity,
		Overhead:     &cloudprovider.InstanceTypeOverhead{KubeReserved: it.Reserved},
	}
}
