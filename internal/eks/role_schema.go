package eks

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
)

const (
	// roleTimeout covers every budget of one operation on a role, one after the
	// other, and the answers of a busy account.
	roleTimeout = 10 * time.Minute

	defaultRolePath = "/"
	// The bounds of IAM on a role's session, and its default, in seconds.
	minSession, maxSession, defaultSession = 3600, 43200, 3600
)

func roleSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the role: 1 to 64 letters, digits and `_+=,.@-`. Another name makes another role.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			Validators:          rule("the name of an IAM role", checkRoleName),
		},
		"path": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(defaultRolePath),
			MarkdownDescription: "Path of the role, with a slash at both ends. Another path makes another role. Default: `/`.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			Validators:          rule("the path of an IAM role", checkRolePath),
		},
		"description": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Description of the role: at most 1000 characters. Default: none.",
			Validators:          rule("a description that IAM accepts", checkRoleDescription),
		},
		"cluster_name": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name of the EKS cluster whose service accounts these are, in the account and Region of the provider. " +
				"It is asked for its OIDC issuer (`irsa`, unless `oidc_provider_arn` is set) or its ARN (`pod_identity`), for which `eks:DescribeCluster` has to be allowed. " +
				"Default: none; `pod_identity` needs it.",
			Validators: rule("the name of an EKS cluster", checkClusterName),
		},
		"identity": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(identityIRSA),
			MarkdownDescription: "How pods get the role's credentials: `irsa` (IAM roles for service accounts: a token of the cluster's OIDC issuer, and an annotation on the service account) or " +
				"`pod_identity` (EKS Pod Identity: an association, and the Pod Identity agent, which EKS Auto Mode has built in). Default: `irsa`.",
			Validators: []validator.String{stringvalidator.OneOf(identityIRSA, identityPodIdentity)},
		},
		"oidc_provider_arn": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "ARN of the IAM OIDC provider for the cluster's issuer, such as `arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE`. " +
				"Default: that of the issuer of `cluster_name`; none for `pod_identity`.",
			Validators: rule("the ARN of an OIDC provider", checkOIDCProviderARN),
		},
		"service_accounts":     serviceAccountsAttribute(),
		"statements":           statementsAttribute(),
		"policy_arns":          policyARNsAttribute(),
		"permissions_boundary": boundaryAttribute(),
		"max_session_duration": schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(defaultSession),
			MarkdownDescription: "How long one session of the role may last, in seconds: 3600 to 43200. Default: `3600`, IAM's.",
			Validators:          []validator.Int64{int64validator.Between(minSession, maxSession)},
		},
		"timeouts": awsresource.TimeoutsAttribute(ctx, roleTimeout, roleTimeout, roleTimeout),
	}
	maps.Copy(attributes, awsresource.TagsAttributes())
	maps.Copy(attributes, roleOutputs())
	return schema.Schema{
		MarkdownDescription: "An IAM role that the named Kubernetes service accounts of an EKS cluster may assume, and nobody else, " +
			"by IAM roles for service accounts or by EKS Pod Identity. The trust policy is built from the service accounts; what the role may do comes from `statements` and `policy_arns`. " +
			"Inline policies and attachments of others, such as those of `sqs_inference_queue_binding`, are left alone while the role exists; deleting the role removes them, with a warning.",
		Attributes: attributes,
	}
}

func serviceAccountsAttribute() schema.Attribute {
	return schema.ListNestedAttribute{
		Required:            true,
		MarkdownDescription: "Service accounts that may assume the role: at least one.",
		Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"namespace": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Namespace of the service account. Wildcards match nothing.",
				Validators:          rule("the name of a namespace", checkNamespaceName),
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the service account. Wildcards match nothing.",
				Validators:          rule("the name of a service account", checkServiceAccountName),
			},
			"create": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
				MarkdownDescription: "Whether to make the service account, in a namespace that exists, with the annotation `eks.amazonaws.com/role-arn` where `identity` is `irsa`. " +
					"It needs the provider's `kubernetes`. When `false`, whoever makes it, such as a Helm chart, sets that annotation. Default: `false`.",
			},
		}},
	}
}

func policyARNsAttribute() schema.Attribute {
	return schema.SetAttribute{
		Optional:            true,
		ElementType:         types.StringType,
		MarkdownDescription: "ARNs of managed policies to attach, of AWS or of the role's own account: at most 25, and 10 unless the account's quota was raised. Default: none.",
		Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(rule("the ARN of a managed policy", checkPolicyARN)...)},
	}
}

func boundaryAttribute() schema.Attribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "ARN of the managed policy that bounds the role's permissions, of AWS or of the role's own account. Default: none, and one that others set is left alone.",
		Validators:          rule("the ARN of a managed policy", checkPolicyARN),
	}
}

func roleOutputs() map[string]schema.Attribute {
	// What stays as long as the role does.
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"arn": schema.StringAttribute{
			Computed: true, PlanModifiers: kept,
			MarkdownDescription: "ARN of the role.",
		},
		"unique_id": schema.StringAttribute{
			Computed: true, PlanModifiers: kept,
			MarkdownDescription: "ID by which IAM tells the role from others that had or will have its name.",
		},
		"cluster_arn": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "ARN of the cluster `cluster_name`, where `identity` is `pod_identity`.",
		},
		"assume_role_policy": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Trust policy of the role, in JSON: what follows from the other attributes, or what somebody made of it.",
		},
		"pod_identity_association_ids": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "IDs of the Pod Identity associations, by `NAMESPACE/NAME` of the service account. Pods that were admitted before have to be restarted to get credentials.",
		},
		"service_account_uids": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "UIDs of the service accounts that the resource made, by `NAMESPACE/NAME`. No others are changed or deleted.",
		},
	}
}
