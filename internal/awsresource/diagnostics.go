package awsresource

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Failed is a call to AWS that failed. What is the attempt, such as
// `Making IAM role "keda"`; importID is what `terraform import` takes for the
// object.
func Failed(what string, err error, importID string) diag.Diagnostic {
	summary, detail := aws.Describe(err)
	if exists, ok := errors.AsType[*aws.ExistsError](err); ok {
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf("%s.\n\nImport it by the id %q, delete it, or choose another name.", exists, importID))
	}
	return diag.NewErrorDiagnostic(summary, what+" failed: "+detail)
}

// SettingsError is a provider's configuration that leads to no AWS account or
// no cluster, or not yet.
func SettingsError(err error) diag.Diagnostic {
	if _, ok := errors.AsType[*settings.UnknownError](err); ok {
		return diag.NewErrorDiagnostic("The provider's configuration is not known yet", Sentence(err))
	}
	return diag.NewErrorDiagnostic("The provider's configuration is not complete", Sentence(err))
}

// IsUnknown reports an error of settings that another phase of Terraform will
// not have: a refresh keeps what it knew, and warns by [NotRefreshed].
func IsUnknown(err error) bool {
	_, unknown := errors.AsType[*settings.UnknownError](err)
	return unknown
}

// NotRefreshed says that an object could not be read yet.
func NotRefreshed(err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Objects are not read while the provider's configuration is not known",
		"Terraform goes on with what it knew last. "+Sentence(err))
}

// Adopted says that a create found its object left by an interrupted apply.
func Adopted(object string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The object existed already and was taken over",
		fmt.Sprintf("%s was made less than %.0f hours ago under this provider's field_manager (its tag %s says so), so it counts as left by an apply that was interrupted, and now is as configured. "+
			"If another Terraform configuration made it, remove it from one of the two: destroying either destroys the object of both.",
			object, aws.AdoptionWindow.Hours(), aws.OwnerTag))
}

// Sentence makes an error's text a sentence.
func Sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
