package kube

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type noEKS struct{}

func (noEKS) Cluster(context.Context, string) (ClusterInfo, error) {
	return ClusterInfo{}, errors.New("no AWS")
}
func (noEKS) Token(context.Context, string) (Token, error) { return Token{}, errors.New("no AWS") }

const kubeconfig = `apiVersion: v1
kind: Config
current-context: first
contexts:
- {name: first, context: {cluster: one, user: u}}
- {name: second, context: {cluster: two, user: u}}
clusters:
- {name: one, cluster: {server: "https://one.example.test"}}
- {name: two, cluster: {server: "https://two.example.test"}}
users:
- {name: u, user: {token: hush}}
`

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConfigRefuses(t *testing.T) {
	t.Parallel()
	good := writeFile(t, kubeconfig)
	for name, test := range map[string]struct {
		config Config
		want   string
	}{
		"nothing":          {Config{}, "no cluster is configured"},
		"two sources":      {Config{Host: "https://x", KubeconfigPaths: []string{good}}, "a host and a kubeconfig"},
		"three sources":    {Config{EKSClusterName: "c", EKS: noEKS{}, Host: "https://x", KubeconfigPaths: []string{good}}, "an EKS cluster name and a host and a kubeconfig"},
		"EKS without AWS":  {Config{EKSClusterName: "c"}, "needs AWS"},
		"insecure with CA": {Config{Host: "https://x", Insecure: true, CAData: []byte("x")}, "exclude each other"},
		"half a pair":      {Config{Host: "https://x", ClientCertData: []byte("x")}, "belong together"},
		"no URL":           {Config{Host: "https://x:y:z"}, "not the URL"},
		"no file":          {Config{KubeconfigPaths: []string{good + "-not"}}, "no kubeconfig exists"},
		"no context":       {Config{KubeconfigPaths: []string{good}, Context: "third"}, "third"},
		"no YAML":          {Config{KubeconfigPaths: []string{writeFile(t, "]hush[")}}, "cannot be read"},
		"no cluster":       {Config{KubeconfigPaths: []string{writeFile(t, "apiVersion: v1\nkind: Config\n")}}, "cannot be used"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.config.RESTConfig(t.Context())
			if _, ok := errors.AsType[*ConfigError](err); !ok {
				t.Fatalf("got %v, want a *ConfigError", err)
			}
			mustContain(t, err.Error(), test.want)
		})
	}
}

func TestConfigFromKubeconfig(t *testing.T) {
	t.Parallel()
	path := writeFile(t, kubeconfig)
	for context, host := range map[string]string{"": "https://one.example.test", "second": "https://two.example.test"} {
		resolved, err := Config{KubeconfigPaths: []string{path + "-not", path}, Context: context}.RESTConfig(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if resolved.Host != host || resolved.BearerToken != "hush" || resolved.QPS != -1 {
			t.Errorf("context %q: host %s, QPS %v", context, resolved.Host, resolved.QPS)
		}
	}
}

func TestConfigFromHost(t *testing.T) {
	t.Parallel()
	resolved, err := Config{
		Host: "https://x.example.test", Token: "t", TLSServerName: "y", CAData: []byte("ca"), UserAgent: "agent",
		Exec: &Exec{APIVersion: "client.authentication.k8s.io/v1", Command: "aws", Args: []string{"eks"}, Env: map[string]string{"A": "b"}},
	}.RESTConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if resolved.ServerName != "y" || resolved.UserAgent != "agent" || resolved.ExecProvider.Command != "aws" || resolved.ExecProvider.Env[0].Name != "A" {
		t.Errorf("resolved to %s %s %v", resolved.ServerName, resolved.UserAgent, resolved.ExecProvider)
	}
}

func TestConfigPrintsNoCredentials(t *testing.T) {
	t.Parallel()
	config := Config{
		Host: "https://x", Token: "hush", ClientCertData: []byte("hush"), ClientKeyData: []byte("hush"),
		Exec: &Exec{Args: []string{"hush"}, Env: map[string]string{"A": "hush"}},
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, value := range []any{config, &config, struct{ C Config }{config}} {
			if text := fmt.Sprintf(format, value); strings.Contains(text, "hush") || strings.Contains(text, "104 117") {
				t.Errorf("%s prints %s", format, text)
			}
		}
	}
}
