package objectresource

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Terraform's protocol calls these.
var (
	_ resource.Resource                   = (*object[none, *none])(nil)
	_ resource.ResourceWithConfigure      = (*object[none, *none])(nil)
	_ resource.ResourceWithIdentity       = (*object[none, *none])(nil)
	_ resource.ResourceWithImportState    = (*object[none, *none])(nil)
	_ resource.ResourceWithModifyPlan     = (*object[none, *none])(nil)
	_ resource.ResourceWithValidateConfig = (*object[none, *none])(nil)
	_ QuickPlanner                        = (*object[none, *none])(nil)
)

type none struct{ Common }

// New returns a constructor of the resource that the descriptor describes.
func New[M any, P modelOf[M]](descriptor Descriptor[M]) func() resource.Resource {
	// Terraform's server makes a resource for every call, and each needs the
	// schema several times.
	whole := sync.OnceValue(func() schema.Schema { return wholeSchema(context.Background(), descriptor) })
	kind := sync.OnceValue(func() tftypes.Type { return whole().Type().TerraformType(context.Background()) })
	return func() resource.Resource { return &object[M, P]{Descriptor: descriptor, schema: whole, kind: kind} }
}

type object[M any, P modelOf[M]] struct {
	Descriptor[M]

	// schema is that of the descriptor with what all objects have in common.
	schema func() schema.Schema
	// kind is the type of the schema's values.
	kind func() tftypes.Type
	// settings are nil until the provider is configured, which it never is for
	// `terraform validate`.
	settings *settings.Settings
}

func (o *object[M, P]) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = o.TypeName
}

func (o *object[M, P]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = o.schema()
}

func wholeSchema[M any](ctx context.Context, descriptor Descriptor[M]) schema.Schema {
	own := descriptor.Schema(ctx)
	attributes := maps.Clone(own.Attributes)
	maps.Copy(attributes, descriptor.Form.Attributes())
	attributes["uid"] = schema.StringAttribute{
		Computed: true,
		MarkdownDescription: "UID that the cluster gave the object, which tells it from others that had or will have its name. " +
			"An update never changes another object than this one.",
		PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
	attributes["timeouts"] = timeoutsAttribute(timeouts.Attributes(ctx, timeoutOptions(descriptor.deleteTimeout())))
	own.Attributes = attributes
	return own
}

func (o *object[M, P]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	configured, isSettings := req.ProviderData.(*settings.Settings)
	if !isSettings {
		resp.Diagnostics.AddError("The provider is not configured as expected", fmt.Sprintf("%s got %T.", o.TypeName, req.ProviderData))
		return
	}
	o.settings = configured
}

// cluster returns the client of the cluster.
func (o *object[M, P]) cluster() (*kube.Client, error) { return o.settings.Cluster() }

func (o *object[M, P]) applyOptions(uid string) kube.ApplyOptions {
	return kube.ApplyOptions{
		FieldManager: o.settings.FieldManager,
		Force:        o.settings.ForceConflicts,
		UID:          types.UID(uid),
	}
}

// failed is a call to the cluster that failed.
func (o *object[M, P]) failed(err error, ref kube.Ref) diag.Diagnostics {
	return ClusterError(err, ref, o.Form.Attribute, o.importID(ref))
}

// observe puts what only the cluster knows into the model.
func (o *object[M, P]) observe(live *unstructured.Unstructured, model *M) {
	P(model).common().UID = uidOf(live)
	if o.Status != nil {
		o.Status(live, model)
	}
}
