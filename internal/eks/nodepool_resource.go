package eks

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubeschema "k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/eventscale/terraform-provider-keda/internal/eks/karpenter"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

var _ objectResource = (*autoGPUNodePool)(nil)

// objectResource is what [objectresource.New] returns.
type objectResource interface {
	resource.ResourceWithConfigure
	resource.ResourceWithIdentity
	resource.ResourceWithImportState
	resource.ResourceWithModifyPlan
	resource.ResourceWithValidateConfig
}

// deleteTimeout leaves time for pods that end by their own grace periods, one
// batch after the other, and for EC2 to terminate instances.
const deleteTimeout = 30 * time.Minute

// readTimeout bounds a read, which waits for nothing but the API server.
const readTimeout = 2 * time.Minute

// newNodePool is the resource over the NodePool alone.
var newNodePool = objectresource.New(objectresource.Descriptor[NodePoolModel]{
	TypeName: "eks_auto_gpu_nodepool",
	Schema:   nodePoolSchema,
	Form:     nodePoolForm{},
	Check:    checkNodePool,
	Ready: func(ctx context.Context, request objectresource.ReadyRequest[NodePoolModel]) kube.Predicate {
		return karpenter.Ready(ctx, request.Client, request.Model.nodeClassRef())
	},
	Status: func(live *unstructured.Unstructured, m *NodePoolModel) {
		name, _, _ := unstructured.NestedString(live.Object, "spec", "template", "spec", "nodeClassRef", "name")
		m.NodeClassName = &name
		m.Ready = new(karpenter.IsReady(live))
		m.NodePoolOutputs = m.outputs()
	},
	DeleteTimeout: deleteTimeout,
})

// NewAutoGPUNodePool makes the resource eks_auto_gpu_nodepool.
func NewAutoGPUNodePool() resource.Resource {
	//nolint:forcetypeassert // [objectresource.New] returns a resource with all of it.
	return &autoGPUNodePool{objectResource: newNodePool().(objectResource)}
}

// autoGPUNodePool adds the NodeClass to the resource over the NodePool: it is the
// first to be made and the last to go.
type autoGPUNodePool struct {
	objectResource

	// settings are nil until the provider is configured.
	settings *settings.Settings
}

// Configure takes the provider's settings for both objects.
func (r *autoGPUNodePool) Configure(ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.objectResource.Configure(ctx, req, resp)
	if configured, isSettings := req.ProviderData.(*settings.Settings); isSettings {
		r.settings = configured
	}
}

// decode reads a plan or a state, and lists what in it is unknown.
func (r *autoGPUNodePool) decode(ctx context.Context, raw tftypes.Value) (NodePoolModel, objectresource.UnknownPaths, diag.Diagnostics) {
	return objectresource.Decode[NodePoolModel](ctx, r.schema(ctx), raw)
}

func (r *autoGPUNodePool) schema(ctx context.Context) schema.Schema {
	var resp resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &resp)
	return resp.Schema
}

// cluster returns the client of the cluster.
func (r *autoGPUNodePool) cluster() (*kube.Client, diag.Diagnostics) {
	client, err := r.settings.Cluster()
	if err != nil {
		return nil, diag.Diagnostics{objectresource.SettingsError(err)}
	}
	return client, nil
}

// nodeClassRef is the pool's node class. Its version is empty if nobody knows it.
func (m *NodePoolModel) nodeClassRef() kube.Ref {
	ref := kube.Ref{GroupVersionKind: kubeschema.GroupVersionKind{Group: m.NodeClass.group(), Kind: m.NodeClass.kind()}, Name: m.referredNodeClass()}
	if m.labelDomain() != "" {
		ref.Version = "v1"
	}
	return ref
}

// nodePoolForm is how the model stands for the NodePool.
type nodePoolForm struct{}

func (nodePoolForm) Attributes() map[string]schema.Attribute { return nil }

func (nodePoolForm) Kind() *kube.Kind { return &karpenter.NodePoolKind }

func (nodePoolForm) Object(m NodePoolModel) (*unstructured.Unstructured, error) { return m.object() }

func (nodePoolForm) Absorb(found *unstructured.Unstructured, m *NodePoolModel) error {
	return m.absorb(found)
}

func (nodePoolForm) Attribute(field string) path.Path { return attributeOf(poolFields, field) }

// classFailed is a request about the NodeClass that failed.
func classFailed(err error, ref kube.Ref) diag.Diagnostics {
	if exists, ok := errors.AsType[*kube.ExistsError](err); ok {
		return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at("node_class"), "The node class exists already",
			exists.Object.String()+" exists already and was not made by this configuration: "+exists.Reason+".\n\n"+
				"To use it, name it by node_class.name alone. To have another one made, set node_class.name beside role. Or delete it.")}
	}
	return objectresource.ClusterError(err, ref, func(field string) path.Path { return attributeOf(classFields, field) }, "")
}
