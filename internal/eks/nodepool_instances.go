package eks

import (
	"context"
	"errors"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/eks/karpenter"
)

// instances tells of EC2 instances, nil if AWS is not known.
func (r *autoGPUNodePool) instances() karpenter.Instances {
	account, err := r.settings.Account()
	if err != nil {
		return nil
	}
	return ec2Instances{account}
}

// ec2Instances are those of an account.
type ec2Instances struct{ account *aws.Account }

// Living implements [karpenter.Instances]. Without credentials, AWS is not
// configured, and nothing can be said of instances.
func (e ec2Instances) Living(ctx context.Context, ids []string) (map[string]string, error) {
	living, err := e.account.LivingInstances(ctx, ids)
	if err == nil {
		return living, nil
	}
	if reason := aws.Classify(err); reason == aws.Misconfigured || reason == aws.Unauthorized {
		return nil, nil
	}
	_, detail := aws.Describe(err)
	return nil, errors.New(detail)
}
