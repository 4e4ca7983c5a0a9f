package sqs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/eventscale/terraform-provider-keda/internal/acctest"
)

// TestAccBindingFIFO is a FIFO queue, with nobody to use it yet.
func TestAccBindingFIFO(t *testing.T) {
	stack := accountOf(acctest.Stack(t))
	name := stack.uniqueName(t, "fifo")
	config := acctest.ProviderConfig(t, stack.Stack) + bindingConfig(name+".fifo", `
  max_inference_seconds       = 60
  content_based_deduplication = true
`)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             stack.destroyed(t, name, ""),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "dead_letter_queue_name", name+"-dead-letter.fifo"),
					resource.TestCheckResourceAttr(address, "trigger.metadata.identityOwner", "operator"),
					resource.TestCheckNoResourceAttr(address, "trigger.authentication_ref"),
					func(*terraform.State) error {
						for _, queue := range []string{name + ".fifo", name + "-dead-letter.fifo"} {
							if got := stack.attributes(t, queue); got["FifoQueue"] != "true" || got["ContentBasedDeduplication"] != "true" {
								return fmt.Errorf("%s: %v", queue, got)
							}
						}
						return nil
					},
				),
			},
			{Config: config, ConfigPlanChecks: empty},
			{ResourceName: address, ImportState: true, ImportStateId: name + ".fifo", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "queue_arn"},
		},
	})
}

func TestAccBindingKMS(t *testing.T) {
	stack := accountOf(acctest.Stack(t))
	name := stack.uniqueName(t, "kms")
	producer := stack.CreateServiceAccountRole(t, name+"-elsewhere", "none", "none")
	key := fmt.Sprintf("arn:aws:kms:%s:%s:key/1234abcd-12ab-34cd-56ef-1234567890ab", stack.AWS.Region, stack.AccountID)
	config := func(attributes string) string {
		return acctest.ProviderConfig(t, stack.Stack) + bindingConfig(name, fmt.Sprintf(`
  max_inference_seconds = 60
  producer              = { role_arn = %q }
  %s
`, producer, attributes))
	}
	encrypted := config(fmt.Sprintf(`kms_key_arn = %q`, key))
	granted := func(want int) resource.TestCheckFunc {
		return func(*terraform.State) error {
			out, err := stack.iam.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: aws.String(name + "-elsewhere"), PolicyName: &stack.policies(t, name+"-elsewhere")[0]})
			if err != nil {
				return err
			}
			return countStatements(*out.PolicyDocument, want)
		}
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             stack.destroyed(t, name, ""),
		Steps: []resource.TestStep{
			{
				Config: encrypted,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "kms_data_key_reuse_seconds", "300"),
					resource.TestCheckResourceAttr(address, "producer_role_arn", producer),
					granted(2),
					func(*terraform.State) error {
						for _, queue := range []string{name, name + "-dead-letter"} {
							if got := stack.attributes(t, queue)["KmsMasterKeyId"]; got != key {
								return fmt.Errorf("%s has the key %q", queue, got)
							}
						}
						return nil
					},
				),
			},
			{Config: encrypted, ConfigPlanChecks: empty},
			{ResourceName: address, ImportState: true, ImportStateId: name, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "queue_arn"},
			{
				Config: config(""), ConfigPlanChecks: inPlace,
				Check: resource.ComposeAggregateTestCheckFunc(
					granted(1),
					func(*terraform.State) error {
						if got := stack.attributes(t, name)["KmsMasterKeyId"]; got != "" {
							return fmt.Errorf("the queue still has the key %q", got)
						}
						return nil
					},
				),
			},
		},
	})
}

func countStatements(document string, want int) error {
	decoded, err := unescape(document)
	if err != nil {
		return err
	}
	var policy struct{ Statement []any }
	if err := json.Unmarshal([]byte(decoded), &policy); err != nil {
		return err
	}
	if len(policy.Statement) != want {
		return fmt.Errorf("the grant has %d statements, not %d: %s", len(policy.Statement), want, decoded)
	}
	return nil
}

// TestAccBindingExisting binds a queue that somebody else made, with a
// dead-letter queue, and leaves both alone.
func TestAccBindingExisting(t *testing.T) {
	stack := accountOf(acctest.Stack(t))
	name := stack.uniqueName(t, "existing")
	operator := stack.CreateServiceAccountRole(t, name+"-operator", "none", "none")
	consumer := stack.CreateServiceAccountRole(t, name+"-consumer", "none", "none")
	dead := stack.CreateQueue(t, name+"-theirs-dead")
	queue := stack.CreateQueue(t, name+"-theirs")
	redrive := fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":"5"}`, dead.ARN)
	stack.setAttributes(t, name+"-theirs", map[string]string{"RedrivePolicy": redrive, "VisibilityTimeout": "200"})
	before := stack.attributes(t, name+"-theirs")
	config := func(attributes string) string {
		return acctest.ProviderConfig(t, stack.Stack) + bindingConfig(name, fmt.Sprintf(`
  existing_queue_arn = %q
  scaler             = { role_arn = %q }
  consumer           = { role_arn = %q }
  %s
`, queue.ARN, operator, consumer, attributes))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(*terraform.State) error {
			if after := stack.attributes(t, name+"-theirs"); fmt.Sprint(after) != fmt.Sprint(before) {
				return fmt.Errorf("the queue was changed from %v to %v", before, after)
			}
			if policies := append(stack.policies(t, name+"-operator"), stack.policies(t, name+"-consumer")...); len(policies) > 0 {
				return fmt.Errorf("left behind: %v", policies)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config:      config("max_inference_seconds = 600\n  heartbeat_interval_seconds = 0"),
				ExpectError: acctest.ErrorText("while an inference may take 600 s and there is no heartbeat"),
			},
			{
				Config: config("max_inference_seconds = 60"),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "queue_url", queue.URL),
					resource.TestCheckResourceAttr(address, "queue_name", name+"-theirs"),
					resource.TestCheckResourceAttr(address, "dead_letter_queue_arn", dead.ARN),
					resource.TestCheckResourceAttr(address, "dead_letter_queue_url", dead.URL),
					resource.TestCheckNoResourceAttr(address, "message_retention_seconds"),
				),
			},
			{Config: config("max_inference_seconds = 60"), ConfigPlanChecks: empty},
			{Config: config("max_inference_seconds = 90"), ConfigPlanChecks: inPlace},
			{
				ResourceName: address, ImportState: true, ImportStateId: name + "@" + queue.ARN,
				ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "queue_arn", ImportStateVerifyIgnore: ofConfiguration,
			},
		},
	})
}

// ofConfiguration is what an import of somebody else's queue cannot know.
var ofConfiguration = []string{
	"max_inference_seconds", "visibility_timeout_seconds", "heartbeat_interval_seconds", "drain_seconds",
	"termination_grace_period_seconds", "cooldown_period_seconds", "scaler", "consumer", "consumer_role_name", "consumer_role_arn", "drift",
}

// TestAccBindingWithMessages is a queue that is not deleted, until it may be.
func TestAccBindingWithMessages(t *testing.T) {
	stack := accountOf(acctest.Stack(t))
	name := stack.uniqueName(t, "messages")
	config := func(attributes string) string {
		return acctest.ProviderConfig(t, stack.Stack) + bindingConfig(name, "max_inference_seconds = 60\n"+attributes)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             stack.destroyed(t, name, ""),
		Steps: []resource.TestStep{
			{Config: config("")},
			{
				PreConfig:   func() { stack.send(t, name+"-dead-letter", "a poisoned prompt") },
				Config:      config(""),
				Destroy:     true,
				ExpectError: acctest.ErrorText(fmt.Sprintf(`SQS queue %q has 1 messages (1 visible, 0 in flight, 0 delayed), which would be lost. Nothing was deleted.`, name+"-dead-letter")),
			},
			{Config: config("force_destroy = true"), ConfigPlanChecks: inPlace},
		},
	})
}

// TestAccBindingOfSomebodyElse refuses a queue that it did not make.
func TestAccBindingOfSomebodyElse(t *testing.T) {
	stack := accountOf(acctest.Stack(t))
	name := stack.uniqueName(t, "theirs")
	stack.CreateQueue(t, name)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(*terraform.State) error {
			if stack.queueURL(t, name) == "" {
				return fmt.Errorf("the queue of somebody else was deleted")
			}
			if stack.queueURL(t, name+"-dead-letter") != "" {
				return fmt.Errorf("the dead-letter queue was left behind")
			}
			return nil
		},
		Steps: []resource.TestStep{{
			Config:      acctest.ProviderConfig(t, stack.Stack) + bindingConfig(name, "max_inference_seconds = 60"),
			ExpectError: acctest.ErrorText(fmt.Sprintf(`SQS queue %q exists already and was not made by this configuration: it has no tag terraform-provider-keda/owner`, name)),
		}},
	})
}

// TestAccBindingInterrupted begins with what a killed apply leaves behind.
func TestAccBindingInterrupted(t *testing.T) {
	stack := accountOf(acctest.Stack(t))
	name := stack.uniqueName(t, "interrupted")
	mark := map[string]string{"terraform-provider-keda/owner": "terraform-provider-keda"}
	for _, queue := range []string{name, name + "-dead-letter"} {
		if _, err := stack.sqs.CreateQueue(context.Background(), &sqs.CreateQueueInput{QueueName: &queue, Tags: mark}); err != nil {
			t.Fatal(err)
		}
	}
	config := acctest.ProviderConfig(t, stack.Stack) + bindingConfig(name, "max_inference_seconds = 60")
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             stack.destroyed(t, name, ""),
		Steps: []resource.TestStep{
			{Config: config, Check: func(*terraform.State) error { return stack.asConfigured(t, name) }},
			{Config: config, ConfigPlanChecks: empty},
		},
	})
}
