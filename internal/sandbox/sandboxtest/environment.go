package sandboxtest

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"k8s.io/client-go/tools/clientcmd"
)

// UseEnvironment names the environment variable that moves shared stacks' tests
// onto a cluster and an account of the user's own: kind and LocalStack, or a
// real EKS cluster. Any value but the empty one does. It then takes
// KUBECONFIG (one file), EKS_CLUSTER_NAME, and the AWS SDK's own variables, of
// which AWS_ENDPOINT_URL leads to LocalStack.
//
// KUBECONFIG alone does not: on most machines it names a cluster that somebody
// works with, and the tests make and delete namespaces, install KEDA, and act as
// an administrator.
const UseEnvironment = "KEDA_TEST_USE_ENVIRONMENT"

func ofEnvironment(ctx context.Context) (*Stack, error) {
	s := &Stack{Kubeconfig: os.Getenv("KUBECONFIG"), ClusterName: os.Getenv("EKS_CLUSTER_NAME")}
	if s.Kubeconfig == "" || s.ClusterName == "" {
		return nil, errors.New(UseEnvironment + " is set, so KUBECONFIG and EKS_CLUSTER_NAME must name the cluster to test on; unset it to test on a local stack")
	}
	var err error
	if s.REST, err = clientcmd.BuildConfigFromFlags("", s.Kubeconfig); err != nil {
		return nil, fmt.Errorf("KUBECONFIG: %w", err)
	}
	if s.AWS, err = config.LoadDefaultConfig(ctx); err != nil {
		return nil, err
	}
	caller, err := sts.NewFromConfig(s.AWS).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, err
	}
	s.AccountID = *caller.Account
	cluster, err := eks.NewFromConfig(s.AWS).DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &s.ClusterName})
	if err != nil {
		return nil, err
	}
	if identity := cluster.Cluster.Identity; identity != nil && identity.Oidc != nil && identity.Oidc.Issuer != nil {
		s.Issuer = *identity.Oidc.Issuer
	}
	if err := s.connect(); err != nil {
		return nil, err
	}
	return s, nil
}
