// Package kube is the lifecycle of one Kubernetes object of any kind: apply,
// read, compare, wait and delete, with errors that a person can act on.
//
// It knows nothing of Terraform.
package kube
