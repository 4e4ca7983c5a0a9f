package aws

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// Cluster is what identities of an EKS cluster are told by.
type Cluster struct {
	Name string
	ARN  string
	// OIDCProviderARN is that of the IAM OIDC provider for the cluster's issuer,
	// which need not exist. It is empty for a cluster without an issuer.
	OIDCProviderARN string
}

// Cluster asks EKS for a cluster. Errors: IsGone reports whether it does not
// exist.
func (a *Account) Cluster(ctx context.Context, name string) (Cluster, error) {
	live, err := a.describeCluster(ctx, name)
	if err != nil {
		return Cluster{}, err
	}
	cluster := Cluster{Name: name, ARN: aws.ToString(live.Arn)}
	parsed, err := arn.Parse(cluster.ARN)
	if err != nil {
		return Cluster{}, fmt.Errorf("EKS gives %q for the ARN of cluster %q: %w", cluster.ARN, name, err)
	}
	if live.Identity != nil && live.Identity.Oidc != nil && live.Identity.Oidc.Issuer != nil {
		cluster.OIDCProviderARN = policy.ProviderARN(parsed.Partition, parsed.AccountID, *live.Identity.Oidc.Issuer)
	}
	return cluster, nil
}

// RequireOIDCProvider returns nil when IAM knows the provider and it takes the
// tokens that service accounts get. It waits a while for one that is being made.
func (a *Account) RequireOIDCProvider(ctx context.Context, providerARN string) error {
	client, err := a.IAM(ctx)
	if err != nil {
		return err
	}
	provider, err := retry(ctx, providerBudget, IsGone, func(ctx context.Context) (*iam.GetOpenIDConnectProviderOutput, error) {
		return client.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: &providerARN})
	})
	switch {
	case IsGone(err):
		return &MissingError{
			What: fmt.Sprintf("IAM has no OIDC provider %s", providerARN),
			Remedy: "Make it first (aws_iam_openid_connect_provider, for the cluster's issuer and the audience " + policy.STSAudience + ") and let this resource depend on it, " +
				"or set identity to \"pod_identity\", which needs none.",
		}
	case err != nil:
		return about("OIDC provider "+providerARN, err)
	case !slices.Contains(provider.ClientIDList, policy.STSAudience):
		return &PreconditionError{
			What:   fmt.Sprintf("The OIDC provider %s does not take the audience %s, which is in service accounts' tokens", providerARN, policy.STSAudience),
			Remedy: "Add the audience to the provider's client_id_list.",
		}
	}
	return nil
}
