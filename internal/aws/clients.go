package aws

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// clients are the SDK's clients of one account. Each is made when it is first
// asked for.
type clients struct {
	eks lazy[eks.Client]
	iam lazy[iam.Client]
	sqs lazy[sqs.Client]
	sts lazy[sts.Client]
}

type lazy[C any] struct {
	once   sync.Once
	client *C
}

// of builds the client once. The configuration comes first, because a failure to
// get one must not last.
func (l *lazy[C]) of(ctx context.Context, account *Account, build func(aws.Config) *C) (*C, error) {
	config, err := account.Config(ctx)
	if err != nil {
		return nil, err
	}
	l.once.Do(func() { l.client = build(config) })
	return l.client, nil
}

// IAM returns the client of AWS IAM. Errors: those of [Account.Config].
func (a *Account) IAM(ctx context.Context) (*iam.Client, error) {
	return a.clients.iam.of(ctx, a, func(config aws.Config) *iam.Client {
		return iam.NewFromConfig(config, func(o *iam.Options) { o.BaseEndpoint = endpoint(a.configuration.Endpoints.IAM, o.BaseEndpoint) })
	})
}

// SQS returns the client of Amazon SQS. Errors: those of [Account.Config].
func (a *Account) SQS(ctx context.Context) (*sqs.Client, error) {
	return a.clients.sqs.of(ctx, a, func(config aws.Config) *sqs.Client {
		return sqs.NewFromConfig(config, func(o *sqs.Options) { o.BaseEndpoint = endpoint(a.configuration.Endpoints.SQS, o.BaseEndpoint) })
	})
}

// STS returns the client of AWS STS. Errors: those of [Account.Config].
func (a *Account) STS(ctx context.Context) (*sts.Client, error) {
	return a.clients.sts.of(ctx, a, func(config aws.Config) *sts.Client {
		return sts.NewFromConfig(config, func(o *sts.Options) { o.BaseEndpoint = endpoint(a.configuration.Endpoints.STS, o.BaseEndpoint) })
	})
}

// eks returns the client of Amazon EKS. Errors: those of [Account.Config].
func (a *Account) eks(ctx context.Context) (*eks.Client, error) {
	return a.clients.eks.of(ctx, a, func(config aws.Config) *eks.Client {
		return eks.NewFromConfig(config, func(o *eks.Options) { o.BaseEndpoint = endpoint(a.configuration.Endpoints.EKS, o.BaseEndpoint) })
	})
}

// endpoint is the configured base URL of a service, or what the SDK has found in
// the environment and the shared files.
func endpoint(configured string, found *string) *string {
	if configured == "" {
		return found
	}
	return &configured
}
