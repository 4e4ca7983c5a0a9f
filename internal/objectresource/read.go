package objectresource

import (
	"context"
	"errors"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Read shows what became of that which the configuration sets. An object that
// is gone leaves the state.
func (o *object[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	model, _, diags := Decode[M](ctx, o.schema(), req.State.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	prior, err := o.Form.Object(model)
	if err != nil {
		resp.Diagnostics.Append(conversionError(err))
		return
	}
	ref := kube.RefOf(prior)
	resp.Diagnostics.Append(o.setIdentity(ctx, ref, resp.Identity)...)
	client, err := o.cluster()
	if _, ok := errors.AsType[*settings.UnknownError](err); ok {
		resp.Diagnostics.Append(notRefreshed(err))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(SettingsError(err))
		return
	}
	live, err := client.Get(ctx, ref)
	if err != nil && kube.IsGone(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(o.failed(err, ref)...)
		return
	}
	if known := P(&model).common().UID; !known.IsNull() && !known.Equal(uidOf(live)) {
		resp.Diagnostics.Append(remade(ref))
	}
	before := model
	if err := o.compare(live, prior, &model); err != nil {
		resp.Diagnostics.Append(conversionError(err))
		return
	}
	o.observe(live, &model)
	if reflect.DeepEqual(before, model) {
		// Writing the state anew would cost more than all else here.
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if resp.State.Raw, err = keepEmpty(resp.State.Raw, req.State.Raw); err != nil {
		resp.Diagnostics.Append(conversionError(err))
	}
}

// compare puts the drift of what the model sets into it, and leaves a model
// without drift alone.
func (o *object[M, P]) compare(live, prior *unstructured.Unstructured, model *M) error {
	projected := kube.Project(live.Object, prior.Object)
	if reflect.DeepEqual(projected, prior.Object) {
		return nil
	}
	return o.Form.Absorb(&unstructured.Unstructured{Object: projected}, model)
}
