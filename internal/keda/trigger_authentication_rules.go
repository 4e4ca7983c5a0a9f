package keda

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// checkAuthentication finds what KEDA would refuse or ignore in a
// TriggerAuthentication or a ClusterTriggerAuthentication.
func checkAuthentication(spec TriggerAuthenticationSpec, unknown objectresource.UnknownPaths, clusterWide bool) []objectresource.Problem {
	f := &findings{unknown: unknown}

	checkPodIdentity(f, path.Root("pod_identity"), spec.PodIdentity)
	checkFilePath(f, spec, clusterWide)
	checkOAuth2(f, spec.OAuth2)
	checkServicePrincipal(f, spec.AzureServicePrincipal)
	checkVault(f, spec.HashiCorpVault)
	checkStoreIdentities(f, spec)
	checkParameters(f, spec)

	return f.problems
}

// checkPodIdentity is validateSpec of KEDA's webhook
// (apis/keda/v1alpha1/triggerauthentication_webhook.go), what the resolver
// refuses later (pkg/scaling/resolver/scale_resolvers.go), and settings of
// another provider, which KEDA ignores.
func checkPodIdentity(f *findings, where path.Path, identity *PodIdentity) {
	if identity == nil || !f.known(where) {
		return
	}

	checkIdentityProvider(f, where, identity)

	switch identity.Provider {
	case identityProviderAWS:
		checkAWSIdentity(f, where, identity)
	case identityProviderAzureWorkload:
		checkAzureIdentity(f, where, identity)
	case identityProviderAWSEKS:
		f.warn(where.AtName("provider"), "Deprecated provider", "KEDA has deprecated the provider aws-eks and removes it with version 3. Use aws, with identity_owner = \"workload\" for the workload's role.")
	}
}

// checkIdentityProvider finds settings that the provider does not read.
func checkIdentityProvider(f *findings, where path.Path, identity *PodIdentity) {
	for _, setting := range []struct {
		attribute, provider string
		value               *string
	}{
		{"role_arn", identityProviderAWS, identity.RoleARN},
		{"external_id", identityProviderAWS, identity.ExternalID},
		{"identity_owner", identityProviderAWS, identity.IdentityOwner},
		{"identity_id", identityProviderAzureWorkload, identity.IdentityID},
		{"identity_tenant_id", identityProviderAzureWorkload, identity.IdentityTenantID},
		{"identity_authority_host", identityProviderAzureWorkload, identity.IdentityAuthorityHost},
	} {
		if setting.value != nil && setting.provider != identity.Provider {
			f.fail(where.AtName(setting.attribute), "Setting of another provider",
				"KEDA reads it only with the provider %s, and the provider is %q. Remove it.", setting.provider, identity.Provider)
		}
	}
}

func checkAWSIdentity(f *findings, where path.Path, identity *PodIdentity) {
	if valueOr(identity.RoleARN, "") != "" && valueOr(identity.IdentityOwner, "") == identityOwnerWorkload {
		f.fail(where.AtName("role_arn"), "Role of two owners", "With identity_owner workload, KEDA takes the role of the workload's ServiceAccount and refuses another one. Remove one of the two.")
	}

	if valueOr(identity.ExternalID, "") != "" && valueOr(identity.RoleARN, "") == "" {
		f.fail(where.AtName("external_id"), "External ID without a role", "An external ID is for assuming a role, and role_arn is not set.")
	}
}

func checkAzureIdentity(f *findings, where path.Path, identity *PodIdentity) {
	if identity.IdentityID != nil && *identity.IdentityID == "" {
		f.fail(where.AtName("identity_id"), "Empty identity", "identity_id is an empty string, which KEDA refuses. Remove it to use the operator's identity.")
	}

	tenant := valueOr(identity.IdentityTenantID, "")
	if valueOr(identity.IdentityAuthorityHost, "") != "" && tenant == "" {
		f.fail(where.AtName("identity_authority_host"), "Authority host without a tenant", "KEDA refuses identity_authority_host without identity_tenant_id.")
	} else if identity.IdentityTenantID != nil && tenant == "" {
		f.fail(where.AtName("identity_tenant_id"), "Empty tenant", "identity_tenant_id is an empty string, which KEDA refuses. Remove it to use the operator's tenant.")
	}
}

// checkFilePath is resolveAuthRef and readAuthParamsFromFile
// (pkg/scaling/resolver/scale_resolvers.go).
func checkFilePath(f *findings, spec TriggerAuthenticationSpec, clusterWide bool) {
	where := path.Root("file_path")
	if spec.FilePath == nil || !f.known(where) {
		return
	}

	switch file := *spec.FilePath; {
	case file == "":
		f.fail(where, "Empty path", "file_path is an empty string, which KEDA ignores. Remove it.")
	case !clusterWide:
		f.fail(where, "File of a namespaced object", "KEDA reads file_path only of a ClusterTriggerAuthentication, and fails on every trigger that names this object. Use keda_cluster_trigger_authentication.")
	case filepath.IsAbs(file) || strings.Contains(file, ".."):
		f.fail(where, "Path out of the root", "%q is absolute or contains \"..\", and KEDA reads files below its --filepath-auth-root-path alone.", file)
	}

	others := len(spec.SecretTargetRef) + len(spec.ConfigMapTargetRef) + len(spec.Env) + len(spec.BoundServiceAccountToken)
	stores := spec.HashiCorpVault != nil || spec.AWSSecretManager != nil || spec.AzureKeyVault != nil || spec.GCPSecretManager != nil ||
		spec.OAuth2 != nil || spec.AzureServicePrincipal != nil
	if others > 0 || stores {
		f.fail(where, "File beside other sources", "With file_path KEDA takes all parameters from the file, and ignores every other source but pod_identity. Remove one or the other.")
	}
}

// checkOAuth2 is the end of validateSpec of KEDA's webhook.
func checkOAuth2(f *findings, oauth2 *OAuth2) {
	where := at("oauth2.token_url")
	if oauth2 == nil || !f.known(where) {
		return
	}

	endpoint, err := url.Parse(oauth2.TokenURL)
	if err != nil || endpoint.Host == "" || !slices.Contains([]string{"http", "https"}, endpoint.Scheme) {
		f.fail(where, "Invalid URL of a token endpoint", "%q is not an http or https URL with a host.", oauth2.TokenURL)
	}
}

// checkServicePrincipal is validateAzureServicePrincipal of KEDA's webhook.
func checkServicePrincipal(f *findings, principal *AzureServicePrincipal) {
	where := path.Root("azure_service_principal")
	if principal == nil {
		return
	}

	secret, certificate, password := where.AtName("client_secret"), where.AtName("client_certificate"), where.AtName("client_certificate_password")
	if f.settled(secret) && f.settled(certificate) {
		if (principal.ClientSecret == nil) == (principal.ClientCertificate == nil) {
			f.fail(where, "Service principal without one credential", "KEDA takes exactly one of client_secret and client_certificate.")
		}

		if principal.ClientCertificatePassword != nil && principal.ClientCertificate == nil && f.settled(password) {
			f.fail(password, "Password without a certificate", "client_certificate_password is for client_certificate, which is not set.")
		}
	}

	endpoint := where.AtName("active_directory_endpoint")
	if !f.known(endpoint, where.AtName("cloud")) {
		return
	}

	private := strings.EqualFold(valueOr(principal.Cloud, ""), "Private")
	if given := valueOr(principal.ActiveDirectoryEndpoint, "") != ""; private && !given {
		f.fail(where.AtName("cloud"), "Private cloud without an endpoint", "The cloud Private needs active_directory_endpoint.")
	} else if given && !private {
		f.fail(endpoint, "Endpoint of a public cloud", "active_directory_endpoint is for the cloud Private alone, and cloud is %q.", valueOr(principal.Cloud, ""))
	}
}

// checkParameters finds a parameter that one source sets over another.
func checkParameters(f *findings, spec TriggerAuthenticationSpec) {
	seen := map[string]path.Path{}

	for _, source := range spec.parameters() {
		if !f.known(source.where) {
			continue
		}

		if earlier, found := seen[source.parameter]; found {
			f.warn(source.where, "Parameter of two sources", "%q is set by %s too. KEDA uses one of them.", source.parameter, earlier)
		} else {
			seen[source.parameter] = source.where
		}
	}
}
