package provider

import (
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
)

// awsSchema uses the words of the hashicorp/aws provider. Keys are not among
// them: credentials come from the AWS SDK's chain, which keeps them out of
// configurations and plans.
func awsSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to reach AWS. Credentials come from the AWS SDK's default chain: environment variables (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, " +
			"`AWS_SESSION_TOKEN`, `AWS_WEB_IDENTITY_TOKEN_FILE`, ...), shared files, then the machine's identity.",
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "AWS Region, such as `us-west-2`. Default: environment variable `AWS_REGION` or `AWS_DEFAULT_REGION`, then the profile's.",
				Validators:          rules("an AWS Region", checkRegion),
			},
			"profile": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Profile in the shared files. Default: environment variable `AWS_PROFILE`, then `default`.",
				Validators:          rules("a profile's name", checkNotEmpty),
			},
			"shared_config_files": schema.ListAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Paths of shared configuration files. Default: environment variable `AWS_CONFIG_FILE`, then `~/.aws/config`.",
				Validators:          pathsValidators(),
			},
			"shared_credentials_files": schema.ListAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Paths of shared credentials files. Default: environment variable `AWS_SHARED_CREDENTIALS_FILE`, then `~/.aws/credentials`.",
				Validators:          pathsValidators(),
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "Number of times to repeat a request that AWS throttles or fails to answer, with growing pauses. Default: `" +
					strconv.Itoa(aws.DefaultMaxRetries) + "`.",
				Validators: []validator.Int64{int64validator.Between(0, 1000)},
			},
			"default_tags": schema.MapAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Tags for every AWS resource that the provider makes; a resource's own tags win. " +
					"At most 50, keys of 1 to 128 characters that do not begin with `aws:`, values of at most 256. Default: none.",
				Validators: []validator.Map{tagsRule{}},
			},
			"assume_role": assumeRoleSchema(),
			"endpoints":   endpointsSchema(),
		},
	}
}

func assumeRoleSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Role to work as, assumed with the credentials found. Default: none.",
		Attributes: map[string]schema.Attribute{
			"role_arn": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ARN of the IAM role.",
				Validators:          rules("the ARN of an IAM role", checkRoleARN),
			},
			"session_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the session, as it shows in CloudTrail: 2 to 64 characters. Default: environment variable `AWS_ROLE_SESSION_NAME`, then one that the AWS SDK makes.",
				Validators:          rules("2 to 64 letters, digits and _+=,.@-", checkSessionName),
			},
			"external_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "External ID that the role's trust policy asks for: 2 to 1224 characters. Default: none.",
				Validators:          rules("2 to 1224 letters, digits and _+=,.@:/-", checkExternalID),
			},
			"duration": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "How long one session lasts before it is renewed, as a number with a unit (`s`, `m` or `h`): `15m` to `12h`. Default: `15m`, the AWS SDK's.",
				Validators:          rules("15m to 12h", checkAssumeRoleDuration),
			},
			"policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "IAM policy document, in JSON, that narrows what the session may do. Default: none.",
				Validators:          rules("a JSON object", checkJSONObject),
			},
			"tags": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Session tags: at most 50. Default: none.",
				Validators:          []validator.Map{tagsRule{}},
			},
			"transitive_tag_keys": schema.ListAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Keys of session tags that go on to the next role in a chain. Default: none.",
				Validators:          []validator.List{listvalidator.UniqueValues(), listvalidator.NoNullValues()},
			},
		},
	}
}

func endpointsSchema() schema.Attribute {
	endpoint := func(service, variable string) schema.Attribute {
		return schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URL of " + service + ". Default: environment variable `" + variable + "`, then `AWS_ENDPOINT_URL`, " +
				"then the service's own endpoint in the Region.",
			Validators: rules("the URL of a server", checkHTTPURL),
		}
	}

	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Endpoints to use instead of AWS' own, such as those of a private link or of an AWS on this machine. Default: none.",
		Attributes: map[string]schema.Attribute{
			"amp": endpoint("Amazon Managed Service for Prometheus", "AWS_ENDPOINT_URL_AMP"),
			"ec2": endpoint("Amazon EC2", "AWS_ENDPOINT_URL_EC2"),
			"eks": endpoint("Amazon EKS", "AWS_ENDPOINT_URL_EKS"),
			"iam": endpoint("AWS IAM", "AWS_ENDPOINT_URL_IAM"),
			"sqs": endpoint("Amazon SQS", "AWS_ENDPOINT_URL_SQS"),
			"sts": endpoint("AWS STS", "AWS_ENDPOINT_URL_STS"),
		},
	}
}
