package eks

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubetypes "k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/eks/karpenter"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

const nodeClassUID = "node_class_uid"

// Create makes the NodeClass and then the NodePool, and keeps the state of the
// one if the other fails.
func (r *autoGPUNodePool) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, _, diags := r.decode(ctx, req.Plan.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if m.NodeClass.isMade() {
		client, diags := r.cluster()
		resp.Diagnostics.Append(diags...)
		timeout, diags := m.Timeouts.Create(ctx, objectresource.DefaultCreateTimeout)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		limited, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		resp.Diagnostics.Append(r.applyNodeClass(limited, client, &m, nil)...)
		if resp.Diagnostics.HasError() {
			return
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
		resp.Diagnostics.Append(identify(ctx, resp.Identity, m.Name)...)
		resp.Diagnostics.Append(req.Plan.SetAttribute(ctx, path.Root(nodeClassUID), m.NodeClassUID)...)
	}
	r.objectResource.Create(ctx, req, resp)
}

// identify fills in the identity of a resource that has no NodePool yet.
func identify(ctx context.Context, identity *tfsdk.ResourceIdentity, name string) diag.Diagnostics {
	if identity == nil || !identity.Raw.IsFullyNull() {
		return nil
	}
	return identity.SetAttribute(ctx, path.Root("name"), name)
}

// Read shows the drift of both objects. A NodePool that is gone stays in the
// state without its UID as long as its NodeClass exists.
func (r *autoGPUNodePool) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, _, diags := r.decode(ctx, req.State.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := r.settings.Cluster()
	if err != nil {
		// It says what an unknown cluster means.
		r.objectResource.Read(ctx, req, resp)
		return
	}
	limited, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	resp.Diagnostics.Append(warnOfUnlaunchable(limited, client, &m)...)
	if !m.NodeClass.isMade() {
		r.objectResource.Read(ctx, req, resp)
		return
	}
	resp.Diagnostics.Append(r.refreshNodeClass(limited, client, &m)...)
	resp.Diagnostics.Append(req.State.Set(ctx, m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if m.UID.IsNull() {
		// A NodePool of the name is somebody else's: this resource made none.
		resp.State.RemoveResource(ctx)
	} else {
		r.objectResource.Read(ctx, req, resp)
	}
	if resp.Diagnostics.HasError() || !resp.State.Raw.IsNull() || m.NodeClassUID == nil {
		return
	}
	m.UID, m.Ready = types.StringNull(), new(false)
	resp.Diagnostics.Append(identify(ctx, resp.Identity, m.Name)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// Update changes both objects in place, and makes again what is gone.
func (r *autoGPUNodePool) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, _, diags := r.decode(ctx, req.Plan.Raw)
	resp.Diagnostics.Append(diags...)
	former, _, diags := r.decode(ctx, req.State.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if m.NodeClass.isMade() {
		client, diags := r.cluster()
		resp.Diagnostics.Append(diags...)
		timeout, diags := m.Timeouts.Update(ctx, objectresource.DefaultUpdateTimeout)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		limited, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		resp.Diagnostics.Append(r.applyNodeClass(limited, client, &m, former.NodeClassUID)...)
		if resp.Diagnostics.HasError() {
			return
		}
		former.NodeClass, former.NodeClassUID = m.NodeClass, m.NodeClassUID
		resp.Diagnostics.Append(resp.State.Set(ctx, former)...)
		resp.Diagnostics.Append(req.Plan.SetAttribute(ctx, path.Root(nodeClassUID), m.NodeClassUID)...)
	}
	if !former.UID.IsNull() {
		r.objectResource.Update(ctx, req, resp)
		return
	}
	created := resource.CreateResponse{State: resp.State, Identity: resp.Identity, Private: resp.Private}
	r.objectResource.Create(ctx, resource.CreateRequest{Config: req.Config, Plan: req.Plan, ProviderMeta: req.ProviderMeta, Identity: req.Identity}, &created)
	resp.Diagnostics.Append(created.Diagnostics...)
	resp.State = created.State
}

// Delete deletes the NodePool, waits until its nodes are gone, and deletes the
// NodeClass if the resource made it.
func (r *autoGPUNodePool) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, _, diags := r.decode(ctx, req.State.Raw)
	resp.Diagnostics.Append(diags...)
	client, diags := r.cluster()
	resp.Diagnostics.Append(diags...)
	timeout, diags := m.Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	pool := kube.Ref{GroupVersionKind: karpenter.NodePoolKind.GroupVersionKind, Name: m.Name}
	// Without a UID no NodePool was made, and one of the name is somebody else's.
	if uid := m.UID.ValueString(); uid != "" {
		warnings, err := karpenter.Remove(ctx, client, pool, kubetypes.UID(uid), r.instances())
		for _, warning := range warnings {
			resp.Diagnostics.AddWarning("The end of EC2 instances was not seen", warning)
		}
		if err != nil {
			resp.Diagnostics.Append(removalFailed(err, pool)...)
			return
		}
	}
	if m.NodeClassUID == nil {
		return
	}
	ref := m.nodeClassRef()
	if _, err := client.Delete(ctx, ref, kube.DeleteOptions{UID: kubetypes.UID(*m.NodeClassUID)}); err != nil {
		resp.Diagnostics.Append(classFailed(err, ref)...)
	}
}

// ImportState takes over a NodePool by its name, and the NodeClass that the
// provider made with it.
func (r *autoGPUNodePool) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.objectResource.ImportState(ctx, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	m, _, diags := r.decode(ctx, resp.State.Raw)
	resp.Diagnostics.Append(diags...)
	client, diags := r.cluster()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	resp.Diagnostics.Append(r.importNodeClass(ctx, client, &m)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
