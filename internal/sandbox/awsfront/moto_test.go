package awsfront_test

import (
	"os"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
)

// motoPath returns the program moto_server.
func motoPath(t testing.TB) string {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("it starts moto; make test sets TF_ACC=1")
	}
	programs, err := parts.Ensure(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	return programs[parts.Moto]
}
