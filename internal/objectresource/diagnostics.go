package objectresource

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// ClusterError is a call to the cluster that failed, on the attributes at fault as
// far as they are known: locate finds the attribute that stands for a field of
// the object. The importID is what an import of the object takes.
func ClusterError(err error, object kube.Ref, locate func(field string) path.Path, importID string) diag.Diagnostics {
	var diags diag.Diagnostics
	summary, detail := kube.Describe(err)
	if exists, ok := errors.AsType[*kube.ExistsError](err); ok {
		diags.AddError(summary, existsDetail(exists, importID))
		return diags
	}
	if conflict, ok := errors.AsType[*kube.ConflictError](err); ok && len(conflict.Conflicts) == 1 {
		diags.Append(at(locate(conflict.Conflicts[0].Field), summary, detail))
		return diags
	}
	for _, wrong := range kube.FieldErrors(err) {
		diags.Append(at(locate(wrong.Path), summary, fmt.Sprintf("%s, %s: %s", object, wrong.Path, wrong.Message)))
	}
	if len(diags) == 0 {
		diags.AddError(summary, detail)
	}
	return diags
}

// existsDetail says how to import, which depends on the resource.
func existsDetail(exists *kube.ExistsError, importID string) string {
	return fmt.Sprintf("%s exists already and was not made by this configuration: %s. Its field managers are %s.\n\n"+
		"Import it by the id %q, delete it, or choose another name.",
		exists.Object, exists.Reason, strings.Join(exists.Managers, ", "), importID)
}

// at is an error on an attribute, or on the resource as a whole.
func at(attribute path.Path, summary, detail string) diag.Diagnostic {
	if len(attribute.Steps()) == 0 {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(attribute, summary, detail)
}

// Diagnostic is the mistake as Terraform shows it.
func (p Problem) Diagnostic() diag.Diagnostic {
	switch {
	case !p.Warning:
		return at(p.Path, p.Summary, p.Detail)
	case len(p.Path.Steps()) == 0:
		return diag.NewWarningDiagnostic(p.Summary, p.Detail)
	}
	return diag.NewAttributeWarningDiagnostic(p.Path, p.Summary, p.Detail)
}

// SettingsError is a provider's configuration that names no cluster, or not yet.
func SettingsError(err error) diag.Diagnostic {
	if _, ok := errors.AsType[*settings.UnknownError](err); ok {
		return diag.NewErrorDiagnostic("The cluster is not known yet", sentence(err))
	}
	return diag.NewErrorDiagnostic("No cluster is configured", sentence(err))
}

// notRefreshed says that an object could not be read yet.
func notRefreshed(err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Objects are not read while their cluster is not known",
		"Terraform goes on with what it knew last. "+sentence(err))
}

// conversionError is an object that does not fit the model. It never comes from
// a valid configuration.
func conversionError(err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("The object cannot be converted", sentence(err))
}

// adopted says that a create found its object.
func adopted(object kube.Ref) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The object existed already and was taken over",
		fmt.Sprintf("%s has exactly the configured content and was made by this provider's field manager, so it counts as left by an apply that was interrupted. "+
			"If another Terraform configuration made it, remove it from one of the two: destroying either destroys the object of both.", object))
}

// remade says that a refresh found another object of the same name.
func remade(object kube.Ref) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The object was deleted and made again by someone else",
		fmt.Sprintf("%s is not the object that Terraform last saw: its UID differs. Terraform manages the new one from now on.", object))
}

// said hands on what the API server or a webhook warned about.
func said(object kube.Ref, warning string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The cluster warns", fmt.Sprintf("%s: %s", object, warning))
}

// notReady is an object that exists and is not as wanted.
func notReady(err error, next string) diag.Diagnostic {
	_, detail := kube.Describe(err)
	return diag.NewErrorDiagnostic("The object is not ready", detail+"\n\n"+next)
}

// What happens next to an object that is not ready.
const (
	afterCreate = "The object exists and Terraform has recorded it, marked as tainted: the next apply replaces it. " +
		"To keep it, run `terraform untaint` for it; the next apply then waits again."
	afterUpdate = "The change was made. The next apply waits again."
)

// moved is a configuration whose object turned out at apply to be another one.
func moved(from, to kube.Ref) diag.Diagnostic {
	return diag.NewErrorDiagnostic("The configuration names another object",
		fmt.Sprintf("This resource is %s, and its configuration, which was not known at plan, names %s. "+
			"Nothing was changed. Apply again: the plan then replaces the one by the other.", from, to))
}

func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
