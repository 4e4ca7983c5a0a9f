package eks

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
	"github.com/eventscale/terraform-provider-keda/internal/provider/settings"
)

// Source: IAM User Guide, "IAM and STS quotas".
const (
	maxManagedPolicies     = 25
	defaultManagedPolicies = 10
)

// roleContext is what the rules know beside the configuration.
type roleContext struct {
	// expected is where the role is, as far as that is known.
	expected aws.Caller
	// hasNoCluster says that the provider's configuration names no cluster.
	hasNoCluster bool
}

// roleContextOf is what a provider's configuration and the role's own ARN say;
// both may be missing.
func roleContextOf(configured *settings.Settings, roleARN string) roleContext {
	var known roleContext
	if configured != nil {
		_, err := configured.Cluster()
		known.hasNoCluster = errors.Is(err, settings.ErrNoCluster)
		if !configured.IsUnknown("aws") {
			known.expected = configured.AWS.Expected()
		}
	}
	if parsed, err := arn.Parse(roleARN); err == nil {
		known.expected = aws.Caller{AccountID: parsed.AccountID, Partition: parsed.Partition}
	}
	return known
}

// checkRole finds the mistakes of a configuration. It contacts nothing.
func checkRole(m *roleModel, unknown objectresource.UnknownPaths, known roleContext) []objectresource.Problem {
	f := &findings{unknown: unknown}
	checkRoleIdentity(f, m)
	checkRoleServiceAccounts(f, m, known)
	checkRoleARNs(f, m, known)
	checkRoleSizes(f, m)
	checkStatements(f, m)
	return f.problems
}

func checkRoleIdentity(f *findings, m *roleModel) {
	cluster, provider := at("cluster_name"), at("oidc_provider_arn")
	if !f.known(at("identity")) {
		return
	}
	switch {
	case m.usesPodIdentity():
		if f.known(cluster) && m.ClusterName == nil {
			f.fail(cluster, "No cluster for Pod Identity", "identity is %q, and an association of Pod Identity belongs to a cluster: set cluster_name.", identityPodIdentity)
		}
		if f.known(provider) && !m.OIDCProviderARN.IsNull() {
			f.fail(provider, "No OIDC provider is used", "identity is %q, which uses no OIDC provider: remove oidc_provider_arn, or set identity to %q.", identityPodIdentity, identityIRSA)
		}
	case f.known(cluster, provider) && m.ClusterName == nil && m.OIDCProviderARN.IsNull():
		f.fail(cluster, "No cluster is named", "The trust policy names the cluster's OIDC provider: set cluster_name, from which it is found, or oidc_provider_arn.")
	}
}

// defaultServiceAccount is in every namespace from the start.
const defaultServiceAccount = "default"

func checkRoleServiceAccounts(f *findings, m *roleModel, known roleContext) {
	first := map[policy.ServiceAccount]int{}
	for i, account := range m.ServiceAccounts {
		here := at("service_accounts").AtListIndex(i)
		if !f.known(here.AtName("namespace"), here.AtName("name")) {
			continue
		}
		if earlier, found := first[account.account()]; found {
			f.fail(here, "A service account is named twice", "service_accounts[%d] and service_accounts[%d] are both %q: remove one.", earlier, i, account.account())
			continue
		}
		first[account.account()] = i
		switch {
		case !account.isMade():
		case account.Name == defaultServiceAccount:
			f.fail(here.AtName("create"), "The service account exists already",
				"Kubernetes makes the service account %q in every namespace: set create = false, or better give the pods a service account of their own, "+
					"because every pod of the namespace that names none would get the role.", defaultServiceAccount)
		case known.hasNoCluster:
			f.fail(here.AtName("create"), "No cluster to make the service account in", "%s.", settings.ErrNoCluster)
		}
	}
}

// roleARN is an ARN that has to belong to the role's account and partition.
type roleARN struct {
	at    path.Path
	value string
}

func (m *roleModel) arns() []roleARN {
	found := []roleARN{{at("oidc_provider_arn"), m.OIDCProviderARN.ValueString()}, {at("permissions_boundary"), valueOr(m.PermissionsBoundary, "")}}
	for _, value := range m.PolicyARNs {
		found = append(found, roleARN{at("policy_arns"), value})
	}
	return found
}

// checkRoleARNs compares ARNs with where the role is, or, while that is not
// known, with each other: a role, its boundary, its policies and its OIDC
// provider are of one account.
func checkRoleARNs(f *findings, m *roleModel, known roleContext) {
	account, partition := known.expected.AccountID, known.expected.Partition
	accountOf, partitionOf := "the role's account", "the role's partition"
	for _, found := range m.arns() {
		parsed, err := arn.Parse(found.value)
		if err != nil {
			continue
		}
		switch {
		case partition == "":
			partition, partitionOf = parsed.Partition, "that of "+found.at.String()
		case parsed.Partition != partition:
			f.fail(found.at, "An ARN of another partition", "%q is in the partition %q, and %s is %q: give an ARN that begins with \"arn:%s:\".",
				found.value, parsed.Partition, partitionOf, partition, partition)
		}
		switch {
		case parsed.AccountID == awsOwned:
		case account == "":
			account, accountOf = parsed.AccountID, "the account of "+found.at.String()
		case parsed.AccountID != account:
			f.fail(found.at, "An ARN of another account", "%q belongs to the account %s, and %s is %s: IAM takes policies, boundaries and OIDC providers of the role's own account only.",
				found.value, parsed.AccountID, accountOf, account)
		}
	}
	if partition == "" {
		return
	}
	for i, statement := range m.Statements {
		for _, field := range []struct {
			name   string
			values []string
		}{{"resources", statement.Resources}, {"not_resources", statement.NotResources}} {
			for j, value := range field.values {
				if other := policy.PartitionOf(value); other != "" && other != partition {
					f.fail(at("statements").AtListIndex(i).AtName(field.name).AtListIndex(j), "A resource of another partition",
						"%q is in the partition %q, and %s is %q, so the statement would never apply: give an ARN that begins with \"arn:%s:\".",
						value, other, partitionOf, partition, partition)
				}
			}
		}
	}
}

func checkRoleSizes(f *findings, m *roleModel) {
	if count := len(m.PolicyARNs); count > maxManagedPolicies {
		f.fail(at("policy_arns"), "Too many managed policies", "There are %d, and IAM attaches at most %d to a role: join some, or write statements.", count, maxManagedPolicies)
	} else if count > defaultManagedPolicies {
		f.warn(at("policy_arns"), "More managed policies than an account's quota", "There are %d, and IAM attaches %d to a role unless the account's quota \"Managed policies per role\" was raised.", count, defaultManagedPolicies)
	}
	if size := policy.Length(m.permissions()); f.known(at("statements")) && size > policy.MaxInlineLength {
		f.fail(at("statements"), "The inline policy is too long", "It has %d characters, and IAM allows %d for all inline policies of a role together: %s.",
			size, policy.MaxInlineLength, "use wildcards, or move statements to a managed policy and name it in policy_arns")
	}
	if f.known(at("service_accounts")) {
		checkTrustSize(f, m)
	}
}

// checkTrustSize goes by the shortest trust policy that the configuration can
// lead to: what a cluster's name leads to may not be known.
func checkTrustSize(f *findings, m *roleModel) {
	shortest := m.trust()
	if shortest == "" {
		shortest = policy.TrustIRSA("", m.accounts()).JSON()
	}
	size := policy.Length(shortest)
	advice := fmt.Sprintf("name fewer service accounts, or make a second role (there are %d)", len(m.ServiceAccounts))
	switch {
	case size > policy.MaxTrustLength:
		f.fail(at("service_accounts"), "The trust policy is too long", "It has at least %d characters, and IAM allows %d at most: %s.", size, policy.MaxTrustLength, advice)
	case size > policy.DefaultTrustLength:
		f.warn(at("service_accounts"), "The trust policy is longer than an account's quota",
			"It has at least %d characters, and IAM allows %d unless the account's quota \"Role trust policy length\" was raised: %s.", size, policy.DefaultTrustLength, advice)
	}
}
