package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// kubernetesSchema uses the words and environment variables of the
// hashicorp/kubernetes provider where both offer the same.
func kubernetesSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to reach the cluster: by exactly one of `eks_cluster_name`, `config_path`, `config_paths` and `host`. " +
			"Where none is set, the environment decides, by the first set one of `KUBE_HOST`, `KUBE_CONFIG_PATH`, `KUBE_CONFIG_PATHS` and `KUBECONFIG`; " +
			"never while one of these attributes is unknown.",
		Attributes: map[string]schema.Attribute{
			"eks_cluster_name": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Name of an Amazon EKS cluster. Endpoint, certificate authority and short-lived tokens come from AWS, with the `aws` settings, " +
					"and are renewed during a long apply; no program needs to be installed. Default: none.",
				Validators: rules("an EKS cluster name", checkEKSClusterName),
			},
			"config_path": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Path of a kubeconfig file; a leading `~` is the home folder. Default: environment variable `KUBE_CONFIG_PATH`.",
				Validators:          rules("a path", checkNotEmpty),
			},
			"config_paths": schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Paths of kubeconfig files, merged as kubectl merges them; a leading `~` is the home folder. " +
					"Default: environment variable `KUBE_CONFIG_PATHS`, then `KUBECONFIG`, each a list of paths separated as in `PATH`.",
				Validators: pathsValidators(),
			},
			"config_context": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Context in the kubeconfig. Default: environment variable `KUBE_CTX`, then the file's current context.",
				Validators:          rules("a context's name", checkNotEmpty),
			},
			"host": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "URL of the API server, such as `https://10.0.0.1:6443`. Default: environment variable `KUBE_HOST`.",
				Validators:          rules("the URL of a server", checkHTTPURL),
			},
			"cluster_ca_certificate": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "PEM certificates that the API server's certificate must chain to. Goes with `host`. " +
					"Default: environment variable `KUBE_CLUSTER_CA_CERT_DATA`, then the operating system's certificates.",
				Validators: rules("PEM certificates", checkCertificates),
			},
			"tls_server_name": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Name expected in the API server's certificate where it is not the one in `host`, as behind a tunnel. Goes with `host`. " +
					"Default: environment variable `KUBE_TLS_SERVER_NAME`, then the name in `host`.",
				Validators: rules("a DNS name", checkNotEmpty),
			},
			"insecure": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to accept any certificate of the API server, which lets anybody on the way read the credentials. Goes with `host`. " +
					"Default: environment variable `KUBE_INSECURE`, then `false`.",
			},
			"token": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Bearer token. Goes with `host`; excludes `client_certificate` and `exec`. Default: environment variable `KUBE_TOKEN`, unless one of these is set.",
				Validators:          rules("a token", checkNotEmpty),
			},
			"client_certificate": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "PEM client certificate. Goes with `host` and `client_key`; excludes `token` and `exec`. " +
					"Default: environment variable `KUBE_CLIENT_CERT_DATA`, unless one of these is set.",
				Validators: rules("PEM certificates", checkCertificates),
			},
			"client_key": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "PEM private key of `client_certificate`. " +
					"Default: environment variable `KUBE_CLIENT_KEY_DATA`, unless `token`, `client_certificate` or `exec` is set.",
				Validators: rules("a PEM private key", checkPrivateKey),
			},
			"exec": execSchema(),
		},
	}
}

func execSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Credential plugin to get credentials from, as in a kubeconfig. Goes with `host`; excludes `token` and `client_certificate`. " +
			"For Amazon EKS, `eks_cluster_name` does the same without a program. Default: none.",
		Attributes: map[string]schema.Attribute{
			"api_version": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Version of the plugin's interface: `client.authentication.k8s.io/v1` or `client.authentication.k8s.io/v1beta1`.",
				Validators: []validator.String{
					stringvalidator.OneOf("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"),
				},
			},
			"command": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Program to run: a path, or a name to look up in `PATH`.",
				Validators:          rules("a program", checkNotEmpty),
			},
			"args": schema.ListAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Arguments of the program. Default: none.",
				Validators:          []validator.List{listvalidator.NoNullValues()},
			},
			"env": schema.MapAttribute{
				Optional:            true,
				Sensitive:           true,
				ElementType:         types.StringType,
				MarkdownDescription: "Environment variables of the program, beside those of Terraform. Default: none.",
				Validators:          []validator.Map{mapvalidator.NoNullValues()},
			},
		},
	}
}

// pathsValidators are the rules of a list of paths.
func pathsValidators() []validator.List {
	return []validator.List{
		listvalidator.SizeAtLeast(1),
		listvalidator.NoNullValues(),
		listvalidator.ValueStringsAre(rules("a path", checkNotEmpty)...),
	}
}
