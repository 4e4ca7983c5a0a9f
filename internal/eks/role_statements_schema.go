package eks

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// statementsAttribute has the words of the data source aws_iam_policy_document.
func statementsAttribute() schema.Attribute {
	return schema.ListNestedAttribute{
		Optional: true,
		MarkdownDescription: "What the role may do: statements of its inline policy `" + aws.RolePolicyName + "`, with the words of `aws_iam_policy_document`. " +
			"All inline policies of a role together may have 10240 characters. Default: none.",
		Validators: []validator.List{listvalidator.SizeAtLeast(1)},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"sid": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "ID of the statement: letters and digits, unlike those of the others. Default: none.",
				Validators:          append(rule("a statement ID", policy.CheckSID), stringvalidator.LengthAtLeast(1)),
			},
			"effect": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(string(policy.Allow)),
				MarkdownDescription: "`Allow` or `Deny`. Default: `Allow`.",
				Validators:          []validator.String{stringvalidator.OneOf(string(policy.Allow), string(policy.Deny))},
			},
			"actions":       statementTexts("Actions, such as `sqs:ReceiveMessage`; `*` and `?` are wildcards after the colon. Either these or `not_actions`.", "an action", policy.CheckAction),
			"not_actions":   statementTexts("All actions but these. Either these or `actions`.", "an action", policy.CheckAction),
			"resources":     statementTexts("ARNs of resources, in which `*` and `?` are wildcards, or `*` for all. Either these or `not_resources`.", "a resource", policy.CheckResource),
			"not_resources": statementTexts("All resources but these. Either these or `resources`.", "a resource", policy.CheckResource),
			"conditions": schema.ListNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Conditions, all of which have to hold. Default: none.",
				Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"test": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Operator, such as `StringEquals`, `StringLike`, `ArnLike` or `ForAnyValue:StringEquals`. Only those with Like take wildcards in texts.",
						Validators:          rule("a condition operator", policy.CheckOperator),
					},
					"variable": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Condition key, such as `aws:SourceArn`.",
						Validators:          rule("a condition key", policy.CheckConditionKey),
					},
					"values": schema.ListAttribute{
						Required: true, ElementType: types.StringType,
						MarkdownDescription: "Values, one of which has to match: at least one.",
						Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()},
					},
				}},
			},
		}},
	}
}

// statementTexts is a list of a statement, each element of which has to pass.
func statementTexts(description, words string, check func(string) error) schema.Attribute {
	return schema.ListAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: description,
		Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), listvalidator.ValueStringsAre(rule(words, check)...)},
	}
}
