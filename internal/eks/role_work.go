package eks

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// roleWork is one operation on the AWS account, for one model.
type roleWork struct {
	settings *settings.Settings
	account  *aws.Account
	roles    *aws.Roles
	model    *roleModel
}

// begin prepares an operation, and sets the tags that the model does not know
// before the provider's configuration is known.
func (r *roleResource) begin(ctx context.Context, model *roleModel) (*roleWork, diag.Diagnostics) {
	account, err := r.settings.Account()
	if err != nil {
		return nil, diag.Diagnostics{awsresource.SettingsError(err)}
	}
	roles, err := account.Roles(ctx, r.settings.FieldManager)
	if err != nil {
		return nil, diag.Diagnostics{awsresource.Failed("Reaching AWS for "+aws.RoleName(model.Name), err, model.Name)}
	}
	model.TagsAll = r.settings.AWS.Tags(model.Tags)
	return &roleWork{settings: r.settings, account: account, roles: roles, model: model}, nil
}

// resolve asks for what the cluster's name leads to, unless the plan knew it, and
// reports whether it found an OIDC provider by that name.
func (w *roleWork) resolve(ctx context.Context) (found bool, err error) {
	m := w.model
	if m.usesPodIdentity() {
		m.OIDCProviderARN = types.StringNull()
		if m.ClusterARN.ValueString() != "" {
			return false, nil
		}
		cluster, err := w.account.Cluster(ctx, valueOr(m.ClusterName, ""))
		m.ClusterARN = types.StringValue(cluster.ARN)
		return false, err
	}
	m.ClusterARN = types.StringNull()
	if m.OIDCProviderARN.ValueString() == "" {
		cluster, err := w.account.Cluster(ctx, valueOr(m.ClusterName, ""))
		if err != nil {
			return false, err
		}
		if cluster.OIDCProviderARN == "" {
			return false, &aws.PreconditionError{
				What:   fmt.Sprintf("EKS cluster %q has no OIDC issuer", cluster.Name),
				Remedy: fmt.Sprintf("Set identity to %q, which needs none.", identityPodIdentity),
			}
		}
		m.OIDCProviderARN, found = types.StringValue(cluster.OIDCProviderARN), true
	}
	return found, w.account.RequireOIDCProvider(ctx, m.OIDCProviderARN.ValueString())
}

// checkAccount refuses ARNs of another account than the credentials', which IAM
// would take for a principal that nobody is, or call missing. The plan could not,
// unless the configuration names the account.
func (w *roleWork) checkAccount(ctx context.Context) error {
	var caller aws.Caller
	for _, found := range w.model.arns() {
		parsed, err := arn.Parse(found.value)
		if err != nil {
			continue
		}
		if caller == (aws.Caller{}) {
			if caller, err = w.account.Caller(ctx); err != nil {
				return err
			}
		}
		if parsed.Partition != caller.Partition || (parsed.AccountID != awsOwned && parsed.AccountID != caller.AccountID) {
			return &aws.PreconditionError{
				What: fmt.Sprintf("%s: %q is of the account %s in the partition %s, and the credentials are those of %s in %s",
					found.at, found.value, parsed.AccountID, parsed.Partition, caller.AccountID, caller.Partition),
				Remedy: "IAM takes policies, boundaries and OIDC providers of the role's own account only: correct the ARN, or the provider's aws.profile or aws.assume_role.",
			}
		}
	}
	return nil
}

// associate makes, changes and removes Pod Identity associations. The model has
// each as soon as it exists.
func (w *roleWork) associate(ctx context.Context, former *roleModel) diag.Diagnostics {
	var diags diag.Diagnostics
	m := w.model
	wanted := map[string]policy.ServiceAccount{}
	if m.usesPodIdentity() {
		for _, account := range m.accounts() {
			wanted[account.String()] = account
		}
	}
	m.Associations = map[string]string{}
	moved := valueOr(former.ClusterName, "") != valueOr(m.ClusterName, "")
	for _, key := range sortedKeys(former.Associations) {
		if _, stays := wanted[key]; stays && !moved {
			continue
		}
		if err := w.dissociate(ctx, former, key); err != nil {
			diags.Append(awsresource.Failed("Removing a Pod Identity association", err, ""))
			return diags
		}
	}
	if len(wanted) == 0 {
		return diags
	}
	identity, err := w.account.PodIdentity(ctx, *m.ClusterName, w.settings.FieldManager)
	if err != nil {
		diags.Append(awsresource.Failed("Reaching EKS", err, ""))
		return diags
	}
	for _, key := range sortedKeys(wanted) {
		known := ""
		if !moved {
			known = former.Associations[key]
		}
		id, adopted, err := identity.Ensure(ctx, known, wanted[key], m.ARN.ValueString(), former.TagsAll, m.TagsAll)
		if err != nil {
			diags.Append(associationFailed(wanted[key], err))
			return diags
		}
		if adopted {
			diags.Append(awsresource.Adopted("The " + aws.AssociationName(wanted[key])))
		}
		m.Associations[key] = id
	}
	return diags
}

// dissociate deletes one association of a state.
func (w *roleWork) dissociate(ctx context.Context, former *roleModel, key string) error {
	identity, err := w.account.PodIdentity(ctx, valueOr(former.ClusterName, ""), w.settings.FieldManager)
	if err != nil {
		return err
	}
	return identity.Delete(ctx, former.Associations[key])
}
