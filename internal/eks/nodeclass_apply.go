package eks

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// applyNodeClass makes the NodeClass, or changes the one of the UID, and sets its
// UID in the model.
func (r *autoGPUNodePool) applyNodeClass(ctx context.Context, client *kube.Client, m *NodePoolModel, uid *string) diag.Diagnostics {
	desired, err := m.nodeClass()
	ref := m.nodeClassRef()
	if err != nil {
		return classFailed(err, ref)
	}
	options := kube.ApplyOptions{FieldManager: r.settings.FieldManager, Force: r.settings.ForceConflicts}
	var applied *kube.Applied
	if uid == nil {
		applied, err = client.Create(ctx, desired, options)
	} else {
		options.UID = types.UID(*uid)
		applied, err = client.Apply(ctx, desired, options)
	}
	if err != nil {
		return classFailed(err, ref)
	}
	m.NodeClassUID = new(string(applied.Object.GetUID()))
	return objectresource.Remarks(ref, applied)
}

// refreshNodeClass shows what became of the NodeClass. One that is gone has no
// UID.
func (r *autoGPUNodePool) refreshNodeClass(ctx context.Context, client *kube.Client, m *NodePoolModel) diag.Diagnostics {
	prior, err := m.nodeClass()
	ref := m.nodeClassRef()
	if err != nil {
		return classFailed(err, ref)
	}
	live, err := client.Get(ctx, ref)
	if kube.IsGone(err) {
		m.NodeClassUID = nil
		return nil
	}
	if err != nil {
		return classFailed(err, ref)
	}
	var diags diag.Diagnostics
	if uid := string(live.GetUID()); m.NodeClassUID != nil && *m.NodeClassUID != uid {
		diags.AddWarning("The node class was deleted and made again by someone else",
			fmt.Sprintf("%s is not the object that Terraform last saw: its UID differs. Terraform manages the new one from now on.", ref))
	}
	m.NodeClassUID = new(string(live.GetUID()))
	projected := kube.Project(live.Object, prior.Object)
	if reflect.DeepEqual(projected, prior.Object) {
		return diags
	}
	if err := m.absorbNodeClass(&unstructured.Unstructured{Object: projected}); err != nil {
		diags.Append(classFailed(err, ref)...)
	}
	return diags
}

// importNodeClass takes over the NodeClass that the provider made with the pool.
// Any other is merely named.
func (r *autoGPUNodePool) importNodeClass(ctx context.Context, client *kube.Client, m *NodePoolModel) diag.Diagnostics {
	if !m.NodeClass.isAutoMode() {
		return nil
	}
	ref := m.nodeClassRef()
	live, err := client.Get(ctx, ref)
	if kube.IsGone(err) {
		return nil
	}
	if err != nil {
		return classFailed(err, ref)
	}
	owned := kube.Owned(live.Object, r.settings.FieldManager)
	if owned == nil || live.GetLabels()[managedByLabel] != managedBy || live.GetLabels()[nodePoolLabel] != m.Name {
		return nil
	}
	taken := &unstructured.Unstructured{Object: owned}
	taken.SetGroupVersionKind(ref.GroupVersionKind)
	taken.SetName(ref.Name)
	if m.referredNodeClass() == m.Name {
		m.NodeClass.Name = nil
	}
	if err := m.absorbNodeClass(taken); err != nil {
		return classFailed(err, ref)
	}
	m.NodeClassUID = new(string(live.GetUID()))
	return nil
}
