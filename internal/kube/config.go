package kube

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Config says how one cluster is reached. It names exactly one source:
// EKSClusterName, Host, or KubeconfigPaths.
//
// A Config is fully resolved. This package reads no environment variable, so
// the caller decides what KUBE_HOST, KUBE_CONFIG_PATH, KUBECONFIG and their
// like mean, and must never fill a value that Terraform does not know yet from
// them: a plan would then read another cluster than the apply changes.
type Config struct {
	// EKSClusterName names an Amazon EKS cluster. Its endpoint, its certificate
	// authority and short-lived tokens come from EKS.
	EKSClusterName string
	// EKS answers for EKSClusterName, and is needed only with it.
	EKS EKS

	// Host is the URL of the API server, such as https://10.0.0.1:6443.
	Host string
	// CAData holds the PEM certificates that the API server's own must chain to.
	// Empty means the certificates that the operating system trusts.
	CAData []byte
	// TLSServerName is the name expected in the API server's certificate, where
	// it is not the one in Host.
	TLSServerName string
	// Insecure accepts any certificate. It excludes CAData.
	Insecure bool
	// Token is a bearer token.
	Token string
	// ClientCertData and ClientKeyData are a PEM key pair.
	ClientCertData, ClientKeyData []byte
	// Exec runs a credential plugin, such as `aws eks get-token`.
	Exec *Exec

	// KubeconfigPaths are files that are merged by kubectl's rules: the first
	// file that sets a value wins. Files that do not exist are passed over, as
	// kubectl does with KUBECONFIG, but one must exist.
	KubeconfigPaths []string
	// Context names a context of the kubeconfig. Empty means its current one.
	Context string

	// UserAgent names this program to the API server's audit log.
	UserAgent string
}

// Exec is a client-go credential plugin.
type Exec struct {
	// APIVersion is client.authentication.k8s.io/v1 or .../v1beta1.
	APIVersion string
	Command    string
	Args       []string
	Env        map[string]string
}

// ConfigError is a connection configuration that cannot work, whatever the
// state of the cluster.
type ConfigError struct {
	Reason string
	Err    error
}

func (e *ConfigError) Error() string {
	if e.Err == nil {
		return e.Reason
	}
	return e.Reason + ": " + e.Err.Error()
}

func (e *ConfigError) Unwrap() error { return e.Err }

// String describes the source and leaves every credential out, so that a
// Config may be printed.
func (c Config) String() string {
	switch {
	case c.EKSClusterName != "":
		return fmt.Sprintf("EKS cluster %q", c.EKSClusterName)
	case c.Host != "":
		return fmt.Sprintf("host %q", c.Host)
	case len(c.KubeconfigPaths) > 0:
		return fmt.Sprintf("kubeconfig %q, context %q", c.KubeconfigPaths, c.Context)
	}
	return "no cluster"
}

// GoString keeps credentials out of %#v.
func (c Config) GoString() string { return "kube.Config{" + c.String() + "}" }

// RESTConfig resolves the configuration. It contacts AWS when EKSClusterName is
// set, and never the API server. A configuration that cannot work gives a
// *ConfigError.
//
// Requests are not slowed down on this side (QPS -1): Terraform's -parallelism
// already bounds how many run at once, and the API server's priority and
// fairness answers 429 with Retry-After, which client-go obeys, when that is
// too much. client-go's default of 5 requests a second would make 200 objects
// take most of a minute.
func (c Config) RESTConfig(ctx context.Context) (*rest.Config, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	var (
		resolved *rest.Config
		err      error
	)
	switch {
	case c.EKSClusterName != "":
		resolved, err = c.fromEKS(ctx)
	case c.Host != "":
		resolved, err = c.fromHost()
	default:
		resolved, err = c.fromKubeconfig()
	}
	if err != nil {
		return nil, err
	}
	resolved.QPS = -1
	resolved.UserAgent = c.UserAgent
	return resolved, nil
}

func (c Config) check() error {
	var sources []string
	if c.EKSClusterName != "" {
		sources = append(sources, "an EKS cluster name")
	}
	if c.Host != "" {
		sources = append(sources, "a host")
	}
	if len(c.KubeconfigPaths) > 0 {
		sources = append(sources, "a kubeconfig")
	}
	switch {
	case len(sources) == 0:
		return &ConfigError{Reason: "no cluster is configured: give an EKS cluster name, a host or a kubeconfig"}
	case len(sources) > 1:
		return &ConfigError{Reason: "the cluster is configured twice, by " + strings.Join(sources, " and ") + ": keep one"}
	case c.EKSClusterName != "" && c.EKS == nil:
		return &ConfigError{Reason: "an EKS cluster name needs AWS, which is not configured"}
	case c.Insecure && len(c.CAData) > 0:
		return &ConfigError{Reason: "insecure and a CA certificate exclude each other: without verification the certificate is never used"}
	case (len(c.ClientCertData) > 0) != (len(c.ClientKeyData) > 0):
		return &ConfigError{Reason: "a client certificate and its key belong together: one of them is missing"}
	}
	return nil
}

func (c Config) fromHost() (*rest.Config, error) {
	resolved := &rest.Config{
		Host:        c.Host,
		BearerToken: c.Token,
		TLSClientConfig: rest.TLSClientConfig{
			Insecure:   c.Insecure,
			ServerName: c.TLSServerName,
			CAData:     c.CAData,
			CertData:   c.ClientCertData,
			KeyData:    c.ClientKeyData,
		},
	}
	if c.Exec != nil {
		resolved.ExecProvider = c.Exec.provider()
	}
	if _, _, err := rest.DefaultServerUrlFor(resolved); err != nil {
		return nil, &ConfigError{Reason: fmt.Sprintf("host %q is not the URL of an API server", c.Host), Err: err}
	}
	return resolved, nil
}

func (e *Exec) provider() *clientcmdapi.ExecConfig {
	provider := &clientcmdapi.ExecConfig{
		APIVersion: e.APIVersion,
		Command:    e.Command,
		Args:       e.Args,
		// Terraform owns the terminal.
		InteractiveMode: clientcmdapi.NeverExecInteractiveMode,
	}
	for name, value := range e.Env {
		provider.Env = append(provider.Env, clientcmdapi.ExecEnvVar{Name: name, Value: value})
	}
	return provider
}

func (c Config) fromKubeconfig() (*rest.Config, error) {
	found := false
	for _, path := range c.KubeconfigPaths {
		switch _, err := os.Stat(path); {
		case err == nil:
			found = true
		case !errors.Is(err, os.ErrNotExist):
			return nil, &ConfigError{Reason: fmt.Sprintf("kubeconfig %q cannot be read", path), Err: err}
		}
	}
	if !found {
		return nil, &ConfigError{Reason: fmt.Sprintf("no kubeconfig exists at %q", c.KubeconfigPaths)}
	}
	rules := &clientcmd.ClientConfigLoadingRules{Precedence: c.KubeconfigPaths}
	raw, err := rules.Load()
	if err != nil {
		return nil, &ConfigError{Reason: fmt.Sprintf("kubeconfig %q cannot be read", c.KubeconfigPaths), Err: err}
	}
	// Not the deferred loader: it falls back to the service account of the pod
	// that Terraform runs in, which is another cluster than the one asked for.
	resolved, err := clientcmd.NewNonInteractiveClientConfig(*raw, c.Context, &clientcmd.ConfigOverrides{}, rules).ClientConfig()
	if err != nil {
		return nil, &ConfigError{Reason: fmt.Sprintf("kubeconfig %q, context %q, cannot be used", c.KubeconfigPaths, c.Context), Err: err}
	}
	return resolved, nil
}
