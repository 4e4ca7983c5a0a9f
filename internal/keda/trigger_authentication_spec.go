package keda

// TriggerAuthenticationSpec is the spec of a TriggerAuthentication and of a
// ClusterTriggerAuthentication of KEDA 2.21
// (apis/keda/v1alpha1/triggerauthentication_types.go). It has every field but
// those that hold a secret in clear text.
type TriggerAuthenticationSpec struct {
	PodIdentity              *PodIdentity               `tfsdk:"pod_identity"                json:"podIdentity,omitempty"`
	SecretTargetRef          []TargetRef                `tfsdk:"secret_target_ref"           json:"secretTargetRef,omitempty"`
	ConfigMapTargetRef       []TargetRef                `tfsdk:"config_map_target_ref"       json:"configMapTargetRef,omitempty"`
	Env                      []EnvironmentRef           `tfsdk:"env"                         json:"env,omitempty"`
	FilePath                 *string                    `tfsdk:"file_path"                   json:"filePath,omitempty"`
	BoundServiceAccountToken []BoundServiceAccountToken `tfsdk:"bound_service_account_token" json:"boundServiceAccountToken,omitempty"`
	HashiCorpVault           *HashiCorpVault            `tfsdk:"hashicorp_vault"             json:"hashiCorpVault,omitempty"`
	AWSSecretManager         *AWSSecretManager          `tfsdk:"aws_secret_manager"          json:"awsSecretManager,omitempty"`
	AzureKeyVault            *AzureKeyVault             `tfsdk:"azure_key_vault"             json:"azureKeyVault,omitempty"`
	AzureServicePrincipal    *AzureServicePrincipal     `tfsdk:"azure_service_principal"     json:"azureServicePrincipal,omitempty"`
	GCPSecretManager         *GCPSecretManager          `tfsdk:"gcp_secret_manager"          json:"gcpSecretManager,omitempty"`
	OAuth2                   *OAuth2                    `tfsdk:"oauth2"                      json:"oauth2,omitempty"`
}

// PodIdentity is the identity that a cloud gives to a pod.
type PodIdentity struct {
	Provider              string  `tfsdk:"provider"                json:"provider"`
	RoleARN               *string `tfsdk:"role_arn"                json:"roleArn,omitempty"`
	ExternalID            *string `tfsdk:"external_id"             json:"externalID,omitempty"`
	IdentityOwner         *string `tfsdk:"identity_owner"          json:"identityOwner,omitempty"`
	IdentityID            *string `tfsdk:"identity_id"             json:"identityId,omitempty"`
	IdentityTenantID      *string `tfsdk:"identity_tenant_id"      json:"identityTenantId,omitempty"`
	IdentityAuthorityHost *string `tfsdk:"identity_authority_host" json:"identityAuthorityHost,omitempty"`
}

// TargetRef takes a parameter of a trigger from a Secret or a ConfigMap.
type TargetRef struct {
	Parameter string `tfsdk:"parameter" json:"parameter"`
	Name      string `tfsdk:"name"      json:"name"`
	Key       string `tfsdk:"key"       json:"key"`
}

// EnvironmentRef takes a parameter of a trigger from a variable of the
// workload's container.
type EnvironmentRef struct {
	Parameter     string `tfsdk:"parameter"      json:"parameter"`
	Name          string `tfsdk:"name"           json:"name"`
	ContainerName *Text  `tfsdk:"container_name" json:"containerName,omitzero"`
}

// BoundServiceAccountToken takes a parameter of a trigger from a token that
// KEDA requests for a ServiceAccount.
type BoundServiceAccountToken struct {
	Parameter          string `tfsdk:"parameter"            json:"parameter"`
	ServiceAccountName string `tfsdk:"service_account_name" json:"serviceAccountName"`
}

// SecretValue is a secret by reference.
type SecretValue struct {
	ValueFrom SecretSource `tfsdk:"value_from" json:"valueFrom"`
}

// SecretSource is where a secret is.
type SecretSource struct {
	SecretKeyRef SecretKeyRef `tfsdk:"secret_key_ref" json:"secretKeyRef"`
}

// SecretKeyRef is one key of a Kubernetes Secret.
type SecretKeyRef struct {
	Name string `tfsdk:"name" json:"name"`
	Key  string `tfsdk:"key"  json:"key"`
}

// OAuth2 is a client-credentials grant.
type OAuth2 struct {
	Type           string            `tfsdk:"type"             json:"type"`
	ClientID       string            `tfsdk:"client_id"        json:"clientId"`
	ClientSecret   *SecretValue      `tfsdk:"client_secret"    json:"clientSecret,omitempty"`
	TokenURL       string            `tfsdk:"token_url"        json:"tokenUrl"`
	Scopes         []string          `tfsdk:"scopes"           json:"scopes,omitempty"`
	TokenURLParams map[string]string `tfsdk:"token_url_params" json:"tokenUrlParams,omitempty"`
}
