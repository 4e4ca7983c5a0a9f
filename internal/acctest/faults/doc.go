// Package faults stands between a provider and its AWS and its API server, as
// two reverse proxies on loopback, and lets go wrong what goes wrong on the way
// there: throttling, errors of the service, broken connections, answers of a
// copy that is behind, and a provider that is killed as soon as a write is done.
//
// Both proxies of a provider count its calls in one sequence, so that a test can
// disturb every call in turn without knowing what they are.
package faults
