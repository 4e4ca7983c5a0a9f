package sqs

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// unfitError is a queue of somebody else that does not fit the times.
type unfitError struct{ detail string }

func (e *unfitError) Error() string { return e.detail }

// failed puts an error of the binding of a name into words.
func failed(name types.String, err error) diag.Diagnostic {
	if unfit, ok := errors.AsType[*unfitError](err); ok {
		return diag.NewAttributeErrorDiagnostic(path.Root("existing_queue_arn"), "The existing queue does not fit", unfit.detail)
	}
	if held, ok := errors.AsType[*MessagesError](err); ok {
		return diag.NewAttributeErrorDiagnostic(path.Root("force_destroy"), "There are messages in the queue", fmt.Sprintf(
			"%s. Nothing was deleted.\n\nLet consumers finish them, purge the queue, or set force_destroy = true and apply before you delete it again.", sentence(held)))
	}
	if taken, ok := errors.AsType[*takenError](err); ok {
		return diag.NewErrorDiagnostic("The Kubernetes object exists already", fmt.Sprintf("%s.\n\n%s", sentence(taken), takenRemedy(taken)))
	}
	if exists, ok := errors.AsType[*aws.ExistsError](err); ok {
		return diag.NewErrorDiagnostic("The AWS object exists already", fmt.Sprintf(
			"%s.\n\nChoose another name, or delete it. A queue that this resource made before can be imported by its name; one that something else manages is used with existing_queue_arn, and such a role with role_arn.", sentence(exists)))
	}
	if unknown, ok := errors.AsType[*settings.UnknownError](err); ok {
		return diag.NewErrorDiagnostic("The provider is not configured yet", sentence(unknown)+".")
	}
	if errors.Is(err, settings.ErrNoCluster) {
		return diag.NewErrorDiagnostic("No cluster is configured", sentence(err)+".\n\nThe binding makes a service account, a namespace or a TriggerAuthentication, so it needs one.")
	}
	describe := aws.Describe
	if isOfCluster(err) {
		describe = kube.Describe
	}
	summary, detail := describe(err)
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf("Queue binding %q: %s", name.ValueString(), detail))
}

func takenRemedy(taken *takenError) string {
	if taken.object.GroupVersionKind == serviceAccountKind {
		return fmt.Sprintf("Delete it, or set create_service_account = false and annotate it with %s yourself.", roleAnnotation)
	}
	return "Delete it, or give the one of this binding another name by trigger_authentication."
}

// isOfCluster tells errors of the cluster from those of AWS.
func isOfCluster(err error) bool {
	reason := kube.Classify(err)
	if reason == kube.TimedOut || reason == kube.Canceled || reason == kube.Unreachable {
		_, request := errors.AsType[*kube.RequestError](err)
		_, deletion := errors.AsType[*kube.DeleteError](err)
		return request || deletion
	}
	return reason != kube.Unknown
}

// adoptedWarning says that a create found what it was to make.
func adoptedWarning(names []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("What existed already was taken over", fmt.Sprintf(
		"%s: made by this provider's field manager within the last %s, so it counts as left by an apply that was interrupted. "+
			"If another Terraform configuration made it, remove it from one of the two: destroying either destroys it for both.",
		strings.Join(names, ", "), aws.AdoptionWindow))
}

func sentence(err error) string {
	text := strings.TrimSuffix(err.Error(), ".")
	return strings.ToUpper(text[:1]) + text[1:]
}
