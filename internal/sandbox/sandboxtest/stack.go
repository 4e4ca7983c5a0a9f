// Package sandboxtest gives tests a cluster and an AWS account to work on, and
// what many of them do there.
//
// They run when TF_ACC is set, on a local stack. Where UseEnvironment is set
// they run on the cluster and account that the environment names instead.
package sandboxtest

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox"
)

// Stack is a Kubernetes cluster and an AWS account, with an administrator's
// clients. The cluster is an EKS cluster of the account.
type Stack struct {
	REST       *rest.Config
	Kubernetes kubernetes.Interface
	Dynamic    dynamic.Interface
	// Kubeconfig is the path of a file that leads to the cluster.
	Kubeconfig string

	AWS         aws.Config
	AccountID   string
	ClusterName string
	// Issuer is the URL of the cluster's OIDC issuer.
	Issuer string

	// local is nil for a cluster that the environment names.
	local *sandbox.Stack
}

// RequireAcceptance skips a test that needs a stack unless TF_ACC is set, as
// terraform-plugin-testing does.
func RequireAcceptance(t testing.TB) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("it needs a local stack; make acceptance sets TF_ACC=1")
	}
}

// Start starts a local stack for one test, which ends with it.
func Start(t testing.TB, options sandbox.Options) *Stack {
	t.Helper()
	RequireAcceptance(t)
	local, err := sandbox.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := local.Stop(); err != nil {
			t.Error(err)
		}
	})
	s, err := ofSandbox(local)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			s.dump(t)
		}
	})
	return s
}

func ofSandbox(local *sandbox.Stack) (*Stack, error) {
	env := local.Environment()
	s := &Stack{
		REST: local.REST(), Kubeconfig: env["KUBECONFIG"],
		AWS: local.AWS(), AccountID: sandbox.AccountID, ClusterName: env["EKS_CLUSTER_NAME"], Issuer: local.Issuer(),
		local: local,
	}
	if err := s.connect(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Stack) connect() (err error) {
	// Tests run in parallel and wait by polling: client-go's own limit of five
	// requests a second would be the slowest part of them.
	s.REST.QPS = -1
	if s.Kubernetes, err = kubernetes.NewForConfig(s.REST); err != nil {
		return err
	}
	s.Dynamic, err = dynamic.NewForConfig(s.REST)
	return err
}

// Local tells whether this is a local stack, which a test may break.
func (s *Stack) Local() bool { return s.local != nil }

// failed is closed when a part of a local stack has died.
func (s *Stack) failed() <-chan struct{} {
	if s.local == nil {
		return nil
	}
	return s.local.Failed()
}
