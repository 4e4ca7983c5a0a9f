// Package keda holds KEDA's objects as Terraform resources. Each is a schema of
// the object's fields, a spec of native Go types with the same names, and rules:
// what KEDA, Kubernetes or the HPA would refuse later or silently ignore is an
// error of the plan, on the attribute at fault. A rule whose inputs are not
// known yet waits for them. The resources themselves are of package
// objectresource.
package keda
