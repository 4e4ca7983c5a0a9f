package keda

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The values of podIdentity.provider and podIdentity.identityOwner.
const (
	identityProviderAWS           = "aws"
	identityProviderAWSEKS        = "aws-eks"
	identityProviderAzureWorkload = "azure-workload"
	identityProviderGCP           = "gcp"
	identityProviderNone          = "none"

	identityOwnerKEDA     = "keda"
	identityOwnerWorkload = "workload"
)

// triggerAuthenticationSpecSchema holds the attributes of
// [TriggerAuthenticationSpec].
func triggerAuthenticationSpecSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"pod_identity": podIdentitySchema("Identity with which KEDA signs in to a cloud. Default: none."),
		"secret_target_ref": targetRefsSchema("Secret",
			"Parameters that come from Secrets. A TriggerAuthentication reads them in its own namespace, a ClusterTriggerAuthentication in that of KEDA. Default: none."),
		"config_map_target_ref": targetRefsSchema("ConfigMap",
			"Parameters that come from ConfigMaps, in the same namespaces. Default: none."),
		"env": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Parameters that come from environment variables of the workload's containers. Default: none.",
			Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"parameter": parameterSchema(),
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the variable.",
					Validators:          notEmpty,
				},
				"container_name": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Container. Default: the first container.",
				},
			}},
		},
		"file_path": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "File in the operator's pod that holds all parameters as a JSON object, below the operator's `--filepath-auth-root-path`. " +
				"Only a ClusterTriggerAuthentication can have it. Default: none.",
		},
		"bound_service_account_token": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Parameters that are tokens which KEDA requests for a ServiceAccount. Default: none.",
			Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"parameter": parameterSchema(),
				"service_account_name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name of the ServiceAccount.",
					Validators:          notEmpty,
				},
			}},
		},
		"hashicorp_vault":         hashiCorpVaultSchema(),
		"aws_secret_manager":      awsSecretManagerSchema(),
		"azure_key_vault":         azureKeyVaultSchema(),
		"azure_service_principal": azureServicePrincipalSchema(),
		"gcp_secret_manager":      gcpSecretManagerSchema(),
		"oauth2":                  oauth2Schema(),
	}
}

func parameterSchema() schema.Attribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Parameter of the scaler to set, by KEDA's own name, such as `awsAccessKeyID`.",
		Validators:          notEmpty,
	}
}

func podIdentitySchema(description string) schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"provider": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "`aws` (the operator's own role, by IRSA or EKS Pod Identity, or `role_arn`), `azure-workload`, `gcp`, `aws-eks` (KEDA intends to remove it: use `aws`) " +
					"or `none`.",
				Validators: []validator.String{stringvalidator.OneOf(
					identityProviderAzureWorkload, identityProviderGCP, identityProviderAWS, identityProviderAWSEKS, identityProviderNone,
				)},
			},
			"role_arn": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "ARN of an IAM role for KEDA to assume, with the provider `aws`. Not with `identity_owner` `workload`. Default: the operator's own role.",
			},
			"external_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "External ID for assuming `role_arn`, which it needs. Default: none.",
			},
			"identity_owner": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Whose identity to use with the provider `aws`: `keda`, or `workload` (the role in the annotation `eks.amazonaws.com/role-arn` of the workload's ServiceAccount, " +
					"so not with EKS Pod Identity). Default: `keda`.",
				Validators: []validator.String{stringvalidator.OneOf(identityOwnerKEDA, identityOwnerWorkload)},
			},
			"identity_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Client ID in place of that of the operator, with the provider `azure-workload`. Default: the operator's.",
			},
			"identity_tenant_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Tenant ID in place of that of the operator, with the provider `azure-workload`. Default: the operator's.",
			},
			"identity_authority_host": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Authority host in place of that of the operator, with the provider `azure-workload`. Needs `identity_tenant_id`. Default: the operator's.",
			},
		},
	}
}

func targetRefsSchema(kind, description string) schema.Attribute {
	return schema.ListNestedAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"parameter": parameterSchema(),
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the " + kind + ".",
				Validators:          notEmpty,
			},
			"key": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Key in the " + kind + ".",
				Validators:          notEmpty,
			},
		}},
	}
}

func oauth2Schema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "OAuth 2.0 client credentials. Default: none.",
		Attributes: map[string]schema.Attribute{
			"type": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Grant: `clientCredentials`.",
				Validators:          []validator.String{stringvalidator.OneOf("clientCredentials")},
			},
			"client_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Client ID.",
				Validators:          notEmpty,
			},
			"client_secret": secretValueSchema("Client secret. Default: none.", false),
			"token_url": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "URL of the token endpoint, `http` or `https`.",
			},
			"scopes": schema.ListAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Scopes to ask for. Default: none.",
				Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
			},
			"token_url_params": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "More parameters of the request for a token. Default: none.",
			},
		},
	}
}

// secretValueSchema is a secret by reference to a key of a Kubernetes Secret.
func secretValueSchema(description string, required bool) schema.Attribute {
	return schema.SingleNestedAttribute{
		Required:            required,
		Optional:            !required,
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"value_from": schema.SingleNestedAttribute{
				Required:            true,
				MarkdownDescription: "Where the value is.",
				Attributes: map[string]schema.Attribute{
					"secret_key_ref": schema.SingleNestedAttribute{
						Required:            true,
						MarkdownDescription: "Key of a Secret.",
						Attributes: map[string]schema.Attribute{
							"name": schema.StringAttribute{
								Required:            true,
								MarkdownDescription: "Name of the Secret.",
								Validators:          notEmpty,
							},
							"key": schema.StringAttribute{
								Required:            true,
								MarkdownDescription: "Key in the Secret.",
								Validators:          notEmpty,
							},
						},
					},
				},
			},
		},
	}
}
