package eks

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// roleAnnotation is how EKS knows the role of a service account's pods. Source:
// aws/amazon-eks-pod-identity-webhook.
const roleAnnotation = "eks.amazonaws.com/role-arn"

var serviceAccountKind = schema.GroupVersionKind{Version: "v1", Kind: "ServiceAccount"}

func serviceAccountRef(account policy.ServiceAccount) kube.Ref {
	return kube.Ref{GroupVersionKind: serviceAccountKind, Namespace: account.Namespace, Name: account.Name}
}

// serviceAccount is the object that is made for an account.
func (m *roleModel) serviceAccount(account policy.ServiceAccount) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	object.SetGroupVersionKind(serviceAccountKind)
	object.SetNamespace(account.Namespace)
	object.SetName(account.Name)
	object.SetLabels(map[string]string{managedByLabel: managedBy})
	if !m.usesPodIdentity() {
		object.SetAnnotations(map[string]string{roleAnnotation: m.ARN.ValueString()})
	}
	return object
}

// toMake are the service accounts that the configuration has made.
func (m *roleModel) toMake() map[string]policy.ServiceAccount {
	wanted := map[string]policy.ServiceAccount{}
	for _, account := range m.ServiceAccounts {
		if account.isMade() {
			wanted[account.account().String()] = account.account()
		}
	}
	return wanted
}

// makeServiceAccounts makes, changes and deletes service accounts. The model has
// each as soon as it exists.
func (w *roleWork) makeServiceAccounts(ctx context.Context, former *roleModel) diag.Diagnostics {
	var diags diag.Diagnostics
	wanted := w.model.toMake()
	w.model.Made = map[string]string{}
	if len(wanted) == 0 && len(former.Made) == 0 {
		return diags
	}
	client, err := w.settings.Cluster()
	if err != nil {
		diags.Append(awsresource.SettingsError(err))
		return diags
	}
	unwanted := map[string]string{}
	for key, uid := range former.Made {
		if _, stays := wanted[key]; !stays {
			unwanted[key] = uid
		}
	}
	diags.Append(deleteServiceAccounts(ctx, client, unwanted)...)
	for _, key := range sortedKeys(wanted) {
		if diags.HasError() {
			return diags
		}
		applied, err := w.applyServiceAccount(ctx, client, wanted[key], former.Made[key])
		if err != nil {
			diags.Append(serviceAccountFailed(err))
			return diags
		}
		if applied.Adopted {
			diags.Append(awsresource.Adopted(serviceAccountRef(wanted[key]).String()))
		}
		w.model.Made[key] = string(applied.Object.GetUID())
	}
	return diags
}

func (w *roleWork) applyServiceAccount(ctx context.Context, client *kube.Client, account policy.ServiceAccount, uid string) (*kube.Applied, error) {
	object := w.model.serviceAccount(account)
	options := kube.ApplyOptions{FieldManager: w.settings.FieldManager, Force: w.settings.ForceConflicts}
	if uid == "" {
		return client.Create(ctx, object, options)
	}
	options.UID = types.UID(uid)
	return client.Apply(ctx, object, options)
}

// deleteServiceAccounts deletes those of the given UIDs, by NAMESPACE/NAME.
func deleteServiceAccounts(ctx context.Context, client *kube.Client, made map[string]string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, key := range sortedKeys(made) {
		_, err := client.Delete(ctx, serviceAccountRef(accountOfKey(key)), kube.DeleteOptions{UID: types.UID(made[key])})
		// What was in a cluster that does not exist any more is gone with it.
		if err != nil && !aws.IsGone(err) {
			diags.Append(serviceAccountFailed(err))
		}
	}
	return diags
}

// refreshServiceAccounts shows a service account that is gone, or not as it was
// made, as one that is not made.
func refreshServiceAccounts(ctx context.Context, client *kube.Client, m *roleModel) error {
	no := false
	for i, account := range m.ServiceAccounts {
		if !account.isMade() {
			continue
		}
		live, err := client.Get(ctx, serviceAccountRef(account.account()))
		switch {
		case kube.IsGone(err):
			delete(m.Made, account.account().String())
			m.ServiceAccounts[i].Create = &no
		case err != nil:
			return err
		case !isAsMade(live, m.serviceAccount(account.account())):
			m.ServiceAccounts[i].Create = &no
		}
	}
	return nil
}

func isAsMade(live, made *unstructured.Unstructured) bool {
	return reflect.DeepEqual(kube.Project(live.Object, made.Object), made.Object)
}
