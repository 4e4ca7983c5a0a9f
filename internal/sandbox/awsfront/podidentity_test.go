package awsfront_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/awsfront"
)

// podTrust is a trust policy for EKS Pod Identity with a Condition, which may
// be empty.
func podTrust(condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]` + condition + `}]}`
}

func (s *stack) associate(t *testing.T, namespace, name, role string) {
	t.Helper()
	_, err := s.eks(s.admin).CreatePodIdentityAssociation(t.Context(), &eks.CreatePodIdentityAssociationInput{
		ClusterName: aws.String(cluster), Namespace: &namespace, ServiceAccount: &name, RoleArn: &role,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPodIdentityCredentials(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	queue, arn := s.queue(t, "pod-identity")
	role := s.role(t, "pod-identity", podTrust(`{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"vllm","aws:RequestTag/kubernetes-service-account":"consumer","aws:RequestTag/eks-cluster-name":"sandbox"},"ArnLike":{"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:us-west-2:123456789012:cluster/*"}}`), allow("sqs:ReceiveMessage", arn))
	s.associate(t, "vllm", "consumer", role)
	made, err := s.front.PodIdentityCredentials(t.Context(), s.token(t, "vllm", "consumer", awsfront.PodIdentityAudience, nil))
	if err != nil {
		t.Fatal(err)
	}
	who, err := s.sts(made).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || !strings.HasPrefix(*who.Arn, "arn:aws:sts::123456789012:assumed-role/pod-identity/eks-sandbox-consumer-0-") {
		t.Errorf("caller identity %v, %v", who, err)
	}
	if _, err := s.sqs(made).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue}); err != nil {
		t.Errorf("the allowed call: %v", err)
	}
	_, err = s.sqs(made).DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &queue})
	wantCode(t, err, "AccessDenied", "sqs:DeleteQueue")
}

func TestPodIdentityRefused(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	for name, trust := range map[string]string{
		"no-tagging":   `{"Statement":{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}}`,
		"other-ns":     podTrust(`{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"other"}}`),
		"other-pod":    podTrust(`{"StringEquals":{"aws:RequestTag/kubernetes-pod-name":"other"}}`),
		"irsa":         irsa("StringEquals", "system:serviceaccount:refused:irsa"),
		"another-svc":  `{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:*"}}`,
		"other-source": podTrust(`{"ArnEquals":{"aws:SourceArn":"arn:aws:eks:us-west-2:123456789012:cluster/other"}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.associate(t, "refused", name, s.role(t, "pod-refused-"+name, trust, ""))
			_, err := s.front.PodIdentityCredentials(t.Context(), s.token(t, "refused", name, awsfront.PodIdentityAudience, nil))
			if _, code, _ := awsfront.ErrorDetails(err); code != "AccessDeniedException" {
				t.Errorf("error %v, want AccessDeniedException", err)
			}
		})
	}
	for name, test := range map[string]struct{ audience, account, code string }{
		"the audience of IRSA": {"sts.amazonaws.com", "no-tagging", "InvalidTokenException"},
		"no association":       {awsfront.PodIdentityAudience, "nobody", "ResourceNotFoundException"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := s.front.PodIdentityCredentials(t.Context(), s.token(t, "refused", test.account, test.audience, nil))
			if _, code, _ := awsfront.ErrorDetails(err); code != test.code {
				t.Errorf("error %v, want %s", err, test.code)
			}
		})
	}
}
