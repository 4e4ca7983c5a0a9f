// Package awsresource is what the Terraform resources over AWS objects have in
// common: how they are configured, their tags, and how errors of AWS and of the
// provider's configuration reach the user.
package awsresource
