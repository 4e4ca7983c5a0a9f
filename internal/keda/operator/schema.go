package operator

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func operatorSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("keda"),
			MarkdownDescription: "Name of the Helm release, at most 53 characters. Another name replaces the release. Default: `keda`.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"namespace": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("keda"),
			MarkdownDescription: "Namespace of KEDA and of the Helm release. Another namespace replaces the release. Default: `keda`.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"create_namespace": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether to make the namespace if it does not exist. " +
				"It goes with this resource if this resource made it and nothing of others is in it. Default: `true`.",
		},
		"timeouts": timeoutsAttribute(ctx),
	}
	for _, more := range []map[string]schema.Attribute{chartAttributes(), valueAttributes(), placementAttributes(), statusAttributes()} {
		maps.Copy(attributes, more)
	}

	return schema.Schema{
		MarkdownDescription: "KEDA itself, as a release of its Helm chart. There is one in a cluster. " +
			"An apply returns when KEDA's kinds are established, its programs are ready and its metrics API is available, and says what is wrong if they are not. " +
			"An upgrade brings KEDA's CustomResourceDefinitions along; one that fails is rolled back to the last revision that was ready. " +
			"A release that an interrupted apply left behind is taken up again by the next. " +
			"KEDA is not uninstalled while objects of it exist, such as ScaledObjects, because only a running operator can let go of them: " +
			"let those in the same configuration depend on this resource, so that Terraform destroys them first.",
		Attributes: attributes,
	}
}

func chartAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"repository": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URL of the chart repository (`https://`), or of the folder of an OCI registry that holds the chart (`oci://`). " +
				"It is used when something is to change, never by a plan. A registry on this machine is spoken to by plain HTTP. " +
				"Not for a `chart` that is a path. Default: `" + defaultRepository + "`.",
		},
		"repository_username": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "User name for the repository, beside `repository_password_wo`. " +
				"Default: none; for an OCI registry, what Docker's configuration has for it.",
		},
		"repository_password_wo": schema.StringAttribute{
			Optional: true, Sensitive: true, WriteOnly: true,
			MarkdownDescription: "Password for the repository, beside `repository_username`. It is write-only: neither the state nor a plan holds it (Terraform 1.11 and later). Default: none.",
		},
		"chart": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("keda"),
			MarkdownDescription: "Name of the chart in the repository, or the path of the folder or archive of a chart, which begins with `/`, `./` or `../`. Default: `keda`.",
		},
		"version": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Version of the chart, such as `2.20.2`, or a range in Helm's notation, such as `~> 2.20.0`: an installed version in the range is kept. " +
				"Default: `" + defaultVersion + "`, which is for Kubernetes 1.33 to 1.35; for a `chart` that is a path, the version that is there.",
		},
	}
}

func valueAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"role_arn": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "ARN of the IAM role that the operator assumes by its service account (IRSA). The role has to trust the service account `keda-operator` of the namespace. " +
				"Leave it out with EKS Pod Identity, whose association names the role. Default: none. Chart: `podIdentity.aws.irsa`.",
		},
		"watch_namespaces": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Namespaces whose objects KEDA looks at. Default: all. Chart: `watchNamespace`.",
			Validators:          []validator.Set{setvalidator.SizeAtLeast(1)},
		},
		"values": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Values of the chart, each as the YAML or JSON text of a mapping, such as `yamlencode({ logging = { operator = { level = \"debug\" } } })`; " +
				"a later one is put over an earlier one. They are shown in plans and kept in the state and in the cluster, so they must hold no secrets. " +
				"What another attribute sets cannot be set here too. Default: none.",
		},
	}
}

func statusAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"chart_version": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Version of the chart that is installed.",
		},
		"app_version": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Version of KEDA that the installed chart brings.",
		},
		"revision": schema.Int64Attribute{
			Computed: true, MarkdownDescription: "Number of the release's newest revision, from 1.",
		},
		"status": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "Status of the release: `deployed` when it is complete, one of Helm's others (such as `failed`) when an operation did not end well, " +
				"or `incomplete` when something of it was deleted. The next apply repairs everything but `deployed`.",
		},
	}
}

const timeoutForm = "A duration such as `90s` or `15m`. Default: `10m`."

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "How long installing KEDA and waiting for it may take. " + timeoutForm,
		Update: true, UpdateDescription: "How long changing KEDA and waiting for it may take, without a rollback, which may take 5 minutes more. " + timeoutForm,
		Delete: true, DeleteDescription: "How long uninstalling KEDA and waiting until it is gone may take. " + timeoutForm,
	})
	if nested, isNested := attribute.(schema.SingleNestedAttribute); isNested {
		nested.MarkdownDescription = "How long operations may take."

		return nested
	}

	return attribute
}
