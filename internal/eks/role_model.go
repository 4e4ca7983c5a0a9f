package eks

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// How pods get the role's credentials.
const (
	identityIRSA        = "irsa"
	identityPodIdentity = "pod_identity"
)

// roleModel is eks_service_account_role. In it, what is null or not known yet is
// nil, or the zero value where its Go type has no nil.
type roleModel struct {
	Name                string                `tfsdk:"name"`
	Path                *string               `tfsdk:"path"`
	Description         *string               `tfsdk:"description"`
	ClusterName         *string               `tfsdk:"cluster_name"`
	Identity            *string               `tfsdk:"identity"`
	OIDCProviderARN     types.String          `tfsdk:"oidc_provider_arn"`
	ServiceAccounts     []serviceAccountModel `tfsdk:"service_accounts"`
	Statements          []statementModel      `tfsdk:"statements"`
	PolicyARNs          []string              `tfsdk:"policy_arns"`
	PermissionsBoundary *string               `tfsdk:"permissions_boundary"`
	MaxSessionDuration  *int64                `tfsdk:"max_session_duration"`
	Tags                map[string]string     `tfsdk:"tags"`
	Timeouts            timeouts.Value        `tfsdk:"timeouts"`

	ARN              types.String      `tfsdk:"arn"`
	UniqueID         types.String      `tfsdk:"unique_id"`
	ClusterARN       types.String      `tfsdk:"cluster_arn"`
	AssumeRolePolicy types.String      `tfsdk:"assume_role_policy"`
	TagsAll          map[string]string `tfsdk:"tags_all"`
	// Associations and Made have keys NAMESPACE/NAME.
	Associations map[string]string `tfsdk:"pod_identity_association_ids"`
	Made         map[string]string `tfsdk:"service_account_uids"`
}

type serviceAccountModel struct {
	Namespace string `tfsdk:"namespace"`
	Name      string `tfsdk:"name"`
	Create    *bool  `tfsdk:"create"`
}

func (a serviceAccountModel) isMade() bool { return valueOr(a.Create, false) }

func (a serviceAccountModel) account() policy.ServiceAccount {
	return policy.ServiceAccount{Namespace: a.Namespace, Name: a.Name}
}

type statementModel struct {
	SID          *string          `tfsdk:"sid"`
	Effect       *string          `tfsdk:"effect"`
	Actions      []string         `tfsdk:"actions"`
	NotActions   []string         `tfsdk:"not_actions"`
	Resources    []string         `tfsdk:"resources"`
	NotResources []string         `tfsdk:"not_resources"`
	Conditions   []conditionModel `tfsdk:"conditions"`
}

type conditionModel struct {
	Test     string   `tfsdk:"test"`
	Variable string   `tfsdk:"variable"`
	Values   []string `tfsdk:"values"`
}

// accounts are those that may assume the role.
func (m *roleModel) accounts() []policy.ServiceAccount {
	var accounts []policy.ServiceAccount
	for _, account := range m.ServiceAccounts {
		accounts = append(accounts, account.account())
	}
	return accounts
}

func (m *roleModel) usesPodIdentity() bool { return valueOr(m.Identity, "") == identityPodIdentity }

// trust is the trust policy, or empty while what it names is not known.
func (m *roleModel) trust() string {
	switch {
	case m.usesPodIdentity() && m.ClusterARN.ValueString() != "":
		return policy.TrustPodIdentity(m.ClusterARN.ValueString(), m.accounts()).JSON()
	case !m.usesPodIdentity() && m.OIDCProviderARN.ValueString() != "":
		return policy.TrustIRSA(m.OIDCProviderARN.ValueString(), m.accounts()).JSON()
	}
	return ""
}
