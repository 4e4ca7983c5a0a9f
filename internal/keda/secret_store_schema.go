package keda

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// The values of hashiCorpVault.authentication and of the type of its secrets.
const (
	vaultToken      = "token"
	vaultKubernetes = "kubernetes"
	vaultPKI        = "pki"
)

func hashiCorpVaultSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Parameters that come from HashiCorp Vault. Default: none.",
		Attributes: map[string]schema.Attribute{
			"address": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "URL of Vault.",
				Validators:          notEmpty,
			},
			"authentication": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "`kubernetes`, or `token`: the operator's environment variable `VAULT_TOKEN`. " +
					"A token in this object, which KEDA knows too, would be a secret in clear text, so there is no attribute for it.",
				Validators: []validator.String{stringvalidator.OneOf(vaultToken, vaultKubernetes)},
			},
			"namespace": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Namespace in Vault Enterprise. Default: none.",
			},
			"role": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Role in Vault, which the authentication `kubernetes` needs. Default: none.",
			},
			"mount": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Mount of the method in Vault, which the authentication `kubernetes` needs. Default: none.",
			},
			"credential": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "ServiceAccount for the authentication `kubernetes`. Default: the token file that the operator's `VAULT_KUBERNETES_AUTH_TOKEN_FILE` names.",
				Attributes: map[string]schema.Attribute{
					"service_account": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Path of the file in the operator's pod that holds the token. Default: none.",
					},
					"service_account_name": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "ServiceAccount for which KEDA requests a token. It wins over `service_account`. Default: none.",
					},
				},
			},
			"secrets": storedSecretsSchema(map[string]schema.Attribute{
				"path": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Path in Vault, including `/data/` for a secret of the KV engine's version 2.",
					Validators:          notEmpty,
				},
				"key": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Key in the secret.",
					Validators:          notEmpty,
				},
				"type": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "`secret`, `secretV2` or `pki`, or empty to tell `secret` and `secretV2` apart by the answer. Default: empty.",
					Validators:          []validator.String{stringvalidator.OneOf("", "secretV2", "secret", vaultPKI)},
				},
				"pki_data": vaultPKISchema(),
			}),
		},
	}
}

func vaultPKISchema() schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, what := range map[string]string{
		"common_name": "Common name",
		"alt_names":   "Subject alternative names, separated by commas",
		"ip_sans":     "IP addresses, separated by commas",
		"uri_sans":    "URIs, separated by commas",
		"other_sans":  "Other subject alternative names, separated by commas",
		"ttl":         "Time to live, in Vault's notation such as `24h`",
		"format":      "Format, such as `pem`",
	} {
		attributes[name] = schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: what + ". Default: none sent, so that of the role in Vault.",
		}
	}

	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Certificate to issue, for the type `pki`. Default: none.",
		Attributes:          attributes,
	}
}

func awsSecretManagerSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Parameters that come from AWS Secrets Manager. It needs `pod_identity` with the provider `aws`, or `credentials`. Default: none.",
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Region of AWS. Default: the operator's.",
			},
			"pod_identity": podIdentitySchema("Identity with which KEDA reads the secrets: the provider `aws`. Default: none."),
			"credentials": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Access key with which KEDA reads the secrets. Default: none.",
				Attributes: map[string]schema.Attribute{
					"access_key":        secretValueSchema("ID of the access key.", true),
					"access_secret_key": secretValueSchema("Secret access key.", true),
					"access_token":      secretValueSchema("Session token. Default: none.", false),
				},
			},
			"secrets": storedSecretsSchema(map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "Name or ARN of the secret.",
					Validators:          notEmpty,
				},
				"version_id": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "ID of the secret's version. Default: that of `version_stage`.",
				},
				"version_stage": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Staging label of the secret's version. Default: `AWSCURRENT`.",
				},
				"secret_key": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Key of the secret, if that is a JSON object. Default: the whole secret.",
				},
			}),
		},
	}
}

func gcpSecretManagerSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Parameters that come from Google Secret Manager. It needs `pod_identity` with the provider `gcp`, or `credentials`. Default: none.",
		Attributes: map[string]schema.Attribute{
			"pod_identity": podIdentitySchema("Identity with which KEDA reads the secrets: the provider `gcp`. Default: none."),
			"credentials": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Service account of Google Cloud with which KEDA reads the secrets. Default: none.",
				Attributes: map[string]schema.Attribute{
					"client_secret": secretValueSchema("Key of the service account, as JSON.", true),
				},
			},
			"secrets": storedSecretsSchema(map[string]schema.Attribute{
				"id": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "ID of the secret.",
					Validators:          notEmpty,
				},
				"version": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Version of the secret. Default: `latest`.",
				},
			}),
		},
	}
}

// storedSecretsSchema is the list of secrets of a secret store.
func storedSecretsSchema(address map[string]schema.Attribute) schema.Attribute {
	attributes := maps.Clone(address)
	attributes["parameter"] = parameterSchema()

	return schema.ListNestedAttribute{
		Required:            true,
		MarkdownDescription: "Secrets, one or more.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}
