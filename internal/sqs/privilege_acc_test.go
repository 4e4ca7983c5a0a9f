package sqs_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

func unescape(document string) (string, error) { return url.PathUnescape(document) }

// calls are what somebody could do with a queue.
var calls = map[string]func(context.Context, *sqs.Client, target) error{
	"SendMessage": func(ctx context.Context, client *sqs.Client, on target) error {
		_, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &on.url, MessageBody: aws.String("prompt")})
		return err
	},
	"ReceiveMessage": func(ctx context.Context, client *sqs.Client, on target) error {
		_, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &on.url, VisibilityTimeout: 1, WaitTimeSeconds: 1})
		return err
	},
	"ChangeMessageVisibility": func(ctx context.Context, client *sqs.Client, on target) error {
		_, err := client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: &on.url, ReceiptHandle: &on.receipt, VisibilityTimeout: 600})
		return err
	},
	"GetQueueAttributes": func(ctx context.Context, client *sqs.Client, on target) error {
		_, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &on.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
		return err
	},
	"SetQueueAttributes": func(ctx context.Context, client *sqs.Client, on target) error {
		_, err := client.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &on.url, Attributes: map[string]string{"DelaySeconds": "0"}})
		return err
	},
	"PurgeQueue": func(ctx context.Context, client *sqs.Client, on target) error {
		_, err := client.PurgeQueue(ctx, &sqs.PurgeQueueInput{QueueUrl: &on.url})
		return err
	},
	"TagQueue": func(ctx context.Context, client *sqs.Client, on target) error {
		_, err := client.TagQueue(ctx, &sqs.TagQueueInput{QueueUrl: &on.url, Tags: map[string]string{"a": "b"}})
		return err
	},
	"DeleteMessage": func(ctx context.Context, client *sqs.Client, on target) error {
		_, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &on.url, ReceiptHandle: &on.receipt})
		return err
	},
	"DeleteQueue": func(ctx context.Context, client *sqs.Client, on target) error {
		_, err := client.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &on.url})
		return err
	},
}

// target is a queue with a message in flight.
type target struct{ url, receipt string }

// TestAccBindingLeastPrivilege uses each role: it can do its job on this queue,
// and is refused everything else.
func TestAccBindingLeastPrivilege(t *testing.T) {
	keda := acctest.KEDA(t)
	stack := accountOf(keda.Stack)
	name := stack.uniqueName(t, "privilege")
	namespace := name
	other := keda.CreateQueue(t, name+"-other")
	operator := keda.CreateServiceAccountRole(t, name+"-operator", namespace, "operator")
	stack.createServiceAccount(t, namespace, "operator")
	config := acctest.EKSProviderConfig(t, keda.Stack) + bindingConfig(name, fmt.Sprintf(`
  max_inference_seconds = 120
  scaler                = { role_name = "%[1]s-operator" }
  consumer              = { namespace = %[2]q, service_account = "consumer" }
  producer              = { namespace = %[2]q, service_account = "producer" }
  force_destroy         = true
`, name, namespace))
	consumer, producer := keda.ClusterName+"-"+name+"-consumer", keda.ClusterName+"-"+name+"-producer"

	check := func(*terraform.State) error {
		queues := map[string]string{"queue": stack.queueURL(t, name), "dead letters": stack.queueURL(t, name+"-dead-letter"), "other": other.URL}
		for who, rights := range map[string]struct {
			role, account string
			allowed       map[string]bool
		}{
			"scaler":   {operator, "operator", map[string]bool{"GetQueueAttributes queue": true}},
			"producer": {stack.roleARN(producer), "producer", map[string]bool{"SendMessage queue": true}},
			"consumer": {stack.roleARN(consumer), "consumer", map[string]bool{
				"ReceiveMessage queue": true, "DeleteMessage queue": true, "ChangeMessageVisibility queue": true, "GetQueueAttributes queue": true,
				"SendMessage dead letters": true,
			}},
		} {
			client := stack.assume(t, rights.role, namespace, rights.account)
			for queue, url := range queues {
				for call, do := range calls {
					err := do(t.Context(), client, target{url: url, receipt: stack.receive(t, url)})
					switch denied := isDenied(err); {
					case rights.allowed[call+" "+queue] && err != nil:
						t.Errorf("the %s may not %s on %s: %v", who, call, queue, err)
					case !rights.allowed[call+" "+queue] && !denied:
						t.Errorf("the %s may %s on %s: %v", who, call, queue, err)
					}
				}
			}
		}
		// Nobody may be somebody else.
		if _, err := stack.credentials(t, stack.roleARN(consumer), namespace, "producer"); !isDenied(err) {
			t.Errorf("the producer's service account gets the consumer's role: %v", err)
		}
		return nil
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             func(*terraform.State) error { return nil },
		Steps:                    []resource.TestStep{{Config: config, Check: check}},
	})
}

func isDenied(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && (answer.ErrorCode() == "AccessDenied" || answer.ErrorCode() == "AccessDeniedException")
}

func (a account) roleARN(name string) string { return "arn:aws:iam::" + a.AccountID + ":role/" + name }

func (a account) createServiceAccount(t *testing.T, namespace, name string) {
	t.Helper()
	_, err := a.Kubernetes.CoreV1().ServiceAccounts(namespace).Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{FieldManager: sandboxtest.FieldManager})
	if err != nil {
		t.Fatal(err)
	}
}

// receive puts a message in flight, as an administrator, and returns its receipt.
func (a account) receive(t *testing.T, queueURL string) string {
	t.Helper()
	if _, err := a.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &queueURL, MessageBody: aws.String("prompt")}); err != nil {
		t.Fatal(err)
	}
	out, err := a.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queueURL, VisibilityTimeout: 600, WaitTimeSeconds: 1})
	if err != nil || len(out.Messages) == 0 {
		t.Fatalf("%v, %v", out, err)
	}
	return *out.Messages[0].ReceiptHandle
}

// assume is a client with the credentials that a pod of the service account gets.
func (a account) assume(t *testing.T, roleARN, namespace, serviceAccount string) *sqs.Client {
	t.Helper()
	out, err := a.credentials(t, roleARN, namespace, serviceAccount)
	if err != nil {
		t.Fatal(err)
	}
	config := a.AWS.Copy()
	config.Credentials = credentials.NewStaticCredentialsProvider(*out.Credentials.AccessKeyId, *out.Credentials.SecretAccessKey, *out.Credentials.SessionToken)
	return sqs.NewFromConfig(config)
}

func (a account) credentials(t *testing.T, roleARN, namespace, serviceAccount string) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	t.Helper()
	token, err := a.Kubernetes.CoreV1().ServiceAccounts(namespace).CreateToken(t.Context(), serviceAccount, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{Audiences: []string{"sts.amazonaws.com"}, ExpirationSeconds: aws.Int64(int64(time.Hour.Seconds()))},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	config := a.AWS.Copy()
	config.Credentials = aws.AnonymousCredentials{}
	return sts.NewFromConfig(config).AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: &roleARN, RoleSessionName: aws.String("test"), WebIdentityToken: &token.Status.Token,
	})
}
