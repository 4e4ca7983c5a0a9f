package provider

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// objectOptions reads an object into a model whose fields are framework types,
// which hold null and unknown themselves.
var objectOptions = basetypes.ObjectAsOptions{}

// resolve turns the configuration into settings: what is set there, then the
// environment, then defaults. A part with an unknown value is left empty.
func (p *kedaProvider) resolve(ctx context.Context, req provider.ConfigureRequest) (*settings.Settings, diag.Diagnostics) {
	var (
		config providerModel
		diags  diag.Diagnostics
	)

	diags.Append(req.Config.Get(ctx, &config)...)

	if diags.HasError() {
		return nil, diags
	}

	resolved := &settings.Settings{
		FieldManager:      settings.DefaultFieldManager,
		ForceConflicts:    config.ForceConflicts.ValueBool(),
		TriggerValidation: settings.TriggerValidationError,
		Unknown:           unknownAttributes(req.Config.Raw),
		Version:           p.version,
	}

	if !config.FieldManager.IsNull() {
		resolved.FieldManager = config.FieldManager.ValueString()
	}

	if !config.TriggerValidation.IsNull() {
		resolved.TriggerValidation = settings.TriggerValidation(config.TriggerValidation.ValueString())
	}

	if !resolved.IsUnknown("kubernetes") {
		kubernetes, kubernetesDiags := resolveKubernetes(ctx, config.Kubernetes, p.getenv)
		kubernetes.UserAgent = "terraform-provider-keda/" + p.version + " Terraform/" + req.TerraformVersion
		resolved.Kubernetes = kubernetes
		diags.Append(kubernetesDiags...)
	}

	if !resolved.IsUnknown("aws") {
		configuration, awsDiags := resolveAWS(ctx, config.AWS)
		resolved.AWS = configuration
		diags.Append(awsDiags...)

		// While AWS is unknown nobody answers for the cluster's name, and
		// RequireCluster keeps from asking.
		if account, err := resolved.Account(); err == nil && resolved.Kubernetes.EKSClusterName != "" {
			resolved.Kubernetes.EKS = account.EKS()
		}
	}

	return resolved, diags
}

// unknownAttributes lists the unknown values of a configuration by the dotted
// names of their attributes, in the order of the names.
func unknownAttributes(config tftypes.Value) []string {
	var unknown []string

	// The callback returns no error, so Walk returns none.
	_ = tftypes.Walk(config, func(at *tftypes.AttributePath, value tftypes.Value) (bool, error) {
		if !value.IsKnown() {
			unknown = append(unknown, attributeName(at))
		}

		return value.IsKnown(), nil
	})

	slices.Sort(unknown)

	return slices.Compact(unknown)
}

// attributeName returns the dotted name of the attribute at the path, without
// the keys and indexes of elements: a map's key may be what is secret.
func attributeName(at *tftypes.AttributePath) string {
	var names []string

	for _, step := range at.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}

	return strings.Join(names, ".")
}

// expandHomes replaces a leading ~ in each path by the user's home folder, as a
// shell does. Paths stay as they are where there is no home folder.
func expandHomes(paths []string) []string {
	home, err := os.UserHomeDir()
	if err != nil {
		return paths
	}

	var expanded []string

	for _, name := range paths {
		if name == "~" || strings.HasPrefix(name, "~/") {
			name = filepath.Join(home, strings.TrimPrefix(name, "~"))
		}

		expanded = append(expanded, name)
	}

	return expanded
}
