package main

import (
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
)

// selfManagedDomain is the label domain of self-managed Karpenter on AWS, which
// EKS Auto Mode does not use.
const selfManagedDomain = "karpenter.k8s.aws"

// eksLabels are the labels of EKS Auto Mode's nodes that a NodePool or a pod may
// select on (EKS user guide, "Create a node pool for EKS Auto Mode").
var eksLabels = []string{
	eksGroup + "/compute-type",
	eksGroup + "/instance-hypervisor",
	eksGroup + "/instance-encryption-in-transit-supported",
	eksGroup + "/instance-category",
	eksGroup + "/instance-generation",
	eksGroup + "/instance-family",
	eksGroup + "/instance-size",
	eksGroup + "/instance-cpu",
	eksGroup + "/instance-cpu-manufacturer",
	eksGroup + "/instance-memory",
	eksGroup + "/instance-ebs-bandwidth",
	eksGroup + "/instance-network-bandwidth",
	eksGroup + "/instance-gpu-name",
	eksGroup + "/instance-gpu-manufacturer",
	eksGroup + "/instance-gpu-count",
	eksGroup + "/instance-gpu-memory",
	eksGroup + "/instance-local-nvme",
	eksGroup + "/capacity-reservation-id",
	eksGroup + "/capacity-reservation-type",
	eksGroup + "/capacity-reservation-interruptible",
}

func init() {
	karpenterv1.WellKnownLabels.Insert(eksLabels...)
	// Any other key of these domains fails the NodePool's validation. Without
	// the second domain, Karpenter would take a requirement that is spelt for
	// self-managed Karpenter as a custom label, and launch any type with it.
	karpenterv1.RestrictedLabelDomains.Insert(eksGroup, selfManagedDomain)
}
