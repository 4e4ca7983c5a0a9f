package sandboxtest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// inlinePolicy is the name of the one policy of a test's role.
const inlinePolicy = "test"

// CreateServiceAccountRole makes a role that the service account may assume
// (IRSA), for as long as the test runs, and returns its ARN.
func (s *Stack) CreateServiceAccountRole(t testing.TB, name, namespace, serviceAccount string) string {
	t.Helper()
	arn, err := s.createServiceAccountRole(t.Context(), name, namespace, serviceAccount)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.deleteRole(context.WithoutCancel(t.Context()), arn); err != nil {
			t.Error(err)
		}
	})
	return arn
}

func (s *Stack) createServiceAccountRole(ctx context.Context, name, namespace, serviceAccount string) (string, error) {
	issuer := strings.TrimPrefix(s.Issuer, "https://")
	trust, err := json.Marshal(map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect":    "Allow",
			"Action":    "sts:AssumeRoleWithWebIdentity",
			"Principal": map[string]any{"Federated": fmt.Sprintf("arn:aws:iam::%s:oidc-provider/%s", s.AccountID, issuer)},
			"Condition": map[string]any{"StringEquals": map[string]any{
				issuer + ":sub": fmt.Sprintf("system:serviceaccount:%s:%s", namespace, serviceAccount),
				issuer + ":aud": "sts.amazonaws.com",
			}},
		}},
	})
	if err != nil {
		return "", err
	}
	role, err := iam.NewFromConfig(s.AWS).CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(string(trust))})
	if err != nil {
		return "", err
	}
	return *role.Role.Arn, nil
}

func (s *Stack) deleteRole(ctx context.Context, arn string) error {
	client, name := iam.NewFromConfig(s.AWS), roleName(arn)
	policies, err := client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &name})
	if err != nil {
		return err
	}
	for _, policy := range policies.PolicyNames {
		if _, err := client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: &policy}); err != nil {
			return err
		}
	}
	_, err = client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
	return err
}

func roleName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// Allow adds a permission to a role: the actions on one resource.
func (s *Stack) Allow(t testing.TB, roleARN, resource string, actions ...string) {
	t.Helper()
	policy, err := json.Marshal(map[string]any{
		"Version":   "2012-10-17",
		"Statement": []any{map[string]any{"Effect": "Allow", "Action": actions, "Resource": resource}},
	})
	if err != nil {
		t.Fatal(err)
	}
	// Tests that share a role allow it different queues.
	name := inlinePolicy + "-" + resource[strings.LastIndexByte(resource, ':')+1:]
	if _, err := iam.NewFromConfig(s.AWS).PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String(roleName(roleARN)), PolicyName: &name, PolicyDocument: aws.String(string(policy)),
	}); err != nil {
		t.Fatal(err)
	}
}

// Queue is an SQS queue.
type Queue struct{ URL, ARN string }

// CreateQueue makes an SQS queue that goes with the test.
func (s *Stack) CreateQueue(t testing.TB, name string) Queue {
	t.Helper()
	client := sqs.NewFromConfig(s.AWS)
	out, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteQueue(context.WithoutCancel(t.Context()), &sqs.DeleteQueueInput{QueueUrl: out.QueueUrl}); err != nil {
			t.Error(err)
		}
	})
	attributes, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: out.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		t.Fatal(err)
	}
	return Queue{URL: *out.QueueUrl, ARN: attributes.Attributes["QueueArn"]}
}
