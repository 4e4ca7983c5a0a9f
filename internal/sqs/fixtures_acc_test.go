package sqs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

const address = "sqs_inference_queue_binding.test"

// bindingConfig is a binding of the given name with the given attributes.
func bindingConfig(name, attributes string) string {
	return fmt.Sprintf(`
resource "sqs_inference_queue_binding" "test" {
  provider = keda
  name     = %q
  %s
}
`, name, attributes)
}

var (
	empty   = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	inPlace = resource.ConfigPlanChecks{
		PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
)

// account are an administrator's clients.
type account struct {
	*sandboxtest.Stack
	sqs *sqs.Client
	iam *iam.Client
}

func accountOf(stack *sandboxtest.Stack) account {
	return account{Stack: stack, sqs: sqs.NewFromConfig(stack.AWS), iam: iam.NewFromConfig(stack.AWS)}
}

// uniqueName is a name for a queue that no other test has.
func (a account) uniqueName(t *testing.T, prefix string) string {
	t.Helper()
	return a.CreateNamespace(t, prefix)
}

// queueURL is empty for a queue that does not exist.
func (a account) queueURL(t *testing.T, name string) string {
	t.Helper()
	out, err := a.sqs.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: &name})
	if missing := (*types.QueueDoesNotExist)(nil); errors.As(err, &missing) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return *out.QueueUrl
}

func (a account) attributes(t *testing.T, queue string) map[string]string {
	t.Helper()
	out, err := a.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(a.queueURL(t, queue)), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Attributes
}

// setAttributes is what a person does in the console.
func (a account) setAttributes(t *testing.T, queue string, attributes map[string]string) {
	t.Helper()
	if _, err := a.sqs.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: aws.String(a.queueURL(t, queue)), Attributes: attributes}); err != nil {
		t.Fatal(err)
	}
}

func (a account) deleteQueue(t *testing.T, queue string) {
	t.Helper()
	if _, err := a.sqs.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: aws.String(a.queueURL(t, queue))}); err != nil {
		t.Fatal(err)
	}
}

func (a account) send(t *testing.T, queue, body string) {
	t.Helper()
	if _, err := a.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(a.queueURL(t, queue)), MessageBody: &body}); err != nil {
		t.Fatal(err)
	}
}

func (a account) roleExists(t *testing.T, name string) bool {
	t.Helper()
	_, err := a.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
	if missing := (*iamtypes.NoSuchEntityException)(nil); errors.As(err, &missing) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	return true
}

// policies are the names of the inline policies of a role.
func (a account) policies(t *testing.T, role string) []string {
	t.Helper()
	out, err := a.iam.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: &role})
	if err != nil {
		t.Fatal(err)
	}
	return out.PolicyNames
}

// nothingLeft lists what AWS and the cluster still have of a binding.
func (a account) nothingLeft(t *testing.T, name, namespace string) error {
	t.Helper()
	var left []string
	queues, err := a.sqs.ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: &name})
	if err != nil {
		return err
	}
	left = append(left, queues.QueueUrls...)
	pages := iam.NewListRolesPaginator(a.iam, &iam.ListRolesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			return err
		}
		for _, role := range page.Roles {
			if strings.Contains(*role.RoleName, name) && strings.HasPrefix(*role.RoleName, a.ClusterName) {
				left = append(left, *role.Arn)
			}
			for _, policy := range a.policies(t, *role.RoleName) {
				if strings.Contains(policy, name) {
					left = append(left, *role.RoleName+"/"+policy)
				}
			}
		}
	}
	left = append(left, a.objectsOf(t, name, namespace)...)
	if len(left) > 0 {
		return fmt.Errorf("left behind: %s", strings.Join(left, ", "))
	}
	return nil
}

// objectsOf are the cluster's objects that carry the binding's mark.
func (a account) objectsOf(t *testing.T, name, namespace string) []string {
	t.Helper()
	var found []string
	for _, kind := range []schema.GroupVersionResource{
		{Version: "v1", Resource: "namespaces"}, {Version: "v1", Resource: "serviceaccounts"}, {Group: "keda.sh", Version: "v1alpha1", Resource: "triggerauthentications"},
	} {
		list, err := a.Dynamic.Resource(kind).List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/managed-by=terraform-provider-keda"})
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range list.Items {
			if strings.HasPrefix(object.GetAnnotations()["terraform-provider-keda/binding"], name+"@") || object.GetName() == namespace {
				found = append(found, object.GetKind()+" "+object.GetNamespace()+"/"+object.GetName())
			}
		}
	}
	return found
}

// destroyed is for TestCase.CheckDestroy.
func (a account) destroyed(t *testing.T, name, namespace string) resource.TestCheckFunc {
	return func(*terraform.State) error { return a.nothingLeft(t, name, namespace) }
}

// deletion bounds how long KEDA and the namespace controller take.
const deletion = time.Minute

var kedaKind = schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: "TriggerAuthentication"}

// gone waits until KEDA has taken its finalizer off a TriggerAuthentication.
func (a account) gone(t *testing.T, namespace, name string) {
	t.Helper()
	a.Await(t, "the TriggerAuthentication to go", deletion, func() error {
		if a.Get(t, kedaKind, namespace, name) != nil {
			return errors.New("it is still there")
		}
		return nil
	})
}
