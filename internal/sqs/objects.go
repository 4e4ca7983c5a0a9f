package sqs

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

const (
	// bindingAnnotation is on every Kubernetes object that a binding makes, and says
	// which binding. The queue's ARN tells bindings of one name apart.
	bindingAnnotation = "terraform-provider-keda/binding"
	// roleAnnotation is how EKS knows a service account's role (EKS User Guide,
	// "Assign IAM roles to Kubernetes service accounts").
	roleAnnotation = "eks.amazonaws.com/role-arn"
	managedByLabel = "app.kubernetes.io/managed-by"
	managedBy      = "terraform-provider-keda"
)

var (
	namespaceKind      = schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}
	serviceAccountKind = schema.GroupVersionKind{Version: "v1", Kind: "ServiceAccount"}
	authenticationKind = schema.GroupVersionKind{Group: "keda.sh", Version: "v1alpha1", Kind: triggerAuthenticationKind}
)

// mark is the value of bindingAnnotation, and what an import of a binding of an
// existing queue takes.
func (b binding) mark() string { return b.Name.ValueString() + "@" + b.QueueARN.ValueString() }

// objects are what the binding has in the cluster, in the order in which they
// are made.
func (b binding) objects() []*unstructured.Unstructured {
	var objects []*unstructured.Unstructured
	seen := map[string]bool{}
	add := func(object *unstructured.Unstructured) {
		if id := kube.RefOf(object).String(); !seen[id] {
			seen[id] = true
			objects = append(objects, object)
		}
	}
	for _, each := range []struct {
		workload *workloadModel
		roleARN  types.String
	}{{b.consumer.of, b.ConsumerRoleARN}, {b.producer.of, b.ProducerRoleARN}} {
		if each.workload == nil {
			continue
		}
		if each.workload.CreateNamespace.ValueBool() {
			add(b.object(namespaceKind, "", each.workload.Namespace.ValueString()))
		}
		if each.workload.makesServiceAccount() {
			account := b.object(serviceAccountKind, each.workload.Namespace.ValueString(), each.workload.ServiceAccount.ValueString())
			annotate(account, roleAnnotation, each.roleARN.ValueString())
			add(account)
		}
	}
	if name, namespace, _ := b.authenticationName(); !namespace.IsNull() {
		authentication := b.object(authenticationKind, namespace.ValueString(), name.ValueString())
		authentication.Object["spec"] = map[string]any{"podIdentity": map[string]any{"provider": "aws"}}
		add(authentication)
	}
	return objects
}

func (w *workloadModel) makesServiceAccount() bool {
	return w.RoleARN.IsNull() && (w.CreateServiceAccount.IsNull() || w.CreateServiceAccount.ValueBool())
}

func (b binding) object(kind schema.GroupVersionKind, namespace, name string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	object.SetGroupVersionKind(kind)
	object.SetNamespace(namespace)
	object.SetName(name)
	object.SetLabels(map[string]string{managedByLabel: managedBy})
	annotate(object, bindingAnnotation, b.mark())
	return object
}

func annotate(object *unstructured.Unstructured, key, value string) {
	annotations := object.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[key] = value
	object.SetAnnotations(annotations)
}
