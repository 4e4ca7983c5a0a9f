// Package eks holds the Terraform resources for Amazon EKS: IAM roles of service
// accounts, and GPU node pools of EKS Auto Mode.
package eks
