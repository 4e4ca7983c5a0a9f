package keda

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// checkVault is what KEDA finds out when it signs in to Vault
// (pkg/scaling/resolver/hashicorpvault_handler.go).
func checkVault(f *findings, vault *HashiCorpVault) {
	where := path.Root("hashicorp_vault")
	if vault == nil || !f.known(where.AtName("authentication")) {
		return
	}

	if vault.Authentication == vaultKubernetes {
		if valueOr(vault.Mount, "") == "" && f.known(where.AtName("mount")) {
			f.fail(where.AtName("mount"), "Incomplete sign-in to Vault", "The authentication kubernetes needs mount, where Vault's Kubernetes method is.")
		}

		if valueOr(vault.Role, "") == "" && f.known(where.AtName("role")) {
			f.fail(where.AtName("role"), "Incomplete sign-in to Vault", "The authentication kubernetes needs role, a role of Vault's Kubernetes method.")
		}
	} else if vault.Credential != nil {
		f.fail(where.AtName("credential"), "Setting without effect", "KEDA reads credential only with the authentication kubernetes, and it is %q.", vault.Authentication)
	}

	for index, secret := range vault.Secrets {
		data := where.AtName("secrets").AtListIndex(index).AtName("pki_data")
		if secret.PKIData != nil && valueOr(secret.Type, "") != vaultPKI && f.known(where.AtName("secrets").AtListIndex(index).AtName("type")) {
			f.fail(data, "Setting without effect", "KEDA reads pki_data only for a secret of the type pki, and the type is %q.", valueOr(secret.Type, ""))
		}
	}
}

// checkStoreIdentities finds secret stores that KEDA cannot sign in to
// (pkg/scaling/resolver/*_handler.go).
func checkStoreIdentities(f *findings, spec TriggerAuthenticationSpec) {
	if store := spec.AWSSecretManager; store != nil {
		checkStoreIdentity(f, path.Root("aws_secret_manager"), store.PodIdentity, identityProviderAWS, store.Credentials != nil)
	}

	if store := spec.AzureKeyVault; store != nil {
		checkStoreIdentity(f, path.Root("azure_key_vault"), store.PodIdentity, identityProviderAzureWorkload, store.Credentials != nil)

		if store.Cloud != nil {
			f.warn(at("azure_key_vault.cloud"), "Setting without effect", "KEDA 2.21 does not read the cloud of a key vault: it goes by vault_uri.")
		}
	}

	if store := spec.GCPSecretManager; store != nil {
		checkStoreIdentity(f, path.Root("gcp_secret_manager"), store.PodIdentity, identityProviderGCP, store.Credentials != nil)
	}
}

func checkStoreIdentity(f *findings, where path.Path, identity *PodIdentity, provider string, credentials bool) {
	podIdentity := where.AtName("pod_identity")
	if !f.known(podIdentity) || !f.settled(where.AtName("credentials")) {
		return
	}

	switch {
	case identity == nil || identity.Provider == identityProviderNone:
		if !credentials {
			f.fail(where, "Secret store without a sign-in", "KEDA needs pod_identity with the provider %s, or credentials.", provider)
		}
	case identity.Provider != provider:
		f.fail(podIdentity.AtName("provider"), "Provider of another cloud", "KEDA takes only %s here, and the provider is %q.", provider, identity.Provider)
	case credentials:
		f.fail(where.AtName("credentials"), "Setting without effect", "With pod_identity KEDA does not read credentials. Remove one of the two.")
	default:
		checkPodIdentity(f, podIdentity, identity)
	}
}

// parameterSource is one attribute that sets a parameter of triggers.
type parameterSource struct {
	parameter string
	where     path.Path
}

// parameters returns what the object sets, in the order of the attributes.
func (s TriggerAuthenticationSpec) parameters() []parameterSource {
	var sources []parameterSource

	add := func(list string, index int, parameter string) {
		sources = append(sources, parameterSource{parameter, at(list).AtListIndex(index).AtName("parameter")})
	}

	for index, source := range s.Env {
		add("env", index, source.Parameter)
	}

	for index, source := range s.ConfigMapTargetRef {
		add("config_map_target_ref", index, source.Parameter)
	}

	for index, source := range s.SecretTargetRef {
		add("secret_target_ref", index, source.Parameter)
	}

	for index, source := range s.BoundServiceAccountToken {
		add("bound_service_account_token", index, source.Parameter)
	}

	if s.HashiCorpVault != nil {
		for index, source := range s.HashiCorpVault.Secrets {
			add("hashicorp_vault.secrets", index, source.Parameter)
		}
	}

	if s.AWSSecretManager != nil {
		for index, source := range s.AWSSecretManager.Secrets {
			add("aws_secret_manager.secrets", index, source.Parameter)
		}
	}

	if s.AzureKeyVault != nil {
		for index, source := range s.AzureKeyVault.Secrets {
			add("azure_key_vault.secrets", index, source.Parameter)
		}
	}

	if s.GCPSecretManager != nil {
		for index, source := range s.GCPSecretManager.Secrets {
			add("gcp_secret_manager.secrets", index, source.Parameter)
		}
	}

	return sources
}
