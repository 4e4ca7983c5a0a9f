package keda

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func azureKeyVaultSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Parameters that come from Azure Key Vault. It needs `pod_identity` with the provider `azure-workload`, or `credentials`. Default: none.",
		Attributes: map[string]schema.Attribute{
			"vault_uri": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "URI of the key vault.",
				Validators:          notEmpty,
			},
			"cloud": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Azure cloud of the key vault. KEDA 2.21 takes this and does not read it. Default: none.",
				Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Name of the cloud, such as `AzurePublicCloud` or `Private`.",
					},
					"key_vault_resource_url": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Resource URL of key vaults, for the type `Private`. Default: none.",
					},
					"active_directory_endpoint": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Endpoint of Microsoft Entra ID, for the type `Private`. Default: none.",
					},
				},
			},
			"pod_identity": podIdentitySchema("Identity with which KEDA reads the secrets: the provider `azure-workload`. Default: none."),
			"credentials": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Application with which KEDA reads the secrets. Default: none.",
				Attributes: map[string]schema.Attribute{
					"client_id": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Client ID of the application.",
						Validators:          notEmpty,
					},
					"tenant_id": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Tenant ID of the application.",
						Validators:          notEmpty,
					},
					"client_secret": secretValueSchema("Client secret of the application.", true),
				},
			},
			"secrets": storedSecretsSchema(map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the secret.",
					Validators:          notEmpty,
				},
				"version": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Version of the secret. Default: the newest.",
				},
			}),
		},
	}
}

func azureServicePrincipalSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Service principal of Microsoft Entra ID, for the scalers of Azure. " +
			"It needs exactly one of `client_secret` and `client_certificate`. Default: none.",
		Attributes: map[string]schema.Attribute{
			"tenant_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Tenant ID.",
				Validators:          notEmpty,
			},
			"client_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Client ID.",
				Validators:          notEmpty,
			},
			"cloud": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Azure cloud; `Private` needs `active_directory_endpoint`. Default: `AzurePublicCloud`.",
			},
			"active_directory_endpoint": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Endpoint of Microsoft Entra ID, for the cloud `Private` alone. Default: that of the cloud.",
			},
			"client_secret":               secretValueSchema("Client secret. Default: none.", false),
			"client_certificate":          secretValueSchema("Client certificate with its private key, PEM or PKCS #12. Default: none.", false),
			"client_certificate_password": secretValueSchema("Password of `client_certificate`. Default: none.", false),
		},
	}
}
