package sandboxtest

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestMain stops the stack that the tests share.
func TestMain(m *testing.M) { Main(m) }

func TestEnvironmentMustNameACluster(t *testing.T) {
	for _, named := range []string{"KUBECONFIG", "EKS_CLUSTER_NAME"} {
		t.Setenv("KUBECONFIG", "")
		t.Setenv("EKS_CLUSTER_NAME", "")
		t.Setenv(named, "x")
		if _, err := ofEnvironment(t.Context()); err == nil || !strings.Contains(err.Error(), UseEnvironment) {
			t.Errorf("with %s alone: %v", named, err)
		}
	}
}

// A local stack's environment is one that names a cluster.
func TestEnvironmentNamesTheCluster(t *testing.T) {
	stack := Shared(t)
	if !stack.Local() {
		t.Skip("the stack is not local")
	}
	for name, value := range stack.local.Environment() {
		t.Setenv(name, value)
	}
	named, err := ofEnvironment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if named.Local() || named.Issuer != stack.Issuer || named.AccountID != stack.AccountID || named.ClusterName != stack.ClusterName {
		t.Errorf("got issuer %q, account %q, cluster %q", named.Issuer, named.AccountID, named.ClusterName)
	}
	if _, err := named.Kubernetes.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{}); err != nil {
		t.Error(err)
	}
}
