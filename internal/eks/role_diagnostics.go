package eks

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// associationFailed is an association that cannot be had. One that exists cannot
// be imported: it belongs to the role.
func associationFailed(account policy.ServiceAccount, err error) diag.Diagnostic {
	if exists, ok := errors.AsType[*aws.ExistsError](err); ok {
		return diag.NewErrorDiagnostic("The service account has a role already",
			fmt.Sprintf("%s. EKS gives a service account one role.\n\nDelete that association, or name another service account.", exists))
	}
	return awsresource.Failed("Giving the role to service account "+account.String(), err, "")
}

// serviceAccountFailed is a service account that cannot be made, changed or
// deleted.
func serviceAccountFailed(err error) diag.Diagnostic {
	summary, detail := kube.Describe(err)
	if exists, ok := errors.AsType[*kube.ExistsError](err); ok {
		return diag.NewErrorDiagnostic("The service account exists already",
			fmt.Sprintf("%s exists already and was not made by this configuration: %s. Its field managers are %s.\n\n"+
				"Set create = false for it, and let whoever makes it set the annotation %s to the role's ARN; or delete it.",
				exists.Object, exists.Reason, strings.Join(exists.Managers, ", "), roleAnnotation))
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// roleRemade says that a refresh found another role of the same name.
func roleRemade(name string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The role was deleted and made again by someone else",
		fmt.Sprintf("%s is not the role that Terraform last saw: its ID differs. Terraform manages the new one from now on.", aws.RoleName(name)))
}

// alsoRemoved says what went with a role that somebody else had put there.
func alsoRemoved(name string, removed []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Something of others was removed with the role",
		fmt.Sprintf("IAM deletes only a role that has nothing, so these were taken off %s, though this configuration did not put them there: %s.", aws.RoleName(name), strings.Join(removed, ", ")))
}
