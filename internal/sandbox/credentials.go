package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/pki"
)

const serviceCIDR = "10.96.0.0/16"

var loopback = net.ParseIP("127.0.0.1")

// writeCredentials makes every key, certificate and kubeconfig of the control
// plane. They are new for each stack and are removed with it.
func (s *Stack) writeCredentials() error {
	ca, err := pki.NewAuthority("sandbox-ca")
	if err != nil {
		return err
	}
	frontProxy, err := pki.NewAuthority("sandbox-front-proxy-ca")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.path("pki"), 0o700); err != nil {
		return err
	}
	s.ca = ca.CertPEM()
	s.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.authorities(), MinVersion: tls.VersionTLS12}}}
	if err := s.writeAll(map[string][]byte{"pki/ca.crt": s.ca, "pki/front-proxy-ca.crt": frontProxy.CertPEM()}); err != nil {
		return err
	}

	server := pki.Request{CommonName: "kube-apiserver", IPs: []net.IP{loopback, net.ParseIP("10.96.0.1")}, DNSNames: []string{
		"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
	}}
	for _, c := range []struct {
		file    string
		ca      *pki.Authority
		request pki.Request
	}{
		{"apiserver", ca, server},
		{"component", ca, pki.Request{CommonName: "component", IPs: []net.IP{loopback}}},
		{"apiserver-kubelet-client", ca, pki.Request{CommonName: "kube-apiserver-kubelet-client"}},
		{"front-proxy-client", frontProxy, pki.Request{CommonName: "front-proxy-client"}},
	} {
		pair, err := c.ca.Issue(c.request)
		if err != nil {
			return err
		}
		if err := s.writeAll(map[string][]byte{"pki/" + c.file + ".crt": pair.CertPEM, "pki/" + c.file + ".key": pair.KeyPEM}); err != nil {
			return err
		}
	}
	for file, identity := range map[string]pki.Request{
		"admin.kubeconfig":              {CommonName: "sandbox-admin", Organizations: []string{"system:masters"}},
		"controller-manager.kubeconfig": {CommonName: "system:kube-controller-manager"},
		"scheduler.kubeconfig":          {CommonName: "system:kube-scheduler"},
	} {
		pair, err := ca.Issue(identity)
		if err != nil {
			return err
		}
		if err := s.writeKubeconfig(file, s.apiServerURL(), s.ca, &clientcmdapi.AuthInfo{
			ClientCertificateData: pair.CertPEM, ClientKeyData: pair.KeyPEM,
		}); err != nil {
			return err
		}
	}
	if err := s.writeServiceAccountKey(); err != nil {
		return err
	}
	s.webhookCert, err = ca.Issue(pki.Request{CommonName: "sandbox-webhooks", IPs: []net.IP{loopback}})
	if err != nil {
		return err
	}
	s.nodeCert, err = ca.Issue(pki.Request{CommonName: "system:node:sandbox", IPs: []net.IP{loopback}})
	return err
}

// writeServiceAccountKey makes an RSA key, because EKS signs service account
// tokens with RS256 and IAM accepts nothing else.
func (s *Stack) writeServiceAccountKey() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("making the service account key: %w", err)
	}
	pem, err := pki.KeyPEM(key)
	if err != nil {
		return err
	}
	return s.writeAll(map[string][]byte{"pki/sa.key": pem})
}

func (s *Stack) writeKubeconfig(file, server string, ca []byte, who *clientcmdapi.AuthInfo) error {
	config := clientcmdapi.NewConfig()
	config.Clusters[s.options.Name] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: ca}
	config.AuthInfos[s.options.Name] = who
	config.Contexts[s.options.Name] = &clientcmdapi.Context{Cluster: s.options.Name, AuthInfo: s.options.Name}
	config.CurrentContext = s.options.Name
	if err := clientcmd.WriteToFile(*config, s.path(file)); err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}

// writeAll writes files of the stack's folder, readable by their owner alone.
func (s *Stack) writeAll(files map[string][]byte) error {
	for name, content := range files {
		if err := os.WriteFile(s.path(name), content, 0o600); err != nil {
			return fmt.Errorf("writing the stack's files: %w", err)
		}
	}
	return nil
}
