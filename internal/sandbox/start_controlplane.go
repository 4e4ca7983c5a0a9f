package sandbox

import (
	"context"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/servicenet"
)

// startAPIServer starts etcd and the API server and waits until RBAC is
// bootstrapped: a controller manager that comes earlier exits, and a dead
// controller manager shows only as an HPA without targets.
func (s *Stack) startAPIServer(ctx context.Context) error {
	authn := &clientcmdapi.AuthInfo{}
	if err := s.writeKubeconfig("authn.kubeconfig", s.webhookURL(authnPath), s.ca, authn); err != nil {
		return err
	}
	egress, err := servicenet.EgressConfiguration(s.path(egressSocket))
	if err != nil {
		return fmt.Errorf("writing the egress configuration: %w", err)
	}
	if err := s.writeAll(map[string][]byte{"egress.yaml": egress}); err != nil {
		return err
	}
	if err := s.program(s.etcd()); err != nil {
		return err
	}
	if err := s.program(s.apiServer()); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", s.path("admin.kubeconfig"))
	if err != nil {
		return fmt.Errorf("reading the administrator's kubeconfig: %w", err)
	}
	config.QPS, config.Burst = -1, -1 // the API server's own fairness bounds it
	s.rest = config
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return s.supervisor.await(ctx, "the API server", func(ctx context.Context) error {
		if _, err := client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx); err != nil {
			return err
		}
		_, err := client.RbacV1().RoleBindings("kube-system").Get(ctx, "system::extension-apiserver-authentication-reader", metav1.GetOptions{})
		return err
	})
}

// startControllers starts what makes the API server a cluster.
func (s *Stack) startControllers() error {
	return errors.Join(s.program(s.controllerManager()), s.program(s.scheduler()))
}

// program starts one of the pinned programs with the stack's logs and an
// environment that holds nothing of the caller's.
func (s *Stack) program(spec process.Spec) error {
	spec.Path = s.programs[parts.Program(spec.Name)]
	spec.Log = s.path("logs", spec.Name+".log")
	spec.Dir = s.claim.dir
	spec.Env = append(spec.Env, "PATH=/usr/bin:/bin", "HOME="+s.claim.dir, "TMPDIR="+s.claim.dir)
	return s.supervisor.program(spec)
}
