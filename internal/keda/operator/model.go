package operator

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/helm"
)

// model holds the attributes of keda_operator.
type model struct {
	Name            types.String `tfsdk:"name"`
	Namespace       types.String `tfsdk:"namespace"`
	CreateNamespace types.Bool   `tfsdk:"create_namespace"`

	Repository         types.String `tfsdk:"repository"`
	RepositoryUsername types.String `tfsdk:"repository_username"`
	// RepositoryPassword is in the configuration only.
	RepositoryPassword types.String `tfsdk:"repository_password_wo"`
	Chart              types.String `tfsdk:"chart"`
	Version            types.String `tfsdk:"version"`

	RoleARN         types.String `tfsdk:"role_arn"`
	WatchNamespaces types.Set    `tfsdk:"watch_namespaces"`
	Replicas        types.Object `tfsdk:"replicas"`
	NodeSelector    types.Map    `tfsdk:"node_selector"`
	Tolerations     types.List   `tfsdk:"tolerations"`
	Values          types.List   `tfsdk:"values"`

	ChartVersion types.String `tfsdk:"chart_version"`
	AppVersion   types.String `tfsdk:"app_version"`
	Revision     types.Int64  `tfsdk:"revision"`
	Status       types.String `tfsdk:"status"`

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// replicas are how many pods each of KEDA's programs has.
type replicas struct {
	Operator      types.Int64 `tfsdk:"operator"`
	MetricsServer types.Int64 `tfsdk:"metrics_server"`
	Webhooks      types.Int64 `tfsdk:"webhooks"`
}

// toleration is one of Kubernetes', in the notation of a pod's spec.
type toleration struct {
	Key               types.String `tfsdk:"key"`
	Operator          types.String `tfsdk:"operator"`
	Value             types.String `tfsdk:"value"`
	Effect            types.String `tfsdk:"effect"`
	TolerationSeconds types.Int64  `tfsdk:"toleration_seconds"`
}

func (m *model) key() helm.Key {
	return helm.Key{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}
}

const (
	// defaultRepository is the KEDA project's own.
	defaultRepository = "https://kedacore.github.io/charts"
	// defaultVersion is the newest version of the chart that this provider was
	// tried with. It supports Kubernetes 1.33 to 1.35.
	defaultVersion = "2.20.2"
)

// source is where the chart comes from. The password is the configuration's.
func (m *model) source(password types.String) helm.Source {
	source := helm.Source{
		Repository: m.Repository.ValueString(),
		Chart:      m.Chart.ValueString(),
		Version:    m.Version.ValueString(),
		Username:   m.RepositoryUsername.ValueString(),
		Password:   password.ValueString(),
	}
	if source.Repository == "" && !isPath(source.Chart) {
		source.Repository = defaultRepository
	}

	return source
}

// observe puts what only the cluster knows into the model.
func (m *model) observe(release *helm.Release) {
	m.ChartVersion = types.StringValue(release.ChartVersion)
	m.AppVersion = types.StringValue(release.AppVersion)
	m.Revision = types.Int64Value(int64(release.Revision))
	m.Status = types.StringValue(release.Status)
}
