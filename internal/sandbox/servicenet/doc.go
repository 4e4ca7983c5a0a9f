// Package servicenet stands for the local stack's cluster network: it finds the
// local process behind a Service, for programs of pods (Network.Service) and
// for the API server (Egress).
package servicenet
