package operator

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/keda/install"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Terraform's protocol calls these.
var (
	_ resource.ResourceWithConfigure      = (*operator)(nil)
	_ resource.ResourceWithIdentity       = (*operator)(nil)
	_ resource.ResourceWithImportState    = (*operator)(nil)
	_ resource.ResourceWithModifyPlan     = (*operator)(nil)
	_ resource.ResourceWithValidateConfig = (*operator)(nil)
)

const typeName = "keda_operator"

// NewResource makes the resource keda_operator.
func NewResource() resource.Resource { return &operator{} }

type operator struct {
	// settings are nil until the provider is configured, which it never is for
	// `terraform validate`.
	settings *settings.Settings
}

func (o *operator) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = typeName
}

func (o *operator) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = operatorSchema(ctx)
}

func (o *operator) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	configured, err := settings.From(req.ProviderData)
	if err != nil {
		resp.Diagnostics.AddError("The provider is not configured as expected", sentence(err))
	}

	o.settings = configured
}

// IdentitySchema is the namespace and name of the release.
func (o *operator) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"namespace": identityschema.StringAttribute{RequiredForImport: true, Description: "Namespace of the Helm release."},
		"name":      identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the Helm release."},
	}}
}

// setIdentity fills in an identity that is not set: it never changes.
func setIdentity(ctx context.Context, key helm.Key, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	var diags diag.Diagnostics

	if identity == nil || !identity.Raw.IsFullyNull() {
		return diags
	}

	diags.Append(identity.SetAttribute(ctx, path.Root("namespace"), key.Namespace)...)
	diags.Append(identity.SetAttribute(ctx, path.Root("name"), key.Name)...)

	return diags
}

// clients are what an operation works with. An error is one of the settings.
func (o *operator) clients() (*helm.Client, *install.Installer, error) {
	cluster, err := o.settings.Cluster()
	if err != nil {
		return nil, nil, err
	}

	releases := helm.New(o.settings.Kubernetes, cluster, o.settings.FieldManager, report)

	return releases, install.New(releases, cluster, o.settings.FieldManager), nil
}

// report puts the progress of an operation into Terraform's log.
func report(ctx context.Context, message string, fields map[string]any) {
	tflog.Info(ctx, typeName+": "+message, fields)
}
