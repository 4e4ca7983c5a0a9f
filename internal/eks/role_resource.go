package eks

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Terraform's protocol calls these.
var (
	_ resource.Resource                   = (*roleResource)(nil)
	_ resource.ResourceWithConfigure      = (*roleResource)(nil)
	_ resource.ResourceWithIdentity       = (*roleResource)(nil)
	_ resource.ResourceWithImportState    = (*roleResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*roleResource)(nil)
	_ resource.ResourceWithValidateConfig = (*roleResource)(nil)
)

// wholeRoleSchema is made once: each call of Terraform makes a resource.
var wholeRoleSchema = sync.OnceValue(func() schema.Schema { return roleSchema(context.Background()) })

// NewServiceAccountRole is the resource eks_service_account_role.
func NewServiceAccountRole() resource.Resource { return &roleResource{} }

type roleResource struct {
	// settings are nil until the provider is configured.
	settings *settings.Settings
}

func (r *roleResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "eks_service_account_role"
}

func (r *roleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = wholeRoleSchema()
}

// IdentitySchema is the role's name, which is unique within an account.
func (r *roleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the role."},
	}}
}

func (r *roleResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.settings = awsresource.Configure(req, resp)
}

func decodeRole(ctx context.Context, raw tftypes.Value) (roleModel, objectresource.UnknownPaths, diag.Diagnostics) {
	return objectresource.Decode[roleModel](ctx, wholeRoleSchema(), raw)
}

// setRoleIdentity fills in an identity that is not set.
func setRoleIdentity(ctx context.Context, name string, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	if identity == nil || !identity.Raw.IsFullyNull() {
		return nil
	}
	return identity.SetAttribute(ctx, path.Root("name"), name)
}

// foundKey marks, in the private state, an OIDC provider that was found by the
// cluster's name: a cluster that is made again under its name has another one.
const foundKey = "oidc_provider_found"

// privateState is the framework's, whose type has no name outside of it.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func setFound(ctx context.Context, private privateState, found bool) diag.Diagnostics {
	var value []byte
	if found {
		value = []byte("true")
	}
	return private.SetKey(ctx, foundKey, value)
}

func isFound(ctx context.Context, private privateState) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, foundKey)
	return len(value) > 0, diags
}

// spec is the role that a fully known model describes.
func (m *roleModel) spec(tags map[string]string) aws.RoleSpec {
	return aws.RoleSpec{
		Name: m.Name, Path: valueOr(m.Path, defaultRolePath), Description: valueOr(m.Description, ""),
		Trust: m.trust(), Permissions: m.permissions(), PolicyARNs: m.PolicyARNs,
		PermissionsBoundary: valueOr(m.PermissionsBoundary, ""),
		MaxSessionDuration:  time.Duration(valueOr(m.MaxSessionDuration, defaultSession)) * time.Second,
		Tags:                tags,
	}
}

// former is what a state says that the configuration set.
func (m *roleModel) former() aws.Former {
	return aws.Former{PolicyARNs: m.PolicyARNs, PermissionsBoundary: valueOr(m.PermissionsBoundary, ""), Tags: m.TagsAll}
}
