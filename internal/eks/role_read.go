package eks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
)

// Read shows what became of that which the configuration sets. A role that is
// gone leaves the state.
func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel := context.WithTimeout(ctx, awsresource.ReadTimeout)
	defer cancel()
	model, _, diags := decodeRole(ctx, req.State.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setRoleIdentity(ctx, model.Name, resp.Identity)...)
	if err := r.settings.RequireAWS(); awsresource.IsUnknown(err) {
		resp.Diagnostics.Append(awsresource.NotRefreshed(err))
		return
	}
	// begin sets the tags as they are to be.
	before := model
	work, diags := r.begin(ctx, &model)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	role, err := work.roles.Find(ctx, model.Name)
	if aws.IsGone(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(awsresource.Failed("Reading "+aws.RoleName(model.Name), err, model.Name))
		return
	}
	if known := model.UniqueID.ValueString(); known != "" && known != role.ID {
		resp.Diagnostics.Append(roleRemade(model.Name))
	}
	model.observe(role, &before)
	resp.Diagnostics.Append(work.refreshIdentity(ctx, req.Private)...)
	resp.Diagnostics.Append(r.refreshCluster(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// observe puts the drift of a live role into a model.
func (m *roleModel) observe(role *aws.Role, before *roleModel) {
	m.ARN, m.UniqueID = types.StringValue(role.ARN), types.StringValue(role.ID)
	m.Path = &role.Path
	m.Description = textOrNil(role.Description)
	if m.PermissionsBoundary != nil {
		m.PermissionsBoundary = textOrNil(role.PermissionsBoundary)
	}
	seconds := int64(role.MaxSessionDuration.Seconds())
	m.MaxSessionDuration = &seconds
	m.absorbPermissions(role.Permissions)
	m.PolicyARNs = slices.DeleteFunc(slices.Clone(before.PolicyARNs), func(arn string) bool { return !slices.Contains(role.PolicyARNs, arn) })
	if len(m.PolicyARNs) == 0 {
		m.PolicyARNs = nil
	}
	m.Tags, m.TagsAll = awsresource.LiveTags(before.Tags, role.Tags), awsresource.LiveTags(before.TagsAll, role.Tags)
	if !policy.Equivalent(m.AssumeRolePolicy.ValueString(), role.Trust) {
		m.AssumeRolePolicy = types.StringValue(role.Trust)
	}
}

func textOrNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// refreshIdentity shows another issuer under the cluster's name, and what became
// of the associations. A cluster that is gone leaves both as they were.
func (w *roleWork) refreshIdentity(ctx context.Context, private privateState) diag.Diagnostics {
	m := w.model
	found, diags := isFound(ctx, private)
	if found && m.ClusterName != nil {
		cluster, err := w.account.Cluster(ctx, *m.ClusterName)
		switch {
		case aws.IsGone(err):
		case err != nil:
			diags.Append(awsresource.Failed(fmt.Sprintf("Reading the OIDC issuer of EKS cluster %q for role %q", *m.ClusterName, m.Name), err, ""))
		case cluster.OIDCProviderARN != "":
			m.OIDCProviderARN = types.StringValue(cluster.OIDCProviderARN)
		}
	}
	if len(m.Associations) == 0 || m.ClusterName == nil {
		return diags
	}
	identity, err := w.account.PodIdentity(ctx, *m.ClusterName, w.settings.FieldManager)
	if err != nil {
		diags.Append(awsresource.Failed("Reaching EKS", err, ""))
		return diags
	}
	for _, key := range sortedKeys(m.Associations) {
		account := accountOfKey(key)
		live, err := identity.Find(ctx, account)
		switch {
		case err != nil:
			diags.Append(awsresource.Failed("Reading a Pod Identity association", err, ""))
		case live == nil || live.ID != m.Associations[key] || live.RoleARN != m.ARN.ValueString():
			delete(m.Associations, key)
		}
	}
	return diags
}

// refreshCluster looks at the service accounts that the resource made.
func (r *roleResource) refreshCluster(ctx context.Context, m *roleModel) diag.Diagnostics {
	if len(m.toMake()) == 0 {
		return nil
	}
	client, err := r.settings.Cluster()
	if awsresource.IsUnknown(err) {
		return diag.Diagnostics{awsresource.NotRefreshed(err)}
	}
	if err != nil {
		return diag.Diagnostics{awsresource.SettingsError(err)}
	}
	if err := refreshServiceAccounts(ctx, client, m); err != nil {
		return diag.Diagnostics{serviceAccountFailed(err)}
	}
	return nil
}

// accountOfKey is the service account of a key NAMESPACE/NAME.
func accountOfKey(key string) policy.ServiceAccount {
	namespace, name, _ := strings.Cut(key, "/")
	return policy.ServiceAccount{Namespace: namespace, Name: name}
}
