package provider

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"k8s.io/client-go/util/cert"
)

// keyPair is a PEM certificate with its key.
type keyPair struct{ certificate, key string }

// testKeyPairs returns two pairs, made once: RSA keys take a while.
var testKeyPairs = sync.OnceValue(func() [2]keyPair {
	var pairs [2]keyPair

	for i := range pairs {
		certificate, key, err := cert.GenerateSelfSignedCertKey("localhost", nil, nil)
		if err != nil {
			panic(err)
		}

		pairs[i] = keyPair{string(certificate), string(key)}
	}

	return pairs
})

func kubernetes(attributes object) object { return object{"kubernetes": attributes} }

func ofAWS(attributes object) object { return object{"aws": attributes} }

func assumeRole(attributes object) object {
	attributes["role_arn"] = "arn:aws:iam::123456789012:role/deployer"

	return ofAWS(object{"assume_role": attributes})
}

func tags(count int) object {
	tags := object{}
	for i := range count {
		tags[fmt.Sprintf("tag-%d", i)] = "value"
	}

	return ofAWS(object{"default_tags": tags})
}

func TestValidateConfigAccepts(t *testing.T) {
	t.Parallel()

	pair := testKeyPairs()[0]
	exec := object{"api_version": "client.authentication.k8s.io/v1", "command": "aws", "args": []any{"eks", "get-token"}, "env": object{"AWS_PROFILE": "x"}}

	tests := map[string]object{
		"nothing":                       {},
		"all of it unknown":             {"kubernetes": unknown{}, "aws": unknown{}, "field_manager": unknown{}, "force_conflicts": unknown{}, "trigger_validation": unknown{}},
		"EKS":                           {"kubernetes": object{"eks_cluster_name": "My_cluster-1"}, "aws": object{"region": "us-west-2"}},
		"a kubeconfig":                  kubernetes(object{"config_path": "~/.kube/config", "config_context": "arn:aws:eks:us-west-2:123456789012:cluster/x"}),
		"kubeconfigs":                   kubernetes(object{"config_paths": []any{"a", "b"}, "config_context": "x"}),
		"a context alone":               kubernetes(object{"config_context": "x"}),
		"a token alone":                 kubernetes(object{"token": "secret"}),
		"host and token":                kubernetes(object{"host": "https://10.0.0.1:6443", "token": "secret", "cluster_ca_certificate": pair.certificate}),
		"host of a proxy":               kubernetes(object{"host": "http://localhost:8001"}),
		"host with a path":              kubernetes(object{"host": "https://rancher.example.com/k8s/clusters/c-1", "tls_server_name": "kubernetes"}),
		"two certificate authorities":   kubernetes(object{"host": "https://h", "cluster_ca_certificate": testKeyPairs()[1].certificate + pair.certificate}),
		"insecure":                      kubernetes(object{"host": "https://h", "insecure": true}),
		"secure, said so":               kubernetes(object{"host": "https://h", "insecure": false, "cluster_ca_certificate": pair.certificate}),
		"client certificate":            kubernetes(object{"host": "https://h", "client_certificate": pair.certificate, "client_key": pair.key}),
		"certificate, key unknown":      kubernetes(object{"host": "https://h", "client_certificate": pair.certificate, "client_key": unknown{}}),
		"key, certificate unknown":      kubernetes(object{"host": "https://h", "client_certificate": unknown{}, "client_key": pair.key}),
		"exec":                          kubernetes(object{"host": "https://h", "exec": exec}),
		"exec, token unknown":           kubernetes(object{"host": "https://h", "exec": exec, "token": unknown{}}),
		"host, EKS unknown":             kubernetes(object{"host": "https://h", "eks_cluster_name": unknown{}}),
		"token, host unknown":           kubernetes(object{"host": unknown{}, "token": "secret"}),
		"paths with an unknown":         kubernetes(object{"config_paths": []any{"a", unknown{}}}),
		"a Region of the future":        ofAWS(object{"region": "xx-northeast-12"}),
		"GovCloud":                      ofAWS(object{"region": "us-gov-west-1"}),
		"European Sovereign Cloud":      ofAWS(object{"region": "eusc-de-east-1"}),
		"role with a path in GovCloud":  ofAWS(object{"assume_role": object{"role_arn": "arn:aws-us-gov:iam::123456789012:role/ci/deployer"}}),
		"all of a role":                 assumeRole(object{"session_name": "ci@main", "external_id": "a:b/c", "duration": "1h30m", "policy": `{"Version":"2012-10-17"}`, "tags": object{"Team": "ml"}, "transitive_tag_keys": []any{"Team"}}),
		"shortest and longest sessions": assumeRole(object{"duration": "900s"}),
		"endpoints":                     ofAWS(object{"endpoints": object{"sqs": "http://127.0.0.1:5000", "sts": "https://vpce-1.sts.us-west-2.vpce.amazonaws.com"}}),
		"fifty tags":                    tags(50),
		"longest tag":                   ofAWS(object{"default_tags": object{strings.Repeat("ü", 128): strings.Repeat("ü", 256), "Empty": "", "Mail": "a.b+c@d_e:f/g=h i"}}),
		"tag value unknown":             ofAWS(object{"default_tags": object{"Team": unknown{}}}),
		"no retries":                    ofAWS(object{"max_retries": 0}),
		"longest field manager":         {"field_manager": strings.Repeat("m", 128)},
		"field manager with a space":    {"field_manager": "größe 1"},
		"trigger validation":            {"trigger_validation": "warn"},
	}

	for name, config := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for _, diagnostic := range validate(t, config) {
				t.Errorf("unexpected: %s", diagnosticText(diagnostic))
			}
		})
	}
}

// badConfig is a configuration with one mistake.
type badConfig struct {
	config    object
	wantAt    string
	wantError string
	// context lists what the mistake does not depend on.
	context []string
}

func TestValidateConfigRefuses(t *testing.T) {
	t.Parallel()

	pair, other := testKeyPairs()[0], testKeyPairs()[1]
	inBase64 := base64.StdEncoding.EncodeToString([]byte(pair.certificate))
	host := func(value string) object { return kubernetes(object{"host": value}) }
	role := func(arn string) object { return ofAWS(object{"assume_role": object{"role_arn": arn}}) }
	ofRole := []string{"role_arn"}
	ofExec := []string{"api_version", "command"}
	exec := object{"api_version": "client.authentication.k8s.io/v1", "command": "aws"}

	tests := map[string]badConfig{
		"EKS and host":                  {config: kubernetes(object{"eks_cluster_name": "x", "host": "https://h"}), wantAt: "kubernetes.host", wantError: "kubernetes.eks_cluster_name and kubernetes.host are both set"},
		"EKS and kubeconfig":            {config: kubernetes(object{"eks_cluster_name": "x", "config_path": "c"}), wantAt: "kubernetes.config_path", wantError: "keep one"},
		"kubeconfig twice":              {config: kubernetes(object{"config_path": "c", "config_paths": []any{"d"}}), wantAt: "kubernetes.config_paths", wantError: "keep one"},
		"kubeconfig and host":           {config: kubernetes(object{"config_path": "c", "host": "https://h"}), wantAt: "kubernetes.host", wantError: "keep one"},
		"context with EKS":              {config: kubernetes(object{"eks_cluster_name": "x", "config_context": "c"}), wantAt: "kubernetes.config_context", wantError: "goes with kubernetes.config_path or kubernetes.config_paths"},
		"context with host":             {config: kubernetes(object{"host": "https://h", "config_context": "c"}), wantAt: "kubernetes.config_context", wantError: "reached by kubernetes.host"},
		"token with EKS":                {config: kubernetes(object{"eks_cluster_name": "x", "token": "secret"}), wantAt: "kubernetes.token", wantError: "goes with kubernetes.host"},
		"token with kubeconfig":         {config: kubernetes(object{"config_path": "c", "token": "secret"}), wantAt: "kubernetes.token", wantError: "goes with kubernetes.host"},
		"CA with EKS":                   {config: kubernetes(object{"eks_cluster_name": "x", "cluster_ca_certificate": pair.certificate}), wantAt: "kubernetes.cluster_ca_certificate", wantError: "goes with kubernetes.host"},
		"insecure with kubeconfig":      {config: kubernetes(object{"config_path": "c", "insecure": true}), wantAt: "kubernetes.insecure", wantError: "goes with kubernetes.host"},
		"server name with kubeconfig":   {config: kubernetes(object{"config_path": "c", "tls_server_name": "n"}), wantAt: "kubernetes.tls_server_name", wantError: "goes with kubernetes.host"},
		"exec with EKS":                 {config: kubernetes(object{"eks_cluster_name": "x", "exec": exec}), wantAt: "kubernetes.exec", wantError: "goes with kubernetes.host", context: ofExec},
		"client key with EKS":           {config: kubernetes(object{"eks_cluster_name": "x", "client_certificate": unknown{}, "client_key": pair.key}), wantAt: "kubernetes.client_key", wantError: "goes with kubernetes.host", context: []string{"client_certificate"}},
		"token and exec":                {config: kubernetes(object{"token": "secret", "exec": exec}), wantAt: "kubernetes.exec", wantError: "kubernetes.token and kubernetes.exec are both set", context: ofExec},
		"token and certificate":         {config: kubernetes(object{"token": "secret", "client_certificate": pair.certificate, "client_key": pair.key}), wantAt: "kubernetes.client_certificate", wantError: "keep one", context: []string{"client_key"}},
		"certificate and exec":          {config: kubernetes(object{"client_certificate": pair.certificate, "client_key": pair.key, "exec": exec}), wantAt: "kubernetes.exec", wantError: "keep one", context: append(ofExec, "client_key")},
		"certificate without key":       {config: kubernetes(object{"client_certificate": pair.certificate}), wantAt: "kubernetes.client_certificate", wantError: "client_key is not"},
		"key without certificate":       {config: kubernetes(object{"client_key": pair.key}), wantAt: "kubernetes.client_key", wantError: "client_certificate is not"},
		"key of another certificate":    {config: kubernetes(object{"client_certificate": pair.certificate, "client_key": other.key}), wantAt: "kubernetes.client_key", wantError: "issued together"},
		"insecure with a CA":            {config: kubernetes(object{"insecure": true, "cluster_ca_certificate": pair.certificate}), wantAt: "kubernetes.insecure", wantError: "remove kubernetes.insecure"},
		"EKS ARN":                       {config: kubernetes(object{"eks_cluster_name": "arn:aws:eks:us-west-2:123456789012:cluster/x"}), wantAt: "kubernetes.eks_cluster_name", wantError: `what follows "cluster/"`},
		"EKS name with a dot":           {config: kubernetes(object{"eks_cluster_name": "a.b"}), wantAt: "kubernetes.eks_cluster_name", wantError: "1 to 100 letters"},
		"EKS name too long":             {config: kubernetes(object{"eks_cluster_name": strings.Repeat("a", 101)}), wantAt: "kubernetes.eks_cluster_name", wantError: "1 to 100 letters"},
		"EKS name empty":                {config: kubernetes(object{"eks_cluster_name": ""}), wantAt: "kubernetes.eks_cluster_name", wantError: "is empty"},
		"kubeconfig empty":              {config: kubernetes(object{"config_path": ""}), wantAt: "kubernetes.config_path", wantError: "is empty"},
		"no kubeconfigs":                {config: kubernetes(object{"config_paths": []any{}}), wantAt: "kubernetes.config_paths", wantError: "at least 1"},
		"kubeconfigs with a null":       {config: kubernetes(object{"config_paths": []any{"a", nil}}), wantAt: "kubernetes.config_paths", wantError: "contains a null value"},
		"kubeconfigs with an empty":     {config: kubernetes(object{"config_paths": []any{""}}), wantAt: "kubernetes.config_paths[0]", wantError: "is empty"},
		"context empty":                 {config: kubernetes(object{"config_context": " "}), wantAt: "kubernetes.config_context", wantError: "is empty"},
		"host without scheme":           {config: host("10.0.0.1:6443"), wantAt: "kubernetes.host", wantError: "give scheme, host"},
		"host of another scheme":        {config: host("tcp://10.0.0.1:6443"), wantAt: "kubernetes.host", wantError: "give scheme, host"},
		"host with a bad port":          {config: host("https://10.0.0.1:port"), wantAt: "kubernetes.host", wantError: "no URL"},
		"host with a query":             {config: host("https://h?a=b"), wantAt: "kubernetes.host", wantError: "a query"},
		"host empty":                    {config: host(""), wantAt: "kubernetes.host", wantError: "is empty"},
		"CA is a path":                  {config: kubernetes(object{"cluster_ca_certificate": "/etc/ca.crt"}), wantAt: "kubernetes.cluster_ca_certificate", wantError: "use file()"},
		"CA in base64":                  {config: kubernetes(object{"cluster_ca_certificate": inBase64}), wantAt: "kubernetes.cluster_ca_certificate", wantError: "base64decode()"},
		"CA is a key":                   {config: kubernetes(object{"cluster_ca_certificate": pair.key}), wantAt: "kubernetes.cluster_ca_certificate", wantError: "BEGIN CERTIFICATE"},
		"CA with a damaged block":       {config: kubernetes(object{"cluster_ca_certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}), wantAt: "kubernetes.cluster_ca_certificate", wantError: "valid block"},
		"CA empty":                      {config: kubernetes(object{"cluster_ca_certificate": ""}), wantAt: "kubernetes.cluster_ca_certificate", wantError: "is empty"},
		"server name empty":             {config: kubernetes(object{"tls_server_name": ""}), wantAt: "kubernetes.tls_server_name", wantError: "is empty"},
		"token empty":                   {config: kubernetes(object{"token": ""}), wantAt: "kubernetes.token", wantError: "is empty"},
		"client certificate is no PEM":  {config: kubernetes(object{"client_certificate": "x", "client_key": pair.key}), wantAt: "kubernetes.client_certificate", wantError: "BEGIN CERTIFICATE", context: []string{"client_key"}},
		"client key is a certificate":   {config: kubernetes(object{"client_certificate": pair.certificate, "client_key": pair.certificate}), wantAt: "kubernetes.client_key", wantError: "BEGIN PRIVATE KEY", context: []string{"client_certificate"}},
		"exec interface gone":           {config: kubernetes(object{"exec": object{"api_version": "client.authentication.k8s.io/v1alpha1", "command": "aws"}}), wantAt: "kubernetes.exec.api_version", wantError: "v1beta1", context: []string{"command"}},
		"exec of nothing":               {config: kubernetes(object{"exec": object{"api_version": "client.authentication.k8s.io/v1", "command": ""}}), wantAt: "kubernetes.exec.command", wantError: "is empty", context: []string{"api_version"}},
		"exec with a null argument":     {config: kubernetes(object{"exec": object{"api_version": "client.authentication.k8s.io/v1", "command": "aws", "args": []any{nil}}}), wantAt: "kubernetes.exec.args", wantError: "contains a null value", context: ofExec},
		"exec with a null variable":     {config: kubernetes(object{"exec": object{"api_version": "client.authentication.k8s.io/v1", "command": "aws", "env": object{"A": nil}}}), wantAt: "kubernetes.exec.env", wantError: "contains a null value", context: ofExec},
		"Region is a zone":              {config: ofAWS(object{"region": "us-west-2a"}), wantAt: "aws.region", wantError: `give "us-west-2"`},
		"Region is a place":             {config: ofAWS(object{"region": "Oregon"}), wantAt: "aws.region", wantError: "the Region's code"},
		"Region empty":                  {config: ofAWS(object{"region": ""}), wantAt: "aws.region", wantError: "is empty"},
		"profile empty":                 {config: ofAWS(object{"profile": ""}), wantAt: "aws.profile", wantError: "is empty"},
		"no shared files":               {config: ofAWS(object{"shared_config_files": []any{}}), wantAt: "aws.shared_config_files", wantError: "at least 1"},
		"shared credentials file empty": {config: ofAWS(object{"shared_credentials_files": []any{""}}), wantAt: "aws.shared_credentials_files[0]", wantError: "is empty"},
		"negative retries":              {config: ofAWS(object{"max_retries": -1}), wantAt: "aws.max_retries", wantError: "between 0 and 1000"},
		"role's name":                   {config: role("deployer"), wantAt: "aws.assume_role.role_arn", wantError: "no ARN of an IAM role"},
		"ARN of a user":                 {config: role("arn:aws:iam::123456789012:user/x"), wantAt: "aws.assume_role.role_arn", wantError: "no ARN of an IAM role"},
		"ARN of a session":              {config: role("arn:aws:sts::123456789012:assumed-role/x/y"), wantAt: "aws.assume_role.role_arn", wantError: "no ARN of an IAM role"},
		"ARN without an account":        {config: role("arn:aws:iam:::role/x"), wantAt: "aws.assume_role.role_arn", wantError: "no ARN of an IAM role"},
		"ARN without a name":            {config: role("arn:aws:iam::123456789012:role/path/"), wantAt: "aws.assume_role.role_arn", wantError: "no ARN of an IAM role"},
		"ARN empty":                     {config: role(""), wantAt: "aws.assume_role.role_arn", wantError: "is empty"},
		"session name with a space":     {config: assumeRole(object{"session_name": "a b"}), wantAt: "aws.assume_role.session_name", wantError: "2 to 64", context: ofRole},
		"session name too short":        {config: assumeRole(object{"session_name": "a"}), wantAt: "aws.assume_role.session_name", wantError: "2 to 64", context: ofRole},
		"external ID with a space":      {config: assumeRole(object{"external_id": "a b"}), wantAt: "aws.assume_role.external_id", wantError: "2 to 1224", context: ofRole},
		"duration in bare seconds":      {config: assumeRole(object{"duration": "3600"}), wantAt: "aws.assume_role.duration", wantError: "a number and a unit", context: ofRole},
		"duration too short":            {config: assumeRole(object{"duration": "14m59s"}), wantAt: "aws.assume_role.duration", wantError: "15m to 12h", context: ofRole},
		"duration too long":             {config: assumeRole(object{"duration": "13h"}), wantAt: "aws.assume_role.duration", wantError: "15m to 12h", context: ofRole},
		"policy is no JSON":             {config: assumeRole(object{"policy": "Allow"}), wantAt: "aws.assume_role.policy", wantError: "no JSON object", context: ofRole},
		"policy is an ARN in quotes":    {config: assumeRole(object{"policy": `"arn"`}), wantAt: "aws.assume_role.policy", wantError: "no JSON object", context: ofRole},
		"policy is JSON's null":         {config: assumeRole(object{"policy": "null"}), wantAt: "aws.assume_role.policy", wantError: "no JSON object", context: ofRole},
		"session tag reserved":          {config: assumeRole(object{"tags": object{"aws:x": "y"}}), wantAt: `aws.assume_role.tags["aws:x"]`, wantError: "keeps to itself", context: append(ofRole, "aws:x")},
		"transitive tag twice":          {config: assumeRole(object{"transitive_tag_keys": []any{"a", "a"}}), wantAt: "aws.assume_role.transitive_tag_keys", wantError: "duplicate", context: ofRole},
		"endpoint is a host name":       {config: ofAWS(object{"endpoints": object{"sqs": "localhost:4566"}}), wantAt: "aws.endpoints.sqs", wantError: "give scheme, host"},
		"endpoint with a user":          {config: ofAWS(object{"endpoints": object{"eks": "https://user:secret@localhost"}}), wantAt: "aws.endpoints.eks", wantError: "a user name"},
		"fifty-one tags":                {config: tags(51), wantAt: "aws.default_tags", wantError: "51 tags", context: slices.Collect(maps.Keys(tags(51)["aws"].(object)["default_tags"].(object)))},
		"tag reserved":                  {config: ofAWS(object{"default_tags": object{"AWS:cost": "x"}}), wantAt: `aws.default_tags["AWS:cost"]`, wantError: "keeps to itself", context: []string{"AWS:cost"}},
		"tag without a key":             {config: ofAWS(object{"default_tags": object{"": "x"}}), wantAt: `aws.default_tags[""]`, wantError: "1 to 128", context: []string{""}},
		"tag key too long":              {config: ofAWS(object{"default_tags": object{strings.Repeat("k", 129): "x"}}), wantAt: `aws.default_tags["` + strings.Repeat("k", 129) + `"]`, wantError: "1 to 128", context: []string{strings.Repeat("k", 129)}},
		"tag key with a comma":          {config: ofAWS(object{"default_tags": object{"a,b": "x"}}), wantAt: `aws.default_tags["a,b"]`, wantError: "does not allow", context: []string{"a,b"}},
		"tag value too long":            {config: ofAWS(object{"default_tags": object{"k": strings.Repeat("v", 257)}}), wantAt: `aws.default_tags["k"]`, wantError: "allows 256"},
		"tag value with a comma":        {config: ofAWS(object{"default_tags": object{"k": "a,b"}}), wantAt: `aws.default_tags["k"]`, wantError: "does not allow"},
		"tag value null":                {config: ofAWS(object{"default_tags": object{"k": nil}}), wantAt: `aws.default_tags["k"]`, wantError: "is null"},
		"field manager too long":        {config: object{"field_manager": strings.Repeat("m", 129)}, wantAt: "field_manager", wantError: "129 bytes"},
		"field manager unprintable":     {config: object{"field_manager": "a\tb"}, wantAt: "field_manager", wantError: "U+0009"},
		"field manager empty":           {config: object{"field_manager": ""}, wantAt: "field_manager", wantError: "is empty"},
		"trigger validation":            {config: object{"trigger_validation": "strict"}, wantAt: "trigger_validation", wantError: "warn"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if !test.reported(t, test.config) {
				t.Fatalf("no error at %s that contains %q", test.wantAt, test.wantError)
			}

			for _, diagnostic := range validate(t, test.config) {
				if text := diagnosticText(diagnostic); strings.Contains(text, "secret") || strings.Contains(text, "PRIVATE KEY-----\nMII") {
					t.Errorf("the error holds a secret: %s", text)
				}
			}

			for leaf, config := range withEachUnknown(test.config) {
				if !slices.Contains(test.context, leaf) && test.reported(t, config) {
					t.Errorf("reported although %s is unknown", leaf)
				}
			}
		})
	}
}

// reported tells whether the configuration's validation has the wanted error.
func (b badConfig) reported(t *testing.T, config object) bool {
	t.Helper()

	return slices.ContainsFunc(validate(t, config), func(diagnostic *tfprotov6.Diagnostic) bool {
		text := diagnosticText(diagnostic)

		return strings.HasPrefix(text, b.wantAt+": ") && strings.Contains(text, b.wantError)
	})
}

// withEachUnknown returns copies of the configuration with one value unknown in
// each, by that value's name. Lists count as one value.
func withEachUnknown(config object) map[string]object {
	copies := make(map[string]object)

	for name, value := range config {
		nested, ok := value.(object)
		if !ok {
			replaced := maps.Clone(config)
			replaced[name] = unknown{}
			copies[name] = replaced

			continue
		}

		for leaf, inner := range withEachUnknown(nested) {
			replaced := maps.Clone(config)
			replaced[name] = inner
			copies[leaf] = replaced
		}
	}

	return copies
}

// validate asks the provider as Terraform does.
func validate(t *testing.T, config object) []*tfprotov6.Diagnostic {
	t.Helper()

	value := configValue(t, config)

	dynamic, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}

	server := providerserver.NewProtocol6(newTestProvider(nil))()

	resp, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &dynamic})
	if err != nil {
		t.Fatal(err)
	}

	return resp.Diagnostics
}

// diagnosticText returns a diagnostic with the place it points at.
func diagnosticText(diagnostic *tfprotov6.Diagnostic) string {
	return place(diagnostic.Attribute) + ": " + diagnostic.Summary + ": " + diagnostic.Detail
}
