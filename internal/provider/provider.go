// Package provider is the Terraform provider keda: its configuration, and the
// list of what it offers.
package provider

import (
	"context"
	"os"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/eks"
	"github.com/eventscale/terraform-provider-keda/internal/keda"
	"github.com/eventscale/terraform-provider-keda/internal/keda/operator"
	"github.com/eventscale/terraform-provider-keda/internal/manifest"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
	"github.com/eventscale/terraform-provider-keda/internal/sqs"
)

var (
	_ provider.Provider                       = (*kedaProvider)(nil)
	_ provider.ProviderWithValidateConfig     = (*kedaProvider)(nil)
	_ provider.ProviderWithFunctions          = (*kedaProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*kedaProvider)(nil)
)

// New returns a constructor of the provider, which reports the given version to
// Terraform and in the user agent of its requests.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return newProvider(version) }
}

func newProvider(version string) *kedaProvider {
	return &kedaProvider{version: version, getenv: os.Getenv}
}

// typeName is the provider's name, with which the names of its resources begin.
const typeName = "keda"

type kedaProvider struct {
	version string
	getenv  func(string) string
	// configured is what Configure handed over, nil until then.
	configured atomic.Pointer[settings.Settings]
}

type providerModel struct {
	Kubernetes        types.Object `tfsdk:"kubernetes"`
	AWS               types.Object `tfsdk:"aws"`
	FieldManager      types.String `tfsdk:"field_manager"`
	ForceConflicts    types.Bool   `tfsdk:"force_conflicts"`
	TriggerValidation types.String `tfsdk:"trigger_validation"`
}

func (p *kedaProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = typeName
	resp.Version = p.version
}

func (p *kedaProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Event-driven autoscaling on Kubernetes with KEDA: the queue, the IAM roles, KEDA itself, " +
			"GPU nodes on Amazon EKS, the workload and its scaling rule. " +
			"Planning never contacts the cluster or AWS for what does not exist yet, so the cluster may be made in the same apply.",
		Attributes: map[string]schema.Attribute{
			"kubernetes": kubernetesSchema(),
			"aws":        awsSchema(),
			"field_manager": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Field manager of server-side apply, by which the API server tells this provider's fields from those of others. " +
					"At most 128 bytes, printable. Default: `" + settings.DefaultFieldManager + "`.",
				Validators: rules("at most 128 printable bytes", checkFieldManager),
			},
			"force_conflicts": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to take over fields that another field manager owns. " +
					"When `false`, such a conflict is an error that names the manager and the field. Default: `false`.",
			},
			"trigger_validation": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "What becomes of a mistake in a trigger's metadata that is found at plan: `error`, `warn` or `off`. " +
					"Use `warn` with a version of KEDA that is newer than this provider knows. Default: `error`.",
				Validators: []validator.String{stringvalidator.OneOf(
					string(settings.TriggerValidationError), string(settings.TriggerValidationWarn), string(settings.TriggerValidationOff),
				)},
			},
		},
	}
}

// ValidateConfig applies the rules between attributes that hold whatever the
// environment is; those that depend on it wait for Configure.
func (p *kedaProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config providerModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	if resp.Diagnostics.HasError() || config.Kubernetes.IsNull() || config.Kubernetes.IsUnknown() {
		return
	}

	var kubernetes kubernetesModel

	resp.Diagnostics.Append(config.Kubernetes.As(ctx, &kubernetes, objectOptions)...)
	resp.Diagnostics.Append(kubernetes.conflicts()...)
}

// Configure hands the configuration over to resources, data sources and
// ephemeral resources as a [*settings.Settings]. It contacts nothing and reads
// no file: what it describes may not exist before the apply.
func (p *kedaProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if req.ClientCapabilities.DeferralAllowed && !req.Config.Raw.IsFullyKnown() {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}

		return
	}

	resolved, diags := p.resolve(ctx, req)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	p.configured.Store(resolved)

	resp.ResourceData = resolved
	resp.DataSourceData = resolved
	resp.EphemeralResourceData = resolved
}

func (p *kedaProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		keda.NewDesiredReplicasFunction,
		keda.NewHPANameFunction,
	}
}

func (p *kedaProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		eks.NewServiceAccountRole,
		eks.NewAutoGPUNodePool,
		keda.NewClusterTriggerAuthentication,
		keda.NewScaledJob,
		keda.NewScaledObject,
		keda.NewTriggerAuthentication,
		operator.NewResource,
		manifest.NewResource,
		sqs.NewBinding,
	}
}

func (p *kedaProvider) DataSources(context.Context) []func() datasource.DataSource {
	return nil
}

func (p *kedaProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return nil
}
