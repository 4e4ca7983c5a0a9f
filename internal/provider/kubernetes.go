package provider

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

type kubernetesModel struct {
	EKSClusterName       types.String `tfsdk:"eks_cluster_name"`
	ConfigPath           types.String `tfsdk:"config_path"`
	ConfigPaths          types.List   `tfsdk:"config_paths"`
	ConfigContext        types.String `tfsdk:"config_context"`
	Host                 types.String `tfsdk:"host"`
	ClusterCACertificate types.String `tfsdk:"cluster_ca_certificate"`
	TLSServerName        types.String `tfsdk:"tls_server_name"`
	Insecure             types.Bool   `tfsdk:"insecure"`
	Token                types.String `tfsdk:"token"`
	ClientCertificate    types.String `tfsdk:"client_certificate"`
	ClientKey            types.String `tfsdk:"client_key"`
	Exec                 types.Object `tfsdk:"exec"`
}

type execModel struct {
	APIVersion string            `tfsdk:"api_version"`
	Command    string            `tfsdk:"command"`
	Args       []string          `tfsdk:"args"`
	Env        map[string]string `tfsdk:"env"`
}

// resolveKubernetes converts a known configuration, completed by the
// environment.
func resolveKubernetes(ctx context.Context, config types.Object, getenv func(string) string) (kube.Config, diag.Diagnostics) {
	var (
		model kubernetesModel
		diags diag.Diagnostics
	)

	if !config.IsNull() {
		diags.Append(config.As(ctx, &model, objectOptions)...)
	}

	environment := environment{getenv: getenv}
	environment.fill(&model)

	diags.Append(environment.diags...)
	diags.Append(model.conflicts()...)
	diags.Append(model.unused()...)

	resolved, convertDiags := model.config(ctx)
	diags.Append(convertDiags...)

	return resolved, diags
}

// config converts a known model.
func (m *kubernetesModel) config(ctx context.Context) (kube.Config, diag.Diagnostics) {
	var diags diag.Diagnostics

	config := kube.Config{
		EKSClusterName: m.EKSClusterName.ValueString(),
		Context:        m.ConfigContext.ValueString(),
		Host:           m.Host.ValueString(),
		CAData:         bytesOf(m.ClusterCACertificate),
		TLSServerName:  m.TLSServerName.ValueString(),
		Insecure:       m.Insecure.ValueBool(),
		Token:          m.Token.ValueString(),
		ClientCertData: bytesOf(m.ClientCertificate),
		ClientKeyData:  bytesOf(m.ClientKey),
	}

	if !m.ConfigPaths.IsNull() {
		var paths []string

		diags.Append(m.ConfigPaths.ElementsAs(ctx, &paths, false)...)
		config.KubeconfigPaths = expandHomes(paths)
	}

	if !m.ConfigPath.IsNull() {
		config.KubeconfigPaths = expandHomes([]string{m.ConfigPath.ValueString()})
	}

	if !m.Exec.IsNull() {
		var exec execModel

		diags.Append(m.Exec.As(ctx, &exec, objectOptions)...)
		config.Exec = &kube.Exec{APIVersion: exec.APIVersion, Command: exec.Command, Args: exec.Args, Env: exec.Env}
	}

	return config, diags
}

// bytesOf returns nil for null, as what takes bytes expects.
func bytesOf(value types.String) []byte {
	if value.IsNull() {
		return nil
	}

	return []byte(value.ValueString())
}

// environment completes a known model from environment variables.
type environment struct {
	getenv func(string) string
	diags  diag.Diagnostics
}

// fill sets what the configuration leaves out. The configuration's way to the
// cluster is never mixed with another one from the environment, nor are its
// credentials.
func (e *environment) fill(m *kubernetesModel) {
	if m.way() == "" {
		e.fillWay(m)
	}

	switch m.way() {
	case "config_path", "config_paths":
		e.fillString(&m.ConfigContext, "config_context", "KUBE_CTX", checkNotEmpty)
	case "host":
		e.fillHost(m)
	}
}

// fillWay takes the first way that the environment offers and that has a use
// for what the configuration sets.
func (e *environment) fillWay(m *kubernetesModel) {
	if m.ConfigContext.IsNull() {
		e.fillString(&m.Host, "host", "KUBE_HOST", checkHTTPURL)
	}

	if m.way() != "" || m.setsHostCompanion() {
		return
	}

	e.fillString(&m.ConfigPath, "config_path", "KUBE_CONFIG_PATH", checkNotEmpty)

	for _, variable := range []string{"KUBE_CONFIG_PATHS", "KUBECONFIG"} {
		if m.way() != "" {
			return
		}

		var paths []attr.Value
		for _, name := range filepath.SplitList(e.getenv(variable)) {
			if name != "" {
				paths = append(paths, types.StringValue(name))
			}
		}

		if len(paths) > 0 {
			m.ConfigPaths = types.ListValueMust(types.StringType, paths)
		}
	}
}

// fillHost sets what goes with a host.
func (e *environment) fillHost(m *kubernetesModel) {
	e.fillString(&m.TLSServerName, "tls_server_name", "KUBE_TLS_SERVER_NAME", checkNotEmpty)

	// What the configuration says of the server's certificate is not to be
	// contradicted by the environment.
	if !m.Insecure.ValueBool() {
		e.fillString(&m.ClusterCACertificate, "cluster_ca_certificate", "KUBE_CLUSTER_CA_CERT_DATA", checkCertificates)
	}

	if m.Insecure.IsNull() && m.ClusterCACertificate.IsNull() {
		e.fillInsecure(m)
	}

	if m.Token.IsNull() && m.ClientCertificate.IsNull() && m.ClientKey.IsNull() && m.Exec.IsNull() {
		e.fillString(&m.Token, "token", "KUBE_TOKEN", checkNotEmpty)
		e.fillString(&m.ClientCertificate, "client_certificate", "KUBE_CLIENT_CERT_DATA", checkCertificates)
		e.fillString(&m.ClientKey, "client_key", "KUBE_CLIENT_KEY_DATA", checkPrivateKey)
	}
}

func (e *environment) fillString(target *types.String, attribute, variable string, check func(string) error) {
	value := e.getenv(variable)
	if value == "" || !target.IsNull() {
		return
	}

	if err := check(value); err != nil {
		e.refuse(attribute, variable, err)
	}

	*target = types.StringValue(value)
}

func (e *environment) fillInsecure(m *kubernetesModel) {
	const variable = "KUBE_INSECURE"

	value := e.getenv(variable)
	if value == "" {
		return
	}

	insecure, err := strconv.ParseBool(value)
	if err != nil {
		e.refuse("insecure", variable, fmt.Errorf("%q is no boolean: give true or false", value))
	}

	m.Insecure = types.BoolValue(insecure)
}

func (e *environment) refuse(attribute, variable string, err error) {
	e.diags.AddAttributeError(path.Root("kubernetes").AtName(attribute), "Invalid environment variable", variable+": "+err.Error()+".")
}
