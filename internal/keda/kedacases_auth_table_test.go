package keda

import "testing"

var scaledJobWebhookCases = map[string]kedaCase{
	"should validate empty triggers in ScaledJob": {refused: true, check: func(t *testing.T) bool {
		t.Helper()

		model := scaledJob(func(m *ScaledJobModel) { m.Triggers = []EventSource{} })
		model.Common = common(t, NewScaledJob)

		return acceptsModel(t, NewScaledJob, model, scaledJobProblems(model))
	}},
}

func fineAuthentication(change func(*TriggerAuthenticationSpec)) kedaCase {
	return kedaCase{check: acceptsAuthentication(change)}
}

func badAuthentication(change func(*TriggerAuthenticationSpec)) kedaCase {
	return kedaCase{refused: true, check: acceptsAuthentication(change)}
}

func fineCluster(change func(*TriggerAuthenticationSpec)) kedaCase {
	return kedaCase{check: acceptsClusterAuthentication(change)}
}

func badCluster(change func(*TriggerAuthenticationSpec)) kedaCase {
	return kedaCase{refused: true, check: acceptsClusterAuthentication(change)}
}

func azure(tenant, host *string) func(*TriggerAuthenticationSpec) {
	return withIdentity(PodIdentity{Provider: "azure-workload", IdentityID: new("12345"), IdentityTenantID: tenant, IdentityAuthorityHost: host})
}

func awsIdentity(role, owner, externalID string) func(*TriggerAuthenticationSpec) {
	identity := PodIdentity{Provider: "aws"}
	if role != "" {
		identity.RoleARN = &role
	}

	if owner != "" {
		identity.IdentityOwner = &owner
	}

	if externalID != "" {
		identity.ExternalID = &externalID
	}

	return withIdentity(identity)
}

func absoluteFile(s *TriggerAuthenticationSpec) { s.FilePath = new("/mnt/auth/creds.json") }

var authenticationCases = map[string]kedaCase{
	"validate triggerauthentication when IdentityTenantID is not nil and not empty":                                                    fineAuthentication(azure(new("12345"), nil)),
	"validate triggerauthentication when IdentityTenantID is not nil but empty":                                                        badAuthentication(azure(new(""), nil)),
	"validate triggerauthentication when IdentityAuthorityHost is not nil and not empty and IdentityTenantID is not nil and not empty": fineAuthentication(azure(new("12345"), new("12345"))),
	"validate triggerauthentication when IdentityAuthorityHost is not nil and not empty and IdentityTenantID is nil":                   badAuthentication(azure(nil, new("12345"))),
	"validate triggerauthentication when IdentityAuthorityHost is not nil and not empty and IdentityTenantID is not nil but empty":     badAuthentication(azure(new(""), new("12345"))),
	"validate triggerauthentication when RoleArn is not empty and IdentityOwner is nil":                                                fineAuthentication(awsIdentity("Hello", "", "")),
	"validate triggerauthentication when RoleArn is not empty and IdentityOwner is keda":                                               fineAuthentication(awsIdentity("Hello", "keda", "")),
	"validate triggerauthentication when RoleArn is not empty and IdentityOwner is workload":                                           badAuthentication(awsIdentity("Hello", "workload", "")),
	"validate triggerauthentication when RoleArn is empty and IdentityOwner is keda":                                                   fineAuthentication(awsIdentity("", "keda", "")),
	"validate triggerauthentication when RoleArn is not empty and IdentityOwner is workload (2)":                                       fineAuthentication(awsIdentity("", "workload", "")),
	"validate clustertriggerauthentication when RoleArn is not empty and IdentityOwner is nil":                                         fineCluster(awsIdentity("Hello", "", "")),
	"validate clustertriggerauthentication when RoleArn is not empty and IdentityOwner is keda":                                        fineCluster(awsIdentity("Hello", "keda", "")),
	"validate clustertriggerauthentication when RoleArn is not empty and IdentityOwner is workload":                                    badCluster(awsIdentity("Hello", "workload", "")),
	"validate clustertriggerauthentication when RoleArn is empty and IdentityOwner is keda":                                            fineCluster(awsIdentity("", "keda", "")),
	"validate clustertriggerauthentication when RoleArn is not empty and IdentityOwner is workload (2)":                                fineCluster(awsIdentity("", "workload", "")),
	"validate triggerauthentication when ExternalID is set and RoleArn is set":                                                         fineAuthentication(awsIdentity("arn", "", "id")),
	"validate triggerauthentication when ExternalID is set and RoleArn is nil":                                                         badAuthentication(awsIdentity("", "", "id")),
	"validate triggerauthentication when ExternalID is set and RoleArn is empty": badAuthentication(withIdentity(PodIdentity{
		Provider: "aws", RoleARN: new(""), ExternalID: new("id"),
	})),
	"validate triggerauthentication when FilePath is set": badAuthentication(absoluteFile),
	"validate clustertriggerauthentication when FilePath is set": {
		check: acceptsClusterAuthentication(absoluteFile),
		later: "the operator refuses an absolute path when it reads the file (readAuthParamsFromFile)",
	},
}

var principalCases = map[string]kedaCase{
	"client secret":                    fineAuthentication(withPrincipal(AzureServicePrincipal{ClientSecret: &secretValue})),
	"client certificate with password": fineAuthentication(withPrincipal(AzureServicePrincipal{ClientCertificate: &secretValue, ClientCertificatePassword: &secretValue})),
	"private cloud": fineAuthentication(withPrincipal(AzureServicePrincipal{
		Cloud: new("Private"), ActiveDirectoryEndpoint: new("https://login.private.example"), ClientSecret: &secretValue,
	})),
	"missing tenant ID": badAuthentication(func(s *TriggerAuthenticationSpec) {
		s.AzureServicePrincipal = &AzureServicePrincipal{ClientID: "client-id", ClientSecret: &secretValue}
	}),
	"missing client ID": badAuthentication(func(s *TriggerAuthenticationSpec) {
		s.AzureServicePrincipal = &AzureServicePrincipal{TenantID: "tenant-id", ClientSecret: &secretValue}
	}),
	"missing credential":                              badAuthentication(withPrincipal(AzureServicePrincipal{})),
	"client secret and certificate":                   badAuthentication(withPrincipal(AzureServicePrincipal{ClientSecret: &secretValue, ClientCertificate: &secretValue})),
	"certificate password without certificate":        badAuthentication(withPrincipal(AzureServicePrincipal{ClientCertificatePassword: &secretValue})),
	"private cloud without active directory endpoint": badAuthentication(withPrincipal(AzureServicePrincipal{Cloud: new("Private"), ClientSecret: &secretValue})),
	"active directory endpoint without private cloud": badAuthentication(withPrincipal(AzureServicePrincipal{
		ActiveDirectoryEndpoint: new("https://login.private.example"), ClientSecret: &secretValue,
	})),
}
