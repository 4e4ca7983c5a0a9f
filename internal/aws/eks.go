package aws

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// The form of a token for EKS, as `aws eks get-token` and
// sigs.k8s.io/aws-iam-authenticator make it and EKS expects it.
const (
	tokenPrefix   = "k8s-aws-v1."
	clusterHeader = "x-k8s-aws-id"
	// urlExpiry is within what EKS accepts of X-Amz-Expires, in seconds. It does
	// not bound the token's life.
	urlExpiry = "60"
	// tokenLife is a minute less than the 15 for which EKS accepts a token from its
	// X-Amz-Date on.
	tokenLife = 14 * time.Minute
)

// EKS answers for the EKS clusters of the account.
func (a *Account) EKS() kube.EKS { return &clusters{account: a, now: time.Now} }

type clusters struct {
	account *Account
	now     func() time.Time
}

// Cluster implements kube.EKS by eks:DescribeCluster.
func (c *clusters) Cluster(ctx context.Context, name string) (kube.ClusterInfo, error) {
	cluster, err := c.account.describeCluster(ctx, name)
	if err != nil {
		return kube.ClusterInfo{}, err
	}
	info := kube.ClusterInfo{Endpoint: aws.ToString(cluster.Endpoint)}
	if authority := cluster.CertificateAuthority; authority != nil {
		if info.CAData, err = base64.StdEncoding.DecodeString(aws.ToString(authority.Data)); err != nil {
			return kube.ClusterInfo{}, fmt.Errorf("EKS gives a certificate authority for cluster %q that is not base64: %w", name, err)
		}
	}
	return info, nil
}

func (a *Account) describeCluster(ctx context.Context, name string) (*ekstypes.Cluster, error) {
	client, err := a.eks(ctx)
	if err != nil {
		return nil, err
	}
	region := client.Options().Region
	out, err := client.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &name})
	if _, missing := errors.AsType[*ekstypes.ResourceNotFoundException](err); missing {
		return nil, &MissingError{
			What:   fmt.Sprintf("EKS knows no cluster %q in Region %s for these credentials", name, region),
			Remedy: "Check the name, aws.region, and the account. If the cluster is made in the same apply, refer to its resource instead of writing its name.",
		}
	}
	if err != nil {
		return nil, fmt.Errorf("EKS does not describe the cluster in Region %s, for which eks:DescribeCluster has to be allowed: %w", region, err)
	}
	return out.Cluster, nil
}

// Token implements kube.EKS. It signs a request to sts:GetCallerIdentity, which
// the cluster sends to learn who the bearer is; nothing is sent from here, but
// credentials may be renewed.
func (c *clusters) Token(ctx context.Context, name string) (kube.Token, error) {
	config, err := c.account.Config(ctx)
	if err != nil {
		return kube.Token{}, err
	}
	credentials, err := config.Credentials.Retrieve(ctx)
	if err != nil {
		return kube.Token{}, fmt.Errorf("the AWS credentials cannot be renewed: %w", err)
	}
	client, err := c.account.STS(ctx)
	if err != nil {
		return kube.Token{}, err
	}
	signed := c.now()
	request, err := sts.NewPresignClient(client).PresignGetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}, func(o *sts.PresignOptions) {
		o.ClientOptions = append(o.ClientOptions, sts.WithAPIOptions(
			smithyhttp.SetHeaderValue(clusterHeader, name),
			smithyhttp.SetHeaderValue("X-Amz-Expires", urlExpiry),
		))
	})
	if err != nil {
		return kube.Token{}, fmt.Errorf("signing a token for EKS cluster %q: %w", name, err)
	}
	token := kube.Token{
		Value:   tokenPrefix + base64.RawURLEncoding.EncodeToString([]byte(request.URL)),
		Expires: signed.Add(tokenLife),
	}
	// A signature ends with the credentials that made it.
	if credentials.CanExpire && credentials.Expires.Before(token.Expires) {
		token.Expires = credentials.Expires
	}
	return token, nil
}
