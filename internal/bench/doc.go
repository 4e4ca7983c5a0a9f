// Package bench holds the benchmarks that `make bench` runs: how long the real
// Terraform takes to plan, apply, plan again and destroy many ScaledObjects with
// this provider against a real API server, as a ratio to what Terraform itself
// needs for as many terraform_data in the same run, with the processor time of
// either program; and what each call of Terraform for one object costs in the
// provider alone.
package bench
