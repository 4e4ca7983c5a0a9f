package operator

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/helm"
	"github.com/eventscale/terraform-provider-keda/internal/keda/install"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// failed is an operation on a release that failed.
func failed(key helm.Key, err error) diag.Diagnostic {
	summary, detail := install.Describe(err)
	if !strings.Contains(detail, key.String()) {
		detail = key.String() + ": " + detail
	}

	return diag.NewErrorDiagnostic(summary, detail)
}

// settingsError is a provider's configuration that names no cluster, or not yet.
func settingsError(err error) diag.Diagnostic {
	if isUnknown(err) {
		return diag.NewErrorDiagnostic("The cluster is not known yet", sentence(err))
	}

	return diag.NewErrorDiagnostic("No cluster is configured", sentence(err))
}

func isUnknown(err error) bool {
	_, unknown := errors.AsType[*settings.UnknownError](err)

	return unknown
}

// notRefreshed says that the release could not be read yet.
func notRefreshed(err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Objects are not read while their cluster is not known",
		"Terraform goes on with what it knew last. "+sentence(err))
}

// exists is a create that found a release of somebody else.
func exists(key helm.Key, reason string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("The release exists already",
		fmt.Sprintf("The %s exists already and was not made by this configuration: %s.\n\nImport it by the id %q, uninstall it, or choose another name.",
			key, reason, key.Namespace+"/"+key.Name))
}

// adopted says that a create found the release of an interrupted apply.
func adopted(release *helm.Release) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The release existed already and was taken over",
		fmt.Sprintf("The %s, status %s, was made under this provider's field manager within the last %s, so it counts as left by an apply that was interrupted. "+
			"If another Terraform configuration made it, remove it from one of the two: destroying either destroys it for both.", release.Key, release.Status, aws.AdoptionWindow))
}

// warn hands on what an operation has to say.
func warn(diags *diag.Diagnostics, summary string, warnings []string) {
	for _, warning := range warnings {
		diags.AddWarning(summary, warning)
	}
}

func sentence(err error) string {
	text := err.Error()

	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
