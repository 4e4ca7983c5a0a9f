package sandboxtest

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
)

// KEDA is KEDA on the stack.
type KEDA struct {
	*Stack
	// RoleARN is the operator's role. It may nothing until Allow says so.
	RoleARN string
}

// sharedKEDA is KEDA on the shared stack.
var sharedKEDA struct {
	mu      sync.Mutex
	tried   bool
	failure error
	roleARN string
}

// SharedKEDA is Shared with KEDA installed, by the first test that asks. A test
// that removes or breaks KEDA uses Start and InstallKEDA instead.
func SharedKEDA(t testing.TB) *KEDA {
	t.Helper()
	s := Shared(t)
	sharedKEDA.mu.Lock()
	defer sharedKEDA.mu.Unlock()
	if !sharedKEDA.tried {
		sharedKEDA.tried = true
		sharedKEDA.failure = s.setUpKEDA(t.Context())
	}
	if sharedKEDA.failure != nil {
		t.Fatalf("installing KEDA for all tests: %v", sharedKEDA.failure)
	}
	return &KEDA{Stack: s, RoleARN: sharedKEDA.roleARN}
}

func (s *Stack) setUpKEDA(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "keda-test-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	sharedKEDA.roleARN, err = s.createServiceAccountRole(ctx, s.ClusterName+"-keda-operator", KEDANamespace, "keda-operator")
	if err != nil {
		return err
	}
	return s.installKEDA(ctx, dir, sharedKEDA.roleARN)
}

// cleanKEDA removes what SharedKEDA made, where it outlives the tests: a local
// stack's KEDA goes with the stack.
func (s *Stack) cleanKEDA() (err error) {
	sharedKEDA.mu.Lock()
	defer sharedKEDA.mu.Unlock()
	if s.Local() || !sharedKEDA.tried {
		return nil
	}
	dir, err := os.MkdirTemp("", "keda-test-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if sharedKEDA.failure == nil {
		err = s.uninstallKEDA(dir)
	}
	if sharedKEDA.roleARN != "" {
		err = errors.Join(err, s.deleteRole(context.Background(), sharedKEDA.roleARN))
	}
	return err
}
