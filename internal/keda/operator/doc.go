// Package operator is the resource keda_operator: KEDA itself, as a release of
// its Helm chart.
package operator
