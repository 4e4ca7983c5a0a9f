package eks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

const roleAddress = "eks_service_account_role.test"

// roleConfig is a role for the service account "worker" of a namespace.
func roleConfig(name, namespace, fields string) string {
	return fmt.Sprintf(`
resource "eks_service_account_role" "test" {
  provider         = keda
  name             = %q
  service_accounts = [{ namespace = %q, name = "worker" }]
  %s
}
`, name, namespace, fields)
}

func onCluster(stack *sandboxtest.Stack) string {
	return fmt.Sprintf("cluster_name = %q\n", stack.ClusterName)
}

// gone checks that nothing with the name is left in the account or the cluster.
func gone(t *testing.T, stack *sandboxtest.Stack, name string) func(*terraform.State) error {
	return func(*terraform.State) error {
		if left := stack.Inventory(t).Named(name); len(left) > 0 {
			return fmt.Errorf("left behind:\n%s", left)
		}
		return nil
	}
}

// live is one attribute of a role as IAM has it.
func live(t *testing.T, stack *sandboxtest.Stack, name string) *iamtypes.Role {
	t.Helper()
	out, err := iam.NewFromConfig(stack.AWS).GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return out.Role
}

func ownTags(role *iamtypes.Role) map[string]string {
	tags := map[string]string{}
	for _, tag := range role.Tags {
		tags[*tag.Key] = *tag.Value
	}
	return tags
}

// createServiceAccounts makes service accounts as somebody else does.
func createServiceAccounts(t *testing.T, stack *sandboxtest.Stack, namespace string, names ...string) {
	t.Helper()
	for _, name := range names {
		account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if _, err := stack.Kubernetes.CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

// serviceAccountToken is a token as a pod of the service account has it.
type serviceAccountToken struct {
	ctx                       context.Context
	stack                     *sandboxtest.Stack
	namespace, name, audience string
}

// GetIdentityToken implements stscreds.IdentityTokenRetriever.
func (s serviceAccountToken) GetIdentityToken() ([]byte, error) {
	token, err := s.stack.Kubernetes.CoreV1().ServiceAccounts(s.namespace).CreateToken(s.ctx, s.name, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{Audiences: []string{s.audience}},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	return []byte(token.Status.Token), nil
}

// assumed is the account as a pod of a service account has it with the role.
func assumed(t *testing.T, stack *sandboxtest.Stack, roleARN, namespace, name string) aws.Config {
	t.Helper()
	config := stack.AWS.Copy()
	config.Credentials = aws.AnonymousCredentials{}
	token := serviceAccountToken{t.Context(), stack, namespace, name, "sts.amazonaws.com"}
	config.Credentials = aws.NewCredentialsCache(stscreds.NewWebIdentityRoleProvider(sts.NewFromConfig(config), roleARN, token))
	return config
}

// mayOnlySend checks that the credentials can send to the queue, and no more.
func mayOnlySend(t *testing.T, config aws.Config, queue sandboxtest.Queue) error {
	t.Helper()
	client := sqs.NewFromConfig(config)
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &queue.URL, MessageBody: aws.String("text")}); err != nil {
		return err
	}
	_, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue.URL})
	if err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		return errors.Join(errors.New("it may receive too"), err)
	}
	return nil
}

// trustOfAdministrator is a trust policy that nothing here would write.
func trustOfAdministrator(stack *sandboxtest.Stack) string {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"AWS": "arn:aws:iam::" + stack.AccountID + ":root"},
	}}})
	if err != nil {
		panic(err)
	}
	return string(text)
}
