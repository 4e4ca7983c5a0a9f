// Package aws reaches AWS by the provider's configuration.
package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/diag"
)

// Account is the AWS account and Region that a configuration leads to. It is
// safe for concurrent use, reads no file and contacts nothing until the first
// call that needs AWS.
type Account struct {
	configuration Configuration
	version       string

	// building admits one goroutine at a time. It is no sync.Once, because a
	// failure must not last: credentials may be renewed, or a file be written,
	// while Terraform runs. It is no mutex, because waiting for it must end with
	// the caller's context.
	building chan struct{}
	built    *aws.Config

	clients clients
	// asking admits one goroutine at a time, for the same reasons.
	asking chan struct{}
	caller Caller
}

// New returns the account of a configuration that is known. The version is this
// provider's, for the user agent of its requests.
func New(configuration Configuration, version string) *Account {
	return &Account{configuration: configuration, version: version, building: make(chan struct{}, 1), asking: make(chan struct{}, 1)}
}

// ConfigError is an AWS configuration that leads nowhere: there are no
// credentials, no Region, or a role that cannot be assumed.
type ConfigError struct{ Reason string }

func (e *ConfigError) Error() string { return e.Reason }

// Config returns the configuration of AWS clients, whose retries are those of
// the settings. Which source of credentials, Region and endpoints wins is
// decided as in hashicorp/aws. An error is a *ConfigError, or the context's; it
// is returned to this caller only, and the next one tries again.
func (a *Account) Config(ctx context.Context) (aws.Config, error) {
	select {
	case a.building <- struct{}{}:
		defer func() { <-a.building }()
	case <-ctx.Done():
		return aws.Config{}, context.Cause(ctx)
	}
	if a.built != nil {
		return *a.built, nil
	}
	_, config, diags := awsbase.GetAwsConfig(ctx, a.base())
	if diags.HasError() {
		return aws.Config{}, errors.Join(context.Cause(ctx), &ConfigError{Reason: reasonOf(diags)})
	}
	if config.Region == "" {
		return aws.Config{}, &ConfigError{Reason: "no AWS Region is configured: set aws.region, or AWS_REGION in the environment"}
	}
	a.built = &config
	return config, nil
}

// base says what is configured in the library's terms. It checks no credentials
// by a call of its own: the first call that does something finds out as well.
func (a *Account) base() *awsbase.Config {
	base := &awsbase.Config{
		CallerName: "the provider keda",
		UserAgent:  awsbase.UserAgentProducts{{Name: "terraform-provider-keda", Version: a.version}},

		Region:                 a.configuration.Region,
		Profile:                a.configuration.Profile,
		SharedConfigFiles:      a.configuration.SharedConfigFiles,
		SharedCredentialsFiles: a.configuration.SharedCredentialsFiles,
		IamEndpoint:            a.configuration.Endpoints.IAM,
		StsEndpoint:            a.configuration.Endpoints.STS,

		// The library counts the first attempt, and takes 0 for the SDK's default.
		MaxRetries:          a.configuration.MaxRetries + 1,
		SkipCredsValidation: true,
	}
	if role := a.configuration.AssumeRole; role != nil {
		base.AssumeRole = []awsbase.AssumeRole{{
			RoleARN:           role.RoleARN,
			SessionName:       role.SessionName,
			ExternalID:        role.ExternalID,
			Duration:          role.Duration,
			Policy:            role.Policy,
			Tags:              role.Tags,
			TransitiveTagKeys: role.TransitiveTagKeys,
		}}
	}
	return base
}

func reasonOf(diags diag.Diagnostics) string {
	var words []string
	for _, d := range diags {
		if d.Severity() == diag.SeverityError {
			words = append(words, strings.TrimSpace(fmt.Sprintf("%s: %s", d.Summary(), d.Detail())))
		}
	}
	return strings.Join(words, "\n")
}
