package provider

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// userAgent is what configure makes of its request.
const userAgent = "terraform-provider-keda/test Terraform/1.11.4"

// configure asks the provider as Terraform does.
func configure(t *testing.T, config object, environment map[string]string, deferral bool) provider.ConfigureResponse {
	t.Helper()

	req := provider.ConfigureRequest{
		TerraformVersion:   "1.11.4",
		Config:             tfsdk.Config{Schema: providerSchema(t).Schema, Raw: configValue(t, config)},
		ClientCapabilities: provider.ConfigureProviderClientCapabilities{DeferralAllowed: deferral},
	}

	var resp provider.ConfigureResponse

	newTestProvider(environment).Configure(t.Context(), req, &resp)

	return resp
}

// configured returns the settings of a configuration without mistakes.
func configured(t *testing.T, config object, environment map[string]string) *settings.Settings {
	t.Helper()

	resp := configure(t, config, environment, false)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}

	resolved, ok := resp.ResourceData.(*settings.Settings)
	if !ok || resp.DataSourceData != resp.ResourceData || resp.EphemeralResourceData != resp.ResourceData {
		t.Fatalf("resources, data sources and ephemeral resources get %v, %v and %v", resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData)
	}

	return resolved
}

func TestConfigureKubernetes(t *testing.T) {
	t.Setenv("HOME", "/home/user")

	pair := testKeyPairs()[0]

	tests := map[string]struct {
		kubernetes  object
		environment map[string]string
		want        kube.Config
	}{
		"nothing":                        {},
		"EKS":                            {kubernetes: object{"eks_cluster_name": "x"}, environment: map[string]string{"KUBE_HOST": "https://other", "KUBE_TOKEN": "t", "KUBECONFIG": "/k", "KUBE_CTX": "c"}, want: kube.Config{EKSClusterName: "x"}},
		"kubeconfig":                     {kubernetes: object{"config_path": "~/.kube/config", "config_context": "c"}, want: kube.Config{KubeconfigPaths: []string{"/home/user/.kube/config"}, Context: "c"}},
		"kubeconfig keeps its user":      {kubernetes: object{"config_path": "/k"}, environment: map[string]string{"KUBE_HOST": "https://other", "KUBE_TOKEN": "t", "KUBE_CTX": "c"}, want: kube.Config{KubeconfigPaths: []string{"/k"}, Context: "c"}},
		"context of the configuration":   {kubernetes: object{"config_path": "/k", "config_context": "mine"}, environment: map[string]string{"KUBE_CTX": "c"}, want: kube.Config{KubeconfigPaths: []string{"/k"}, Context: "mine"}},
		"kubeconfigs":                    {kubernetes: object{"config_paths": []any{"/k", "~"}}, want: kube.Config{KubeconfigPaths: []string{"/k", "/home/user"}}},
		"host":                           {kubernetes: object{"host": "https://h", "token": "t", "cluster_ca_certificate": pair.certificate, "tls_server_name": "n"}, want: kube.Config{Host: "https://h", Token: "t", CAData: []byte(pair.certificate), TLSServerName: "n"}},
		"insecure host":                  {kubernetes: object{"host": "https://h", "insecure": true}, environment: map[string]string{"KUBE_CLUSTER_CA_CERT_DATA": pair.certificate}, want: kube.Config{Host: "https://h", Insecure: true}},
		"CA beats KUBE_INSECURE":         {kubernetes: object{"host": "https://h", "cluster_ca_certificate": pair.certificate}, environment: map[string]string{"KUBE_INSECURE": "true"}, want: kube.Config{Host: "https://h", CAData: []byte(pair.certificate)}},
		"client certificate":             {kubernetes: object{"host": "https://h", "client_certificate": pair.certificate, "client_key": pair.key}, environment: map[string]string{"KUBE_TOKEN": "t"}, want: kube.Config{Host: "https://h", ClientCertData: []byte(pair.certificate), ClientKeyData: []byte(pair.key)}},
		"exec":                           {kubernetes: object{"host": "https://h", "exec": object{"api_version": "client.authentication.k8s.io/v1", "command": "aws", "args": []any{"eks"}, "env": object{"A": "b"}}}, environment: map[string]string{"KUBE_TOKEN": "t"}, want: kube.Config{Host: "https://h", Exec: &kube.Exec{APIVersion: "client.authentication.k8s.io/v1", Command: "aws", Args: []string{"eks"}, Env: map[string]string{"A": "b"}}}},
		"host, rest from environment":    {kubernetes: object{"host": "https://h"}, environment: map[string]string{"KUBE_TOKEN": "t", "KUBE_CLUSTER_CA_CERT_DATA": pair.certificate, "KUBE_TLS_SERVER_NAME": "n", "KUBE_CTX": "c", "KUBECONFIG": "/k"}, want: kube.Config{Host: "https://h", Token: "t", CAData: []byte(pair.certificate), TLSServerName: "n"}},
		"certificate from environment":   {kubernetes: object{"host": "https://h"}, environment: map[string]string{"KUBE_CLIENT_CERT_DATA": pair.certificate, "KUBE_CLIENT_KEY_DATA": pair.key, "KUBE_INSECURE": "true"}, want: kube.Config{Host: "https://h", Insecure: true, ClientCertData: []byte(pair.certificate), ClientKeyData: []byte(pair.key)}},
		"token, host from environment":   {kubernetes: object{"token": "t"}, environment: map[string]string{"KUBE_HOST": "https://h"}, want: kube.Config{Host: "https://h", Token: "t"}},
		"KUBE_HOST":                      {environment: map[string]string{"KUBE_HOST": "https://h", "KUBE_CONFIG_PATH": "/k", "KUBECONFIG": "/k"}, want: kube.Config{Host: "https://h"}},
		"KUBE_CONFIG_PATH":               {environment: map[string]string{"KUBE_CONFIG_PATH": "~/k", "KUBE_CONFIG_PATHS": "/l", "KUBECONFIG": "/m", "KUBE_CTX": "c"}, want: kube.Config{KubeconfigPaths: []string{"/home/user/k"}, Context: "c"}},
		"KUBE_CONFIG_PATHS":              {environment: map[string]string{"KUBE_CONFIG_PATHS": "/l:/m", "KUBECONFIG": "/n"}, want: kube.Config{KubeconfigPaths: []string{"/l", "/m"}}},
		"KUBECONFIG":                     {kubernetes: object{}, environment: map[string]string{"KUBECONFIG": "/m::/n"}, want: kube.Config{KubeconfigPaths: []string{"/m", "/n"}}},
		"a context asks for KUBECONFIG":  {kubernetes: object{"config_context": "c"}, environment: map[string]string{"KUBE_HOST": "https://h", "KUBECONFIG": "/m"}, want: kube.Config{KubeconfigPaths: []string{"/m"}, Context: "c"}},
		"the environment's context only": {environment: map[string]string{"KUBE_CTX": "c", "KUBE_TOKEN": "t"}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.want.UserAgent = userAgent

			got := configured(t, kubernetes(test.kubernetes), test.environment).Kubernetes
			if byName := got.EKSClusterName != ""; byName != (got.EKS != nil) {
				t.Errorf("EKS answers: %t, the cluster is named: %t", got.EKS != nil, byName)
			}

			got.EKS = nil
			if !reflect.DeepEqual(got, test.want) {
				// %#v of a kube.Config leaves out what it must not show.
				t.Errorf("got %#v, want %#v", got, test.want)
			}
		})
	}
}

func TestConfigureRefuses(t *testing.T) {
	t.Parallel()

	pair := testKeyPairs()[0]

	tests := map[string]struct {
		kubernetes  object
		environment map[string]string
		wantAt      string
		wantError   string
	}{
		"context without kubeconfig":    {kubernetes: object{"config_context": "c"}, wantAt: "kubernetes.config_context", wantError: "neither the configuration nor the environment"},
		"context with KUBE_HOST alone":  {kubernetes: object{"config_context": "c"}, environment: map[string]string{"KUBE_HOST": "https://h"}, wantAt: "kubernetes.config_context", wantError: "goes with kubernetes.config_path"},
		"token without host":            {kubernetes: object{"token": "secret"}, environment: map[string]string{"KUBECONFIG": "/k"}, wantAt: "kubernetes.token", wantError: "goes with kubernetes.host"},
		"KUBE_HOST is no URL":           {environment: map[string]string{"KUBE_HOST": "10.0.0.1:6443"}, wantAt: "kubernetes.host", wantError: "Invalid environment variable: KUBE_HOST"},
		"KUBE_INSECURE is no boolean":   {environment: map[string]string{"KUBE_HOST": "https://h", "KUBE_INSECURE": "yes"}, wantAt: "kubernetes.insecure", wantError: "give true or false"},
		"KUBE_INSECURE beside its CA":   {environment: map[string]string{"KUBE_HOST": "https://h", "KUBE_CLUSTER_CA_CERT_DATA": "secret"}, wantAt: "kubernetes.cluster_ca_certificate", wantError: "BEGIN CERTIFICATE"},
		"certificate without its key":   {environment: map[string]string{"KUBE_HOST": "https://h", "KUBE_CLIENT_CERT_DATA": pair.certificate}, wantAt: "kubernetes.client_certificate", wantError: "client_key is not"},
		"token and certificate":         {environment: map[string]string{"KUBE_HOST": "https://h", "KUBE_TOKEN": "secret", "KUBE_CLIENT_CERT_DATA": pair.certificate, "KUBE_CLIENT_KEY_DATA": pair.key}, wantAt: "kubernetes.client_certificate", wantError: "keep one"},
		"KUBE_CLIENT_KEY_DATA is a key": {environment: map[string]string{"KUBE_HOST": "https://h", "KUBE_CLIENT_CERT_DATA": pair.certificate, "KUBE_CLIENT_KEY_DATA": "secret"}, wantAt: "kubernetes.client_key", wantError: "Invalid environment variable: KUBE_CLIENT_KEY_DATA"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			resp := configure(t, kubernetes(test.kubernetes), test.environment, false)

			var texts []string
			for _, diagnostic := range resp.Diagnostics.Errors() {
				at := diagnostic.(interface{ Path() path.Path }).Path()
				texts = append(texts, at.String()+": "+diagnostic.Summary()+": "+diagnostic.Detail())
			}

			if !slices.ContainsFunc(texts, func(text string) bool {
				return strings.HasPrefix(text, test.wantAt+": ") && strings.Contains(text, test.wantError)
			}) {
				t.Errorf("no error at %s that contains %q in %q", test.wantAt, test.wantError, texts)
			}

			if strings.Contains(strings.Join(texts, ""), "secret") {
				t.Errorf("an error holds a secret: %q", texts)
			}

			if resp.ResourceData != nil {
				t.Error("resources get the settings of a configuration with a mistake")
			}
		})
	}
}

func TestConfigureAWS(t *testing.T) {
	t.Setenv("HOME", "/home/user")

	tests := map[string]struct {
		config object
		want   aws.Configuration
	}{
		"nothing": {config: nil, want: aws.Configuration{MaxRetries: 25}},
		"all": {
			config: object{
				"region": "us-west-2", "profile": "p", "max_retries": 0,
				"shared_config_files": []any{"~/c"}, "shared_credentials_files": []any{"/d"},
				"default_tags": object{"Team": "ml"},
				"endpoints":    object{"amp": "http://a", "ec2": "http://f", "eks": "http://b", "iam": "http://c", "sqs": "http://d", "sts": "http://e"},
				"assume_role": object{
					"role_arn": "arn:aws:iam::123456789012:role/x", "session_name": "s", "external_id": "e", "duration": "1h",
					"policy": "{}", "tags": object{"k": "v"}, "transitive_tag_keys": []any{"k"},
				},
			},
			want: aws.Configuration{
				Region: "us-west-2", Profile: "p",
				SharedConfigFiles: []string{"/home/user/c"}, SharedCredentialsFiles: []string{"/d"},
				DefaultTags: map[string]string{"Team": "ml"},
				Endpoints:   aws.Endpoints{AMP: "http://a", EC2: "http://f", EKS: "http://b", IAM: "http://c", SQS: "http://d", STS: "http://e"},
				AssumeRole: &aws.AssumeRole{
					RoleARN: "arn:aws:iam::123456789012:role/x", SessionName: "s", ExternalID: "e", Duration: time.Hour,
					Policy: "{}", Tags: map[string]string{"k": "v"}, TransitiveTagKeys: []string{"k"},
				},
			},
		},
		"a role with nothing else": {
			config: object{"assume_role": object{"role_arn": "arn:aws:iam::123456789012:role/x"}},
			want:   aws.Configuration{MaxRetries: 25, AssumeRole: &aws.AssumeRole{RoleARN: "arn:aws:iam::123456789012:role/x"}},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			config := object{}
			if test.config != nil {
				config = ofAWS(test.config)
			}

			got := configured(t, config, nil).AWS
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestConfigureRest(t *testing.T) {
	t.Parallel()

	got := configured(t, object{}, nil)
	if got.FieldManager != "terraform-provider-keda" || got.ForceConflicts || got.TriggerValidation != settings.TriggerValidationError || got.Unknown != nil {
		t.Errorf("defaults: %+v", got)
	}

	got = configured(t, object{"field_manager": "m", "force_conflicts": true, "trigger_validation": "off"}, nil)
	if got.FieldManager != "m" || !got.ForceConflicts || got.TriggerValidation != settings.TriggerValidationOff {
		t.Errorf("values: %+v", got)
	}

	got = configured(t, object{"field_manager": unknown{}, "trigger_validation": unknown{}}, nil)
	if got.FieldManager != "" || got.TriggerValidation != settings.TriggerValidationUnknown {
		t.Errorf("unknown values have got a default: %+v", got)
	}
}
