package awsfront_test

import (
	"os"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// motoPath returns the program moto_server.
func motoPath(t testing.TB) string {
	t.Helper()
	sandboxtest.RequireAcceptance(t)
	programs, err := parts.Ensure(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	return programs[parts.Moto]
}
