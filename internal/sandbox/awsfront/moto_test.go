package awsfront_test

import (
	"os"
	"os/exec"
	"testing"
)

// motoPath returns the program moto_server.
func motoPath(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("KEDA_SANDBOX_MOTO_SERVER"); path != "" {
		return path
	}
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Fatal("moto_server is not on PATH, and KEDA_SANDBOX_MOTO_SERVER does not name it")
	}
	return path
}
