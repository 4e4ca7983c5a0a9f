// Package gpunodes holds what the local stack needs for nodes as on EKS Auto
// Mode: the NodeClass CustomResourceDefinition, the instance types that
// Karpenter launches, and the settings of Karpenter and KWOK.
//
// Nodes are simulated: objects in the API server that KWOK keeps Ready. Which
// of them exist is decided by Karpenter (see parts/karpenter).
package gpunodes
