package keda

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

type taCase = ruleCase[TriggerAuthenticationSpec]

var secretValue = SecretValue{ValueFrom: SecretSource{SecretKeyRef: SecretKeyRef{Name: "credentials", Key: "secret"}}}

func withIdentity(identity PodIdentity) func(*TriggerAuthenticationSpec) {
	return func(s *TriggerAuthenticationSpec) { s.PodIdentity = &identity }
}

func withPrincipal(principal AzureServicePrincipal) func(*TriggerAuthenticationSpec) {
	return func(s *TriggerAuthenticationSpec) {
		principal.TenantID, principal.ClientID = "tenant", "client"
		s.AzureServicePrincipal = &principal
	}
}

func withTokenURL(url string) func(*TriggerAuthenticationSpec) {
	return func(s *TriggerAuthenticationSpec) {
		s.OAuth2 = &OAuth2{Type: "clientCredentials", ClientID: "client", TokenURL: url}
	}
}

func withVault(vault HashiCorpVault) func(*TriggerAuthenticationSpec) {
	return func(s *TriggerAuthenticationSpec) {
		vault.Address = "https://vault.example.com"
		s.HashiCorpVault = &vault
	}
}

func withAWSStore(identity *PodIdentity, credentials *AWSCredentials) func(*TriggerAuthenticationSpec) {
	return func(s *TriggerAuthenticationSpec) {
		s.AWSSecretManager = &AWSSecretManager{
			PodIdentity: identity, Credentials: credentials, Secrets: []AWSSecret{{Parameter: "password", Name: "db"}},
		}
	}
}

var triggerAuthenticationCases = []taCase{
	{name: "Secret", change: func(s *TriggerAuthenticationSpec) {
		s.SecretTargetRef = []TargetRef{{Parameter: "password", Name: "db", Key: "password"}}
	}},
	{name: "parameter of two sources", at: "secret_target_ref[0].parameter", warning: true, change: func(s *TriggerAuthenticationSpec) {
		s.SecretTargetRef = []TargetRef{{Parameter: "password", Name: "db", Key: "password"}}
		s.Env = []EnvironmentRef{{Parameter: "password", Name: "PASSWORD"}}
	}},

	{name: "aws", change: withIdentity(PodIdentity{Provider: "aws"})},
	{name: "aws with a role", change: withIdentity(PodIdentity{Provider: "aws", RoleARN: new("arn"), ExternalID: new("id"), IdentityOwner: new("keda")})},
	{name: "role and workload", at: "pod_identity.role_arn", change: withIdentity(PodIdentity{Provider: "aws", RoleARN: new("arn"), IdentityOwner: new("workload")})},
	{name: "no role and workload", change: withIdentity(PodIdentity{Provider: "aws", RoleARN: new(""), IdentityOwner: new("workload")})},
	{name: "external ID without a role", at: "pod_identity.external_id", change: withIdentity(PodIdentity{Provider: "aws", ExternalID: new("id")})},
	{name: "aws-eks", at: "pod_identity.provider", warning: true, change: withIdentity(PodIdentity{Provider: "aws-eks"})},
	{name: "role of Azure", at: "pod_identity.role_arn", change: withIdentity(PodIdentity{Provider: "azure-workload", RoleARN: new("arn")})},
	{name: "tenant of AWS", at: "pod_identity.identity_tenant_id", change: withIdentity(PodIdentity{Provider: "aws", IdentityTenantID: new("tenant")})},
	{name: "azure", change: withIdentity(PodIdentity{Provider: "azure-workload", IdentityID: new("id"), IdentityTenantID: new("tenant"), IdentityAuthorityHost: new("host")})},
	{name: "empty identity", at: "pod_identity.identity_id", change: withIdentity(PodIdentity{Provider: "azure-workload", IdentityID: new("")})},
	{name: "empty tenant", at: "pod_identity.identity_tenant_id", change: withIdentity(PodIdentity{Provider: "azure-workload", IdentityTenantID: new("")})},
	{name: "host without a tenant", at: "pod_identity.identity_authority_host", change: withIdentity(PodIdentity{Provider: "azure-workload", IdentityAuthorityHost: new("host")})},

	{name: "OAuth", change: withTokenURL("https://login.example.com/token")},
	{name: "OAuth of another scheme", at: "oauth2.token_url", change: withTokenURL("ftp://login.example.com/token")},
	{name: "OAuth without host", at: "oauth2.token_url", change: withTokenURL("https:///token")},
	{name: "OAuth without URL", at: "oauth2.token_url", change: withTokenURL("")},

	{name: "principal with a secret", change: withPrincipal(AzureServicePrincipal{ClientSecret: &secretValue})},
	{name: "principal with a certificate", change: withPrincipal(AzureServicePrincipal{ClientCertificate: &secretValue, ClientCertificatePassword: &secretValue})},
	{name: "principal with neither", at: "azure_service_principal", change: withPrincipal(AzureServicePrincipal{})},
	{name: "principal with both", at: "azure_service_principal", change: withPrincipal(AzureServicePrincipal{ClientSecret: &secretValue, ClientCertificate: &secretValue})},
	{name: "password without certificate", at: "azure_service_principal.client_certificate_password", change: withPrincipal(AzureServicePrincipal{
		ClientSecret: &secretValue, ClientCertificatePassword: &secretValue,
	})},
	{name: "private cloud", change: withPrincipal(AzureServicePrincipal{ClientSecret: &secretValue, Cloud: new("private"), ActiveDirectoryEndpoint: new("https://login.example.com")})},
	{name: "private cloud without endpoint", at: "azure_service_principal.cloud", change: withPrincipal(AzureServicePrincipal{ClientSecret: &secretValue, Cloud: new("Private")})},
	{name: "endpoint of a public cloud", at: "azure_service_principal.active_directory_endpoint", change: withPrincipal(AzureServicePrincipal{
		ClientSecret: &secretValue, ActiveDirectoryEndpoint: new("https://login.example.com"),
	})},

	{name: "Vault by Kubernetes", change: withVault(HashiCorpVault{Authentication: vaultKubernetes, Mount: new("kubernetes"), Role: new("keda")})},
	{name: "Vault without mount", at: "hashicorp_vault.mount", change: withVault(HashiCorpVault{Authentication: vaultKubernetes, Role: new("keda")})},
	{name: "Vault without role", at: "hashicorp_vault.role", change: withVault(HashiCorpVault{Authentication: vaultKubernetes, Mount: new("kubernetes")})},
	{name: "Vault by token", change: withVault(HashiCorpVault{Authentication: vaultToken})},
	{name: "Vault by token with a ServiceAccount", at: "hashicorp_vault.credential", change: withVault(HashiCorpVault{Authentication: vaultToken, Credential: &VaultCredential{}})},
	{name: "certificate of Vault", change: withVault(HashiCorpVault{Authentication: vaultToken, Secrets: []VaultSecret{{Parameter: "cert", Type: new(Text(vaultPKI)), PKIData: &VaultPKI{}}}})},
	{name: "certificate of another engine", at: "hashicorp_vault.secrets[0].pki_data", change: withVault(HashiCorpVault{
		Authentication: vaultToken, Secrets: []VaultSecret{{Parameter: "cert", PKIData: &VaultPKI{}}},
	})},

	{name: "AWS store by identity", change: withAWSStore(&PodIdentity{Provider: "aws"}, nil)},
	{name: "AWS store by credentials", change: withAWSStore(nil, &AWSCredentials{})},
	{name: "AWS store without sign-in", at: "aws_secret_manager", change: withAWSStore(nil, nil)},
	{name: "AWS store by Azure", at: "aws_secret_manager.pod_identity.provider", change: withAWSStore(&PodIdentity{Provider: "azure-workload"}, nil)},
	{name: "AWS store by both", at: "aws_secret_manager.credentials", change: withAWSStore(&PodIdentity{Provider: "aws"}, &AWSCredentials{})},
	{name: "AWS store, role and workload", at: "aws_secret_manager.pod_identity.role_arn", change: withAWSStore(&PodIdentity{Provider: "aws", RoleARN: new("arn"), IdentityOwner: new("workload")}, nil)},
	{name: "key vault", change: func(s *TriggerAuthenticationSpec) {
		s.AzureKeyVault = &AzureKeyVault{VaultURI: "https://v.example.com", PodIdentity: &PodIdentity{Provider: "azure-workload"}}
	}},
	{name: "key vault without sign-in", at: "azure_key_vault", change: func(s *TriggerAuthenticationSpec) {
		s.AzureKeyVault = &AzureKeyVault{VaultURI: "https://v.example.com"}
	}},
	{name: "cloud of a key vault", at: "azure_key_vault.cloud", warning: true, change: func(s *TriggerAuthenticationSpec) {
		s.AzureKeyVault = &AzureKeyVault{VaultURI: "https://v.example.com", Credentials: &AzureKeyVaultCredentials{}, Cloud: &AzureKeyVaultCloud{Type: "Private"}}
	}},
	{name: "GCP store", change: func(s *TriggerAuthenticationSpec) {
		s.GCPSecretManager = &GCPSecretManager{Credentials: &GCPCredentials{}}
	}},
	{name: "GCP store without sign-in", at: "gcp_secret_manager", change: func(s *TriggerAuthenticationSpec) { s.GCPSecretManager = &GCPSecretManager{} }},
}

var filePathCases = []taCase{
	{name: "relative file", change: func(s *TriggerAuthenticationSpec) { s.FilePath = new("team/credentials.json") }},
	{name: "absolute file", at: "file_path", change: func(s *TriggerAuthenticationSpec) { s.FilePath = new("/mnt/credentials.json") }},
	{name: "file above", at: "file_path", change: func(s *TriggerAuthenticationSpec) { s.FilePath = new("../credentials.json") }},
	{name: "empty path", at: "file_path", change: func(s *TriggerAuthenticationSpec) { s.FilePath = new("") }},
	{name: "file and a Secret", at: "file_path", change: func(s *TriggerAuthenticationSpec) {
		s.FilePath, s.SecretTargetRef = new("credentials.json"), []TargetRef{{Parameter: "password", Name: "db", Key: "password"}}
	}},
	{name: "file and a store", at: "file_path", change: func(s *TriggerAuthenticationSpec) {
		s.FilePath = new("credentials.json")
		withAWSStore(&PodIdentity{Provider: "aws"}, nil)(s)
	}},
}

func authenticationSpec(changes ...func(*TriggerAuthenticationSpec)) TriggerAuthenticationSpec {
	var spec TriggerAuthenticationSpec
	for _, change := range changes {
		change(&spec)
	}

	return spec
}

func TestTriggerAuthenticationRules(t *testing.T) {
	t.Parallel()

	for _, clusterWide := range []bool{false, true} {
		checkRules(t, triggerAuthenticationCases, authenticationSpec, func(spec TriggerAuthenticationSpec) []objectresource.Problem {
			return checkAuthentication(spec, nil, clusterWide)
		})
	}

	checkRules(t, filePathCases, authenticationSpec, func(spec TriggerAuthenticationSpec) []objectresource.Problem {
		return checkAuthentication(spec, nil, true)
	})
}

func TestFilePathOfNamespacedObject(t *testing.T) {
	t.Parallel()

	problems := checkAuthentication(TriggerAuthenticationSpec{FilePath: new("credentials.json")}, nil, false)
	if len(problems) != 1 || !problems[0].Path.Equal(path.Root("file_path")) {
		t.Errorf("found %+v", problems)
	}
}

func TestTriggerAuthenticationRulesWait(t *testing.T) {
	t.Parallel()

	var cases []ruleCase[ClusterTriggerAuthenticationModel]
	for _, test := range append(triggerAuthenticationCases, filePathCases...) {
		cases = append(cases, ruleCase[ClusterTriggerAuthenticationModel]{name: test.name, at: test.at, warning: test.warning, change: func(m *ClusterTriggerAuthenticationModel) {
			test.change(&m.TriggerAuthenticationSpec)
		}})
	}

	checkWaiting(t, cases, func(changes ...func(*ClusterTriggerAuthenticationModel)) ClusterTriggerAuthenticationModel {
		model := ClusterTriggerAuthenticationModel{}
		model.Common, model.Name = common(t, NewClusterTriggerAuthentication), "shared"

		for _, change := range changes {
			change(&model)
		}

		return model
	}, NewClusterTriggerAuthentication)
}
