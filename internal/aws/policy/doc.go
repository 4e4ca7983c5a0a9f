// Package policy holds IAM policy documents as Go types: what the provider puts
// into roles and queues is built from them, and what a user writes is checked
// before it reaches AWS.
//
// The grammar is that of the IAM User Guide, "Grammar of the IAM JSON policy
// language".
package policy
