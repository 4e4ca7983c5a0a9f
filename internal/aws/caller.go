package aws

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Caller is who the credentials belong to.
type Caller struct {
	// AccountID has 12 digits.
	AccountID string
	// Partition is aws, aws-cn or another one.
	Partition string
}

// Caller asks STS, which needs no permission. The answer is kept.
func (a *Account) Caller(ctx context.Context) (Caller, error) {
	client, err := a.STS(ctx)
	if err != nil {
		return Caller{}, err
	}
	select {
	case a.asking <- struct{}{}:
		defer func() { <-a.asking }()
	case <-ctx.Done():
		return Caller{}, context.Cause(ctx)
	}
	if a.caller != (Caller{}) {
		return a.caller, nil
	}
	identity, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Caller{}, err
	}
	who, err := arn.Parse(aws.ToString(identity.Arn))
	if err != nil {
		return Caller{}, fmt.Errorf("STS gives %q for the caller's ARN: %w", aws.ToString(identity.Arn), err)
	}
	a.caller = Caller{AccountID: aws.ToString(identity.Account), Partition: who.Partition}
	return a.caller, nil
}
