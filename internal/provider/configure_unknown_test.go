package provider

import (
	"errors"
	"net"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// TestConfigureUnknown shows that nothing stands in for an unknown value.
func TestConfigureUnknown(t *testing.T) {
	t.Parallel()

	everywhere := map[string]string{"KUBE_HOST": "https://other", "KUBE_TOKEN": "t", "KUBE_CONFIG_PATH": "/k", "KUBECONFIG": "/k", "KUBE_CTX": "c"}

	tests := map[string]struct {
		config      object
		wantUnknown []string
		wantCluster []string
		wantAWS     []string
	}{
		"host":                {config: kubernetes(object{"host": unknown{}}), wantUnknown: []string{"kubernetes.host"}, wantCluster: []string{"kubernetes.host"}},
		"host, token known":   {config: kubernetes(object{"host": unknown{}, "token": "t"}), wantUnknown: []string{"kubernetes.host"}, wantCluster: []string{"kubernetes.host"}},
		"EKS cluster's name":  {config: kubernetes(object{"eks_cluster_name": unknown{}}), wantUnknown: []string{"kubernetes.eks_cluster_name"}, wantCluster: []string{"kubernetes.eks_cluster_name"}},
		"two values":          {config: kubernetes(object{"host": unknown{}, "cluster_ca_certificate": unknown{}}), wantUnknown: []string{"kubernetes.cluster_ca_certificate", "kubernetes.host"}, wantCluster: []string{"kubernetes.cluster_ca_certificate", "kubernetes.host"}},
		"a path in a list":    {config: kubernetes(object{"config_paths": []any{"/k", unknown{}, unknown{}}}), wantUnknown: []string{"kubernetes.config_paths"}, wantCluster: []string{"kubernetes.config_paths"}},
		"the whole block":     {config: object{"kubernetes": unknown{}}, wantUnknown: []string{"kubernetes"}, wantCluster: []string{"kubernetes"}},
		"an exec argument":    {config: kubernetes(object{"host": "https://h", "exec": object{"api_version": "client.authentication.k8s.io/v1", "command": "aws", "args": []any{unknown{}}}}), wantUnknown: []string{"kubernetes.exec.args"}, wantCluster: []string{"kubernetes.exec.args"}},
		"Region of EKS":       {config: object{"kubernetes": object{"eks_cluster_name": "x"}, "aws": object{"region": unknown{}}}, wantUnknown: []string{"aws.region"}, wantCluster: []string{"aws.region"}, wantAWS: []string{"aws.region"}},
		"Region beside host":  {config: object{"kubernetes": object{"host": "https://h"}, "aws": object{"region": unknown{}}}, wantUnknown: []string{"aws.region"}, wantAWS: []string{"aws.region"}},
		"a tag":               {config: object{"kubernetes": object{"host": "https://h"}, "aws": object{"default_tags": object{"Team": unknown{}}}}, wantUnknown: []string{"aws.default_tags"}, wantAWS: []string{"aws.default_tags"}},
		"field manager":       {config: object{"kubernetes": object{"host": "https://h"}, "field_manager": unknown{}}, wantUnknown: []string{"field_manager"}, wantCluster: []string{"field_manager"}},
		"force_conflicts":     {config: object{"kubernetes": object{"host": "https://h"}, "force_conflicts": unknown{}}, wantUnknown: []string{"force_conflicts"}, wantCluster: []string{"force_conflicts"}},
		"trigger validation":  {config: object{"kubernetes": object{"host": "https://h"}, "trigger_validation": unknown{}}, wantUnknown: []string{"trigger_validation"}},
		"nothing":             {config: object{"kubernetes": object{"host": "https://h"}}},
		"nothing, by default": {config: object{}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := configured(t, test.config, everywhere)
			if !slices.Equal(got.Unknown, test.wantUnknown) {
				t.Errorf("unknown: %q, want %q", got.Unknown, test.wantUnknown)
			}

			checkUnknown(t, "RequireCluster", got.RequireCluster(), test.wantCluster)
			checkUnknown(t, "RequireAWS", got.RequireAWS(), test.wantAWS)

			if got.IsUnknown("kubernetes") && !reflect.DeepEqual(got.Kubernetes, kube.Config{}) {
				t.Errorf("%v stands in for the unknown cluster", got.Kubernetes)
			}

			if got.IsUnknown("aws") && !reflect.DeepEqual(got.AWS, aws.Configuration{}) {
				t.Errorf("%+v stands in for the unknown settings", got.AWS)
			}
		})
	}
}

// checkUnknown fails the test unless the error names the attributes, or is nil
// where there are none.
func checkUnknown(t *testing.T, what string, err error, want []string) {
	t.Helper()

	if unknownErr, isUnknown := errors.AsType[*settings.UnknownError](err); isUnknown {
		if !slices.Equal(unknownErr.Attributes, want) || !strings.Contains(err.Error(), strings.Join(want, ", ")) {
			t.Errorf("%s: %v, want one that names %q", what, err, want)
		}
	} else if err != nil || want != nil {
		t.Errorf("%s: %v, want one that names %q", what, err, want)
	}
}

func TestRequireClusterWithoutOne(t *testing.T) {
	t.Parallel()

	if err := configured(t, object{}, nil).RequireCluster(); !errors.Is(err, settings.ErrNoCluster) {
		t.Errorf("got %v, want %v", err, settings.ErrNoCluster)
	}
}

func TestConfigureDefers(t *testing.T) {
	t.Parallel()

	resp := configure(t, kubernetes(object{"host": unknown{}}), nil, true)
	if resp.Deferred == nil || resp.Deferred.Reason != provider.DeferredReasonProviderConfigUnknown || resp.ResourceData != nil {
		t.Errorf("unknown, allowed: deferred %v with data %v", resp.Deferred, resp.ResourceData)
	}

	if resp := configure(t, kubernetes(object{"host": unknown{}}), nil, false); resp.Deferred != nil || resp.ResourceData == nil {
		t.Errorf("unknown, not allowed: deferred %v with data %v", resp.Deferred, resp.ResourceData)
	}

	if resp := configure(t, kubernetes(object{"host": "https://h"}), nil, true); resp.Deferred != nil || resp.ResourceData == nil {
		t.Errorf("known: deferred %v with data %v", resp.Deferred, resp.ResourceData)
	}
}

// TestConfigureNeverDials configures every address with a listener that nothing
// may connect to.
func TestConfigureNeverDials(t *testing.T) {
	t.Parallel()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	defer listener.Close()

	url := "http://" + listener.Addr().String()
	endpoints := object{"amp": url, "eks": url, "iam": url, "sqs": url, "sts": url}
	role := object{"role_arn": "arn:aws:iam::123456789012:role/x"}
	missing := filepath.Join(t.TempDir(), "missing")

	for _, kubernetes := range []object{
		{"host": url, "token": "t"},
		{"host": unknown{}, "token": "t"},
		{"eks_cluster_name": "x"},
		{"eks_cluster_name": unknown{}},
		{"config_path": missing},
		{"host": url, "exec": object{"api_version": "client.authentication.k8s.io/v1", "command": missing}},
	} {
		configured(t, object{"kubernetes": kubernetes, "aws": object{"region": "us-west-2", "endpoints": endpoints, "assume_role": role}}, nil)
	}

	// Connections are accepted in their order, so the test's own comes first
	// when there has been no other.
	own, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}

	defer own.Close()

	first, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}

	defer first.Close()

	if first.RemoteAddr().String() != own.LocalAddr().String() {
		t.Error("Configure has connected to a server")
	}
}
