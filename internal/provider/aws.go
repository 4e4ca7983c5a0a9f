package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
)

type awsModel struct {
	Region                 types.String      `tfsdk:"region"`
	Profile                types.String      `tfsdk:"profile"`
	SharedConfigFiles      []string          `tfsdk:"shared_config_files"`
	SharedCredentialsFiles []string          `tfsdk:"shared_credentials_files"`
	MaxRetries             types.Int64       `tfsdk:"max_retries"`
	DefaultTags            map[string]string `tfsdk:"default_tags"`
	AssumeRole             *assumeRoleModel  `tfsdk:"assume_role"`
	Endpoints              *endpointsModel   `tfsdk:"endpoints"`
}

type assumeRoleModel struct {
	RoleARN           types.String      `tfsdk:"role_arn"`
	SessionName       types.String      `tfsdk:"session_name"`
	ExternalID        types.String      `tfsdk:"external_id"`
	Duration          types.String      `tfsdk:"duration"`
	Policy            types.String      `tfsdk:"policy"`
	Tags              map[string]string `tfsdk:"tags"`
	TransitiveTagKeys []string          `tfsdk:"transitive_tag_keys"`
}

type endpointsModel struct {
	AMP types.String `tfsdk:"amp"`
	EC2 types.String `tfsdk:"ec2"`
	EKS types.String `tfsdk:"eks"`
	IAM types.String `tfsdk:"iam"`
	SQS types.String `tfsdk:"sqs"`
	STS types.String `tfsdk:"sts"`
}

// resolveAWS converts a known configuration. The AWS SDK reads the environment
// by itself, so that its order of precedence holds.
func resolveAWS(ctx context.Context, config types.Object) (aws.Configuration, diag.Diagnostics) {
	resolved := aws.Configuration{MaxRetries: aws.DefaultMaxRetries}
	if config.IsNull() {
		return resolved, nil
	}

	var model awsModel

	diags := config.As(ctx, &model, objectOptions)

	resolved.Region = model.Region.ValueString()
	resolved.Profile = model.Profile.ValueString()
	resolved.SharedConfigFiles = expandHomes(model.SharedConfigFiles)
	resolved.SharedCredentialsFiles = expandHomes(model.SharedCredentialsFiles)
	resolved.DefaultTags = model.DefaultTags
	resolved.AssumeRole = model.AssumeRole.resolve()

	if !model.MaxRetries.IsNull() {
		resolved.MaxRetries = int(model.MaxRetries.ValueInt64())
	}

	if endpoints := model.Endpoints; endpoints != nil {
		resolved.Endpoints = aws.Endpoints{
			AMP: endpoints.AMP.ValueString(),
			EC2: endpoints.EC2.ValueString(),
			EKS: endpoints.EKS.ValueString(),
			IAM: endpoints.IAM.ValueString(),
			SQS: endpoints.SQS.ValueString(),
			STS: endpoints.STS.ValueString(),
		}
	}

	return resolved, diags
}

func (m *assumeRoleModel) resolve() *aws.AssumeRole {
	if m == nil {
		return nil
	}

	// The attribute's rule has accepted the duration; null gives 0, which
	// stands for the SDK's default.
	duration, _ := time.ParseDuration(m.Duration.ValueString())

	return &aws.AssumeRole{
		RoleARN:           m.RoleARN.ValueString(),
		SessionName:       m.SessionName.ValueString(),
		ExternalID:        m.ExternalID.ValueString(),
		Duration:          duration,
		Policy:            m.Policy.ValueString(),
		Tags:              m.Tags,
		TransitiveTagKeys: m.TransitiveTagKeys,
	}
}
