package eks

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
)

// ImportState takes a role over, by NAME or CLUSTER_NAME/NAME. The service
// accounts come from its trust policy: what there is beside them shows in the
// next plan. Service accounts in the cluster are taken over by the next apply if
// the configuration makes them.
func (r *roleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := context.WithTimeout(ctx, awsresource.ReadTimeout)
	defer cancel()
	name, cluster, diags := importedRole(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	model := emptyRole()
	model.Name, model.ClusterName = name, textOrNil(cluster)
	work, diags := r.begin(ctx, &model)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	role, err := work.roles.Find(ctx, name)
	if aws.IsGone(err) {
		resp.Diagnostics.AddError("The role to import does not exist", fmt.Sprintf("The account has no %s.", aws.RoleName(name)))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(awsresource.Failed("Reading "+aws.RoleName(name), err, name))
		return
	}
	model.PolicyARNs, model.PermissionsBoundary = role.PolicyARNs, textOrNil(role.PermissionsBoundary)
	model.observe(role, &roleModel{PolicyARNs: role.PolicyARNs})
	model.Tags, model.TagsAll = awsresource.ImportedTags(r.settings, role.Tags)
	model.absorbTrust(role.Trust)
	if err := work.findAssociations(ctx); err != nil {
		resp.Diagnostics.Append(awsresource.Failed("Reading Pod Identity associations", err, ""))
		return
	}
	resp.Diagnostics.Append(setFound(ctx, resp.Private, model.ClusterName != nil && !model.usesPodIdentity())...)
	resp.Diagnostics.Append(setRoleIdentity(ctx, name, resp.Identity)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// importedRole reads an import's id or identity.
func importedRole(ctx context.Context, req resource.ImportStateRequest) (name, cluster string, diags diag.Diagnostics) {
	if req.ID == "" && req.Identity != nil {
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("name"), &name)...)
		return name, "", diags
	}
	name = req.ID
	if before, after, hasSlash := strings.Cut(req.ID, "/"); hasSlash {
		cluster, name = before, after
		if err := checkClusterName(cluster); err != nil {
			diags.AddError("Not the id of a role", awsresource.Sentence(err)+" An id has the form NAME or CLUSTER_NAME/NAME.")
			return name, cluster, diags
		}
	}
	if err := checkRoleName(name); err != nil {
		diags.AddError("Not the id of a role", awsresource.Sentence(err)+" An id has the form NAME or CLUSTER_NAME/NAME.")
	}
	return name, cluster, diags
}

// emptyRole is a model in which nothing is set.
func emptyRole() roleModel {
	model := roleModel{Associations: map[string]string{}, Made: map[string]string{}}
	if kind, isTimeouts := wholeRoleSchema().Attributes["timeouts"].GetType().(timeouts.Type); isTimeouts {
		model.Timeouts = timeouts.Value{Object: types.ObjectNull(kind.AttrTypes)}
	}
	return model
}

// absorbTrust sets who may assume the role from its trust policy.
func (m *roleModel) absorbTrust(trust string) {
	var trusted policy.Trusted
	if document, err := policy.Parse(trust); err == nil {
		trusted = policy.TrustedBy(document)
	}
	identity, no := identityIRSA, false
	if trusted.ClusterARN != "" {
		identity = identityPodIdentity
		m.ClusterARN = types.StringValue(trusted.ClusterARN)
		_, name, _ := strings.Cut(trusted.ClusterARN, ":cluster/")
		m.ClusterName = textOrNil(name)
	}
	if trusted.OIDCProviderARN != "" {
		m.OIDCProviderARN = types.StringValue(trusted.OIDCProviderARN)
	}
	m.Identity = &identity
	for _, account := range trusted.Accounts {
		m.ServiceAccounts = append(m.ServiceAccounts, serviceAccountModel{Namespace: account.Namespace, Name: account.Name, Create: &no})
	}
}

// findAssociations takes over those of the role.
func (w *roleWork) findAssociations(ctx context.Context) error {
	m := w.model
	if !m.usesPodIdentity() || m.ClusterName == nil {
		return nil
	}
	identity, err := w.account.PodIdentity(ctx, *m.ClusterName, w.settings.FieldManager)
	if err != nil {
		return err
	}
	for _, account := range m.accounts() {
		found, err := identity.Find(ctx, account)
		if err != nil {
			return err
		}
		if found != nil && found.RoleARN == m.ARN.ValueString() {
			m.Associations[account.String()] = found.ID
		}
	}
	return nil
}
