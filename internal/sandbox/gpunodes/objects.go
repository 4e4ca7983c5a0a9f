package gpunodes

import (
	_ "embed" // for the CustomResourceDefinition

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// NodeClassCRD is the CustomResourceDefinition of eks.amazonaws.com/v1
// NodeClass, as YAML. Those of Karpenter are printed by its program, called
// with the argument "crds".
//
//go:embed eks.amazonaws.com_nodeclasses.yaml
var NodeClassCRD []byte

// SystemNodeName is the name of the node that SystemNode returns.
const SystemNodeName = "system-0"

// kwokAnnotation makes KWOK keep a node Ready.
const kwokAnnotation = "kwok.x-k8s.io/node"

// DefaultNodeClass is the NodeClass that EKS Auto Mode creates together with
// its built-in node pools. It needs the CustomResourceDefinition.
func DefaultNodeClass(clusterName string) *unstructured.Unstructured {
	byCluster := []any{map[string]any{"tags": map[string]any{"aws:eks:cluster-name": clusterName}}}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "eks.amazonaws.com/v1",
		"kind":       "NodeClass",
		"metadata":   map[string]any{"name": "default"},
		"spec": map[string]any{
			"role":                       "AmazonEKSAutoNodeRole",
			"subnetSelectorTerms":        byCluster,
			"securityGroupSelectorTerms": byCluster,
		},
	}}
}

// SystemNode is a node of 32 vCPU and 128 GiB without GPU, always there. It
// stands for EKS Auto Mode's built-in general-purpose node pool, whose CPU
// instance types the catalogue does not have: pods that need no GPU, such as
// KEDA's, run on it. It has no NodePool label: Karpenter would wait for its
// NodeClaim for ever. Create it with a plain create call: its status counts.
func SystemNode(region string) *corev1.Node {
	capacity := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("32"),
		corev1.ResourceMemory:           resource.MustParse("128Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("80Gi"),
		corev1.ResourcePods:             resource.MustParse("250"),
	}
	return &corev1.Node{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        SystemNodeName,
			Annotations: map[string]string{kwokAnnotation: "fake"},
			Labels: map[string]string{
				corev1.LabelHostname:           SystemNodeName,
				corev1.LabelArchStable:         "amd64",
				corev1.LabelOSStable:           "linux",
				corev1.LabelInstanceTypeStable: "m5.8xlarge",
				corev1.LabelTopologyRegion:     region,
				corev1.LabelTopologyZone:       zones(region)[0],
				labelDomain + "compute-type":   "auto",
			},
		},
		Status: corev1.NodeStatus{Capacity: capacity, Allocatable: capacity.DeepCopy()},
	}
}

// zones returns the three Availability Zones that the stack's Region has.
func zones(region string) []string {
	return []string{region + "a", region + "b", region + "c"}
}
