// Package objectresource is the one Terraform resource over a Kubernetes
// object. A kind is a [Descriptor]; creating, reading, planning, updating,
// deleting and importing are the same for all.
//
// What a user may rely on:
//   - A plan contacts nothing for an object that does not exist.
//   - Drift is shown for what the configuration sets, and for nothing else.
//   - State is kept as soon as the object exists. An object that does not become
//     ready is an error. After a create, Terraform marks such an object as
//     tainted, which no provider can prevent, and replaces it at the next apply;
//     after `terraform untaint`, or after an update, the next apply waits again.
//   - Nothing of others is taken over unasked: neither an object nor a field.
package objectresource
