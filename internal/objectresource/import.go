package objectresource

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// ImportState takes an object over. Of one that this provider's field manager
// applied, it takes what that manager owns, so that a plan with the same
// configuration is empty. Of any other it takes all that is not the cluster's
// own: the plan then shows what the configuration leaves out.
func (o *object[M, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	ref, err := o.parseID(req.ID)
	if req.ID == "" && req.Identity != nil {
		identified, diags := o.identified(ctx, req.Identity)
		resp.Diagnostics.Append(diags...)
		ref, err = identified, nil
	}
	if err != nil {
		resp.Diagnostics.AddError("Not the id of an object", sentence(err))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := o.cluster()
	if err != nil {
		resp.Diagnostics.Append(SettingsError(err))
		return
	}
	live, err := client.Get(ctx, ref)
	if err != nil && kube.Classify(err) == kube.NotFound {
		resp.Diagnostics.AddError("The object to import does not exist", fmt.Sprintf("The cluster has no %s.", ref))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(o.failed(err, ref)...)
		return
	}
	model := o.empty()
	if err := o.Form.Absorb(importable(live, o.settings.FieldManager), &model); err != nil {
		resp.Diagnostics.Append(conversionError(err))
		return
	}
	o.observe(live, &model)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	resp.Diagnostics.Append(o.setIdentity(ctx, ref, resp.Identity)...)
}

// importable is what an import takes of an object.
func importable(live *unstructured.Unstructured, manager string) *unstructured.Unstructured {
	taken := &unstructured.Unstructured{Object: kube.Owned(live.Object, manager)}
	if taken.Object == nil {
		taken = live.DeepCopy()
		delete(taken.Object, "status")
		taken.Object["metadata"] = map[string]any{}
		taken.SetLabels(live.GetLabels())
		taken.SetAnnotations(configurable(live.GetAnnotations()))
	}
	taken.SetGroupVersionKind(live.GroupVersionKind())
	taken.SetName(live.GetName())
	taken.SetNamespace(live.GetNamespace())
	return taken
}

// configurable leaves out annotations in which tools keep their own records.
func configurable(annotations map[string]string) map[string]string {
	for _, record := range []string{"kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"} {
		delete(annotations, record)
	}
	return annotations
}
