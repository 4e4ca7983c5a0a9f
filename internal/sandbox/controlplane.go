package sandbox

import (
	"fmt"
	"path/filepath"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

// The control plane's flags are those proved by hand, and EKS's own defaults
// where they matter to scaling (the HPA's 15 s sync).

func (s *Stack) etcd() process.Spec {
	return process.Spec{
		Name: string(parts.Etcd),
		Args: []string{
			"--data-dir=" + s.path("etcd"),
			"--listen-client-urls=" + s.etcdURL(), "--advertise-client-urls=" + s.etcdURL(),
			fmt.Sprintf("--listen-peer-urls=http://127.0.0.1:%d", s.ports.etcdPeer),
			"--unsafe-no-fsync", // the data is thrown away with the stack
			"--log-level=warn",
		},
	}
}

func (s *Stack) etcdURL() string { return fmt.Sprintf("http://127.0.0.1:%d", s.ports.etcd) }

func (s *Stack) apiServer() process.Spec {
	pki := s.pkiPath
	return process.Spec{
		Name: string(parts.KubeAPIServer),
		Args: []string{
			"--etcd-servers=" + s.etcdURL(),
			"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", s.ports.apiServer),
			"--tls-cert-file=" + pki("apiserver.crt"), "--tls-private-key-file=" + pki("apiserver.key"),
			"--client-ca-file=" + pki("ca.crt"),
			"--kubelet-client-certificate=" + pki("apiserver-kubelet-client.crt"),
			"--kubelet-client-key=" + pki("apiserver-kubelet-client.key"),
			"--kubelet-preferred-address-types=InternalIP",
			"--service-account-key-file=" + pki("sa.key"),
			"--service-account-signing-key-file=" + pki("sa.key"),
			"--service-account-issuer=" + s.issuer,
			"--service-account-jwks-uri=" + s.apiServerURL() + "/openid/v1/jwks",
			"--api-audiences=" + s.issuer + ",https://kubernetes.default.svc",
			"--service-cluster-ip-range=" + serviceCIDR,
			"--authorization-mode=Node,RBAC",
			"--requestheader-client-ca-file=" + pki("front-proxy-ca.crt"),
			"--requestheader-allowed-names=front-proxy-client",
			"--requestheader-extra-headers-prefix=X-Remote-Extra-",
			"--requestheader-group-headers=X-Remote-Group",
			"--requestheader-username-headers=X-Remote-User",
			"--proxy-client-cert-file=" + pki("front-proxy-client.crt"),
			"--proxy-client-key-file=" + pki("front-proxy-client.key"),
			"--authentication-token-webhook-config-file=" + s.path("authn.kubeconfig"),
			"--authentication-token-webhook-version=v1",
			// EKS's access entries take effect within seconds, not after the default 2 minutes.
			"--authentication-token-webhook-cache-ttl=5s",
			"--egress-selector-config-file=" + s.path("egress.yaml"),
			"--allow-privileged",
			// The kubernetes Service would need an endpoint that is not loopback.
			"--endpoint-reconciler-type=none",
			// Nothing is served before start-up is over, and stopping need not drain.
			"--shutdown-delay-duration=0s",
		},
	}
}

func (s *Stack) apiServerURL() string { return fmt.Sprintf("https://127.0.0.1:%d", s.ports.apiServer) }

func (s *Stack) controllerManager() process.Spec {
	kubeconfig := s.path("controller-manager.kubeconfig")
	return process.Spec{
		Name: string(parts.KubeControllerManager),
		Args: []string{
			"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
			"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", s.ports.controllerManager),
			"--tls-cert-file=" + s.pkiPath("component.crt"), "--tls-private-key-file=" + s.pkiPath("component.key"),
			"--root-ca-file=" + s.pkiPath("ca.crt"),
			"--service-account-private-key-file=" + s.pkiPath("sa.key"),
			"--use-service-account-credentials", "--leader-elect=false", "--controllers=*",
			"--horizontal-pod-autoscaler-sync-period=15s",
			"--kube-api-qps=200", "--kube-api-burst=400", // EKS raises these limits with the cluster's size
		},
	}
}

func (s *Stack) scheduler() process.Spec {
	kubeconfig := s.path("scheduler.kubeconfig")
	return process.Spec{
		Name: string(parts.KubeScheduler),
		Args: []string{
			"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
			"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", s.ports.scheduler),
			"--tls-cert-file=" + s.pkiPath("component.crt"), "--tls-private-key-file=" + s.pkiPath("component.key"),
			"--leader-elect=false",
			"--kube-api-qps=200", "--kube-api-burst=400",
		},
	}
}

func (s *Stack) path(names ...string) string {
	return filepath.Join(append([]string{s.claim.dir}, names...)...)
}

func (s *Stack) pkiPath(name string) string { return s.path("pki", name) }
