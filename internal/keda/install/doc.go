// Package install installs and uninstalls KEDA: what has to happen around the
// Helm release, because KEDA is one of a kind in its cluster and because nobody
// but a running operator takes its finalizers off KEDA's objects. It knows
// nothing of Terraform.
package install
