package sqs

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// grantAttributes are who may do what.
func grantAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"cluster_name": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Name of the EKS cluster whose service accounts assume the roles that are made, by its OIDC provider (IRSA). Default: the provider's `kubernetes.eks_cluster_name`.",
		},
		"scaler": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Role of KEDA's operator, by name or ARN, which may then read how many messages the queue has (`sqs:GetQueueAttributes`) and nothing else: an inline policy is put on it. " +
				"Default: none; KEDA needs that right from elsewhere.",
			Attributes: map[string]schema.Attribute{
				"role_name": schema.StringAttribute{
					Optional: true, MarkdownDescription: "Name of the role. Default: that of `role_arn`.",
					Validators: textRules("the name of an IAM role", checkRoleName),
				},
				"role_arn": schema.StringAttribute{
					Optional: true, MarkdownDescription: "ARN of the role. Default: none, so `role_name` is needed.",
					Validators: textRules("the ARN of an IAM role", checkRoleARN),
				},
			},
		},
		"consumer": workloadSchema("Who takes messages from the queue. A role is made for its service account, or an existing one is given, which may receive and delete messages, change their visibility, read the queue's attributes, "+
			"and send to the dead-letter queue what nobody can process. Default: none.", "consumer"),
		"producer": workloadSchema("Who sends messages to the queue. A role is made for its service account, or an existing one is given, which may send messages and nothing else. Default: none.", "producer"),
		"trigger_authentication": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Where the TriggerAuthentication is made by which KEDA signs in as its operator's role. It has to be in the namespace of the ScaledObject. " +
				"Default: one in the consumer's namespace; without that none is made, and the trigger says `identityOwner` `operator`, which has the same effect.",
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Optional: true, MarkdownDescription: "Name of the TriggerAuthentication. Default: the binding's `name`, without `.fifo`.",
					Validators: textRules("a DNS subdomain name", checkObjectName),
				},
				"namespace": schema.StringAttribute{
					Optional: true, MarkdownDescription: "Namespace of the TriggerAuthentication. Default: the consumer's.",
					Validators: textRules("the name of a namespace", checkNamespace),
				},
			},
		},
	}
}

func workloadSchema(description, who string) schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"namespace": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Namespace of the service account. Needed unless `role_arn` is set.",
				Validators: textRules("the name of a namespace", checkNamespace),
			},
			"service_account": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Name of the service account. Needed unless `role_arn` is set.",
				Validators: textRules("a DNS subdomain name", checkObjectName),
			},
			"create_namespace": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to make the namespace if there is none. One that was made is deleted with the binding, " +
					"unless somebody else's objects are in it by then. Default: `false`.",
			},
			"create_service_account": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to make the service account, annotated with the role. When `false`, whoever makes it has to annotate it. Not with `role_arn`. Default: `true` without `role_arn`.",
			},
			"role_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the role that is made; another name makes another role. Default: `CLUSTER-NAME-" + who + "`.",
				Validators:          textRules("the name of an IAM role", checkRoleName),
			},
			"role_arn": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "ARN of an existing role to grant the rights to, by an inline policy, in place of making one: of a workload with EKS Pod Identity, or outside the cluster. " +
					"Default: a role is made that the service account may assume (IRSA).",
				Validators: textRules("the ARN of an IAM role", checkRoleARN),
			},
		},
	}
}

// outputAttributes are what AWS gives.
func outputAttributes() map[string]schema.Attribute {
	text := func(words string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: words}
	}
	return map[string]schema.Attribute{
		"queue_name":            text("Name of the queue."),
		"queue_url":             text("URL of the queue."),
		"queue_arn":             text("ARN of the queue."),
		"dead_letter_queue_url": text("URL of the dead-letter queue; null if an existing queue has none in its own account and Region."),
		"dead_letter_queue_arn": text("ARN of the dead-letter queue; null if an existing queue has none."),
		"consumer_role_name":    text("Name of the consumer's role; null without `consumer`."),
		"consumer_role_arn":     text("ARN of the consumer's role, for the annotation `eks.amazonaws.com/role-arn`; null without `consumer`."),
		"producer_role_name":    text("Name of the producer's role; null without `producer`."),
		"producer_role_arn":     text("ARN of the producer's role, for the annotation `eks.amazonaws.com/role-arn`; null without `producer`."),
		"trigger": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Trigger for `keda_scaled_object.triggers` and `keda_scaled_job.triggers`. Use `merge` to add what it does not set, such as a name.",
			Attributes: map[string]schema.Attribute{
				"type":     text("Scaler: `aws-sqs-queue`."),
				"metadata": schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Parameters of the scaler."},
				"authentication_ref": schema.SingleNestedAttribute{
					Computed:            true,
					MarkdownDescription: "The TriggerAuthentication; null if there is none.",
					Attributes: map[string]schema.Attribute{
						"name": text("Name of the TriggerAuthentication."),
						"kind": text("Kind of the object: `TriggerAuthentication`."),
					},
				},
			},
		},
		"drift": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "What somebody changed of that which no other attribute shows, such as a policy: a sentence for each. The next apply repairs it. Empty after an apply.",
		},
	}
}
