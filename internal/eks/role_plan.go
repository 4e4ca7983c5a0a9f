package eks

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
	"github.com/eventscale/terraform-provider-keda/internal/awsresource"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

// ValidateConfig finds the mistakes that do not depend on how the provider is
// configured. Once it is, the plan finds them and more.
func (r *roleResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if r.settings != nil {
		return
	}
	config, unknown, diags := decodeRole(ctx, req.Config.Raw)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, found := range checkRole(&config, unknown, roleContext{}) {
		if !found.Warning {
			resp.Diagnostics.Append(found.Diagnostic())
		}
	}
}

// ModifyPlan finds mistakes, plans what follows from the configuration, and
// contacts nothing.
func (r *roleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	config, configUnknown, diags := decodeRole(ctx, req.Config.Raw)
	resp.Diagnostics.Append(diags...)
	planned, unknown, diags := decodeRole(ctx, req.Plan.Raw)
	resp.Diagnostics.Append(diags...)
	plan := rolePlan{roleModel: planned, unknown: unknown, configured: config.OIDCProviderARN}
	if !req.State.Raw.IsNull() {
		former, _, diags := decodeRole(ctx, req.State.Raw)
		resp.Diagnostics.Append(diags...)
		plan.former = &former
		found, diags := isFound(ctx, req.Private)
		resp.Diagnostics.Append(diags...)
		plan.found = found
	}
	if resp.Diagnostics.HasError() {
		return
	}
	for _, found := range checkRole(&config, configUnknown, roleContextOf(r.settings, plan.formerARN())) {
		resp.Diagnostics.Append(found.Diagnostic())
	}
	if resp.Diagnostics.HasError() {
		return
	}
	awsresource.PlanTags(ctx, r.settings, resp)
	plan.resolve(configUnknown)
	for name, value := range map[string]attr.Value{
		"oidc_provider_arn":            plan.OIDCProviderARN,
		"cluster_arn":                  plan.ClusterARN,
		"assume_role_policy":           plan.trustPolicy(),
		"pod_identity_association_ids": plan.associations(),
		"service_account_uids":         plan.made(),
	} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// rolePlan is what a plan makes of a configuration and a state.
type rolePlan struct {
	roleModel

	unknown objectresource.UnknownPaths
	// configured is oidc_provider_arn as the configuration says it.
	configured types.String
	// former is the state, or nil for a role that is to be made.
	former *roleModel
	// found says that the state's OIDC provider was found by the cluster's name.
	found bool
}

func (p *rolePlan) formerARN() string {
	if p.former == nil {
		return ""
	}
	return p.former.ARN.ValueString()
}

func (p *rolePlan) known(names ...string) bool {
	f := findings{unknown: p.unknown}
	for _, name := range names {
		if !f.known(at(name)) {
			return false
		}
	}
	return true
}

// stays reports whether the role is to be used as before by the same cluster.
func (p *rolePlan) stays() bool {
	return p.former != nil && p.known("cluster_name", "identity") &&
		valueOr(p.former.ClusterName, "") == valueOr(p.ClusterName, "") && p.former.usesPodIdentity() == p.usesPodIdentity()
}

// resolve plans what the cluster's name leads to. Only the apply asks for it.
func (p *rolePlan) resolve(config objectresource.UnknownPaths) {
	p.OIDCProviderARN, p.ClusterARN = types.StringUnknown(), types.StringUnknown()
	switch {
	case !p.known("identity"):
	case p.usesPodIdentity():
		p.OIDCProviderARN = types.StringNull()
		if p.stays() && p.former.ClusterARN.ValueString() != "" {
			p.ClusterARN = p.former.ClusterARN
		}
	default:
		p.ClusterARN = types.StringNull()
		switch {
		case config.At(at("oidc_provider_arn")):
		case !p.configured.IsNull():
			p.OIDCProviderARN = p.configured
		case p.stays() && p.found:
			p.OIDCProviderARN = p.former.OIDCProviderARN
		}
	}
}

// trustPolicy is as the state has it where that means the same.
func (p *rolePlan) trustPolicy() types.String {
	wanted := p.trust()
	if !p.known("identity", "service_accounts") || wanted == "" {
		return types.StringUnknown()
	}
	if p.former != nil && policy.Equivalent(p.former.AssumeRolePolicy.ValueString(), wanted) {
		return p.former.AssumeRolePolicy
	}
	return types.StringValue(wanted)
}

// associations has a key for each service account, and the ID of those that
// exist.
func (p *rolePlan) associations() types.Map {
	if !p.known("identity", "service_accounts") {
		return types.MapUnknown(types.StringType)
	}
	planned := map[string]attr.Value{}
	for _, account := range p.ServiceAccounts {
		if !p.usesPodIdentity() {
			continue
		}
		planned[account.account().String()] = types.StringUnknown()
		if p.stays() {
			keep(planned, p.former.Associations, account)
		}
	}
	return types.MapValueMust(types.StringType, planned)
}

// made has a key for each service account to be made, and the UID of those that
// exist.
func (p *rolePlan) made() types.Map {
	if !p.known("service_accounts") {
		return types.MapUnknown(types.StringType)
	}
	planned := map[string]attr.Value{}
	for _, account := range p.ServiceAccounts {
		if !account.isMade() {
			continue
		}
		planned[account.account().String()] = types.StringUnknown()
		if p.former != nil {
			keep(planned, p.former.Made, account)
		}
	}
	return types.MapValueMust(types.StringType, planned)
}

func keep(planned map[string]attr.Value, former map[string]string, account serviceAccountModel) {
	key := account.account().String()
	if value, exists := former[key]; exists {
		planned[key] = types.StringValue(value)
	}
}
