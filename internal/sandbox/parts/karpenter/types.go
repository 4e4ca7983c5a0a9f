package main

import (
	"slices"

	"github.com/awslabs/operatorpkg/status"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// eksGroup is the API group of EKS Auto Mode and the domain of its labels.
const eksGroup = "eks.amazonaws.com"

// Conditions of a NodeClass; Ready follows from them.
const (
	subnetsReady         = "SubnetsReady"
	securityGroupsReady  = "SecurityGroupsReady"
	instanceProfileReady = "InstanceProfileReady"
	validationSucceeded  = "ValidationSucceeded"
)

// NodeClass is EKS Auto Mode's eks.amazonaws.com/v1 NodeClass, as far as
// Karpenter needs to know it: the CustomResourceDefinition checks the spec,
// and simulated instances use nothing of it.
type NodeClass struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   runtime.RawExtension `json:"spec,omitempty"`
	Status NodeClassStatus      `json:"status,omitempty"`
}

// NodeClassStatus is the status of a NodeClass.
type NodeClassStatus struct {
	Conditions []status.Condition `json:"conditions,omitempty"`
}

// NodeClassList is a list of NodeClasses.
type NodeClassList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []NodeClass `json:"items"`
}

func init() {
	// Karpenter looks node classes up in client-go's scheme.
	version := schema.GroupVersion{Group: eksGroup, Version: "v1"}
	metav1.AddToGroupVersion(scheme.Scheme, version)
	scheme.Scheme.AddKnownTypes(version, &NodeClass{}, &NodeClassList{})
}

// GetConditions implements status.Object.
func (n *NodeClass) GetConditions() []status.Condition { return n.Status.Conditions }

// SetConditions implements status.Object.
func (n *NodeClass) SetConditions(conditions []status.Condition) { n.Status.Conditions = conditions }

// StatusConditions implements status.Object.
func (n *NodeClass) StatusConditions(opts ...status.ForOption) status.ConditionSet {
	return status.NewReadyConditions(
		subnetsReady, securityGroupsReady, instanceProfileReady, validationSucceeded,
	).For(n, opts...)
}

// DeepCopyObject implements runtime.Object.
func (n *NodeClass) DeepCopyObject() runtime.Object {
	out := &NodeClass{TypeMeta: n.TypeMeta}
	n.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	n.Spec.DeepCopyInto(&out.Spec)
	out.Status.Conditions = slices.Clone(n.Status.Conditions)
	return out
}

// DeepCopyObject implements runtime.Object.
func (l *NodeClassList) DeepCopyObject() runtime.Object {
	out := &NodeClassList{TypeMeta: l.TypeMeta}
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	for i := range l.Items {
		out.Items = append(out.Items, *l.Items[i].DeepCopyObject().(*NodeClass))
	}
	return out
}
