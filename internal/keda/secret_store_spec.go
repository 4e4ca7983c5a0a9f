package keda

// HashiCorpVault takes parameters of a trigger from HashiCorp Vault.
type HashiCorpVault struct {
	Address        string           `tfsdk:"address"        json:"address"`
	Authentication string           `tfsdk:"authentication" json:"authentication"`
	Namespace      *string          `tfsdk:"namespace"      json:"namespace,omitempty"`
	Role           *string          `tfsdk:"role"           json:"role,omitempty"`
	Mount          *string          `tfsdk:"mount"          json:"mount,omitempty"`
	Credential     *VaultCredential `tfsdk:"credential"     json:"credential,omitempty"`
	Secrets        []VaultSecret    `tfsdk:"secrets"        json:"secrets"`
}

// VaultCredential is how KEDA signs in to Vault by its Kubernetes method.
type VaultCredential struct {
	ServiceAccount     *string `tfsdk:"service_account"      json:"serviceAccount,omitempty"`
	ServiceAccountName *string `tfsdk:"service_account_name" json:"serviceAccountName,omitempty"`
}

// VaultSecret takes a parameter of a trigger from one key in Vault.
type VaultSecret struct {
	Parameter string    `tfsdk:"parameter" json:"parameter"`
	Path      string    `tfsdk:"path"      json:"path"`
	Key       string    `tfsdk:"key"       json:"key"`
	Type      *Text     `tfsdk:"type" json:"type,omitzero"`
	PKIData   *VaultPKI `tfsdk:"pki_data"  json:"pkiData,omitempty"`
}

// VaultPKI is the certificate that Vault is to issue.
type VaultPKI struct {
	CommonName *Text `tfsdk:"common_name" json:"commonName,omitzero"`
	AltNames   *Text `tfsdk:"alt_names"   json:"altNames,omitzero"`
	IPSANs     *Text `tfsdk:"ip_sans"     json:"ipSans,omitzero"`
	URISANs    *Text `tfsdk:"uri_sans"    json:"uriSans,omitzero"`
	OtherSANs  *Text `tfsdk:"other_sans"  json:"otherSans,omitzero"`
	TTL        *Text `tfsdk:"ttl"         json:"ttl,omitzero"`
	Format     *Text `tfsdk:"format"      json:"format,omitzero"`
}

// AWSSecretManager takes parameters of a trigger from AWS Secrets Manager.
type AWSSecretManager struct {
	Region      *string         `tfsdk:"region"       json:"region,omitempty"`
	PodIdentity *PodIdentity    `tfsdk:"pod_identity" json:"podIdentity,omitempty"`
	Credentials *AWSCredentials `tfsdk:"credentials"  json:"credentials,omitempty"`
	Secrets     []AWSSecret     `tfsdk:"secrets"      json:"secrets"`
}

// AWSCredentials is an access key of AWS, by reference.
type AWSCredentials struct {
	AccessKey       SecretValue  `tfsdk:"access_key"        json:"accessKey"`
	AccessSecretKey SecretValue  `tfsdk:"access_secret_key" json:"accessSecretKey"`
	AccessToken     *SecretValue `tfsdk:"access_token"      json:"accessToken,omitempty"`
}

// AWSSecret takes a parameter of a trigger from one secret of AWS Secrets
// Manager.
type AWSSecret struct {
	Parameter    string `tfsdk:"parameter"     json:"parameter"`
	Name         string `tfsdk:"name"          json:"name"`
	VersionID    *Text  `tfsdk:"version_id" json:"versionId,omitzero"`
	VersionStage *Text  `tfsdk:"version_stage" json:"versionStage,omitzero"`
	SecretKey    *Text  `tfsdk:"secret_key" json:"secretKey,omitzero"`
}

// AzureKeyVault takes parameters of a trigger from Azure Key Vault.
type AzureKeyVault struct {
	VaultURI    string                    `tfsdk:"vault_uri"    json:"vaultUri"`
	Cloud       *AzureKeyVaultCloud       `tfsdk:"cloud"        json:"cloud,omitempty"`
	PodIdentity *PodIdentity              `tfsdk:"pod_identity" json:"podIdentity,omitempty"`
	Credentials *AzureKeyVaultCredentials `tfsdk:"credentials"  json:"credentials,omitempty"`
	Secrets     []AzureKeyVaultSecret     `tfsdk:"secrets"      json:"secrets"`
}

// AzureKeyVaultCloud is the Azure cloud of a key vault.
type AzureKeyVaultCloud struct {
	Type                    string  `tfsdk:"type"                      json:"type"`
	KeyVaultResourceURL     *string `tfsdk:"key_vault_resource_url"    json:"keyVaultResourceURL,omitempty"`
	ActiveDirectoryEndpoint *string `tfsdk:"active_directory_endpoint" json:"activeDirectoryEndpoint,omitempty"`
}

// AzureKeyVaultCredentials is an application of Azure, its secret by reference.
type AzureKeyVaultCredentials struct {
	ClientID     string      `tfsdk:"client_id"     json:"clientId"`
	TenantID     string      `tfsdk:"tenant_id"     json:"tenantId"`
	ClientSecret SecretValue `tfsdk:"client_secret" json:"clientSecret"`
}

// AzureKeyVaultSecret takes a parameter of a trigger from one secret of a key
// vault.
type AzureKeyVaultSecret struct {
	Parameter string `tfsdk:"parameter" json:"parameter"`
	Name      string `tfsdk:"name"      json:"name"`
	Version   *Text  `tfsdk:"version" json:"version,omitzero"`
}

// AzureServicePrincipal is a service principal of Microsoft Entra ID, its
// credential by reference.
type AzureServicePrincipal struct {
	TenantID                  string       `tfsdk:"tenant_id"                   json:"tenantId"`
	ClientID                  string       `tfsdk:"client_id"                   json:"clientId"`
	Cloud                     *string      `tfsdk:"cloud"                       json:"cloud,omitempty"`
	ActiveDirectoryEndpoint   *string      `tfsdk:"active_directory_endpoint"   json:"activeDirectoryEndpoint,omitempty"`
	ClientSecret              *SecretValue `tfsdk:"client_secret"               json:"clientSecret,omitempty"`
	ClientCertificate         *SecretValue `tfsdk:"client_certificate"          json:"clientCertificate,omitempty"`
	ClientCertificatePassword *SecretValue `tfsdk:"client_certificate_password" json:"clientCertificatePassword,omitempty"`
}

// GCPSecretManager takes parameters of a trigger from Google Secret Manager.
type GCPSecretManager struct {
	PodIdentity *PodIdentity    `tfsdk:"pod_identity" json:"podIdentity,omitempty"`
	Credentials *GCPCredentials `tfsdk:"credentials"  json:"credentials,omitempty"`
	Secrets     []GCPSecret     `tfsdk:"secrets"      json:"secrets"`
}

// GCPCredentials is a service account key of Google Cloud, by reference.
type GCPCredentials struct {
	ClientSecret SecretValue `tfsdk:"client_secret" json:"clientSecret"`
}

// GCPSecret takes a parameter of a trigger from one secret of Google Secret
// Manager.
type GCPSecret struct {
	Parameter string `tfsdk:"parameter" json:"parameter"`
	ID        string `tfsdk:"id"        json:"id"`
	Version   *Text  `tfsdk:"version" json:"version,omitzero"`
}
