package policy

import (
	"fmt"
	"slices"
	"strings"
)

// The words of trust policies for EKS. Sources: EKS User Guide, "Assign IAM
// roles to Kubernetes service accounts" and "Create IAM role with trust policy
// required by EKS Pod Identity".
const (
	// STSAudience is the audience of tokens for AssumeRoleWithWebIdentity.
	STSAudience = "sts.amazonaws.com"
	// PodIdentityPrincipal is the service that assumes a role by Pod Identity.
	PodIdentityPrincipal = "pods.eks.amazonaws.com"

	tagNamespace      = "aws:RequestTag/kubernetes-namespace"
	tagServiceAccount = "aws:RequestTag/kubernetes-service-account"
	tagCluster        = "aws:RequestTag/eks-cluster-arn"
)

// ServiceAccount is a Kubernetes service account.
type ServiceAccount struct{ Namespace, Name string }

// String is namespace/name.
func (s ServiceAccount) String() string { return s.Namespace + "/" + s.Name }

// Subject is the service account as the subject of its tokens.
func (s ServiceAccount) Subject() string {
	return fmt.Sprintf("system:serviceaccount:%s:%s", s.Namespace, s.Name)
}

// oidcProvider is between an ARN's account and the issuer.
const oidcProvider = ":oidc-provider/"

// IssuerOf returns the issuer of an OIDC provider, without a scheme, as
// condition keys begin with it. It is empty for an ARN of something else.
func IssuerOf(providerARN string) string {
	_, issuer, _ := strings.Cut(providerARN, oidcProvider)
	return issuer
}

// ProviderARN returns the ARN of the OIDC provider for an issuer's URL.
func ProviderARN(partition, accountID, issuerURL string) string {
	return fmt.Sprintf("arn:%s:iam::%s%s%s", partition, accountID, oidcProvider, strings.TrimPrefix(issuerURL, "https://"))
}

// TrustIRSA is the trust policy of a role that exactly these service accounts
// may assume with their tokens (IAM roles for service accounts).
func TrustIRSA(providerARN string, accounts []ServiceAccount) Document {
	issuer := IssuerOf(providerARN)
	var subjects Strings
	for _, account := range accounts {
		subjects = append(subjects, account.Subject())
	}
	slices.Sort(subjects)
	return Document{Version: Version, Statement: []Statement{{
		Effect:    Allow,
		Principal: Principals{"Federated": {providerARN}},
		Action:    Strings{"sts:AssumeRoleWithWebIdentity"},
		Condition: Conditions{"StringEquals": {
			issuer + ":aud": {STSAudience},
			issuer + ":sub": slices.Compact(subjects),
		}},
	}}}
}

// TrustPodIdentity is the trust policy of a role that EKS gives to exactly
// these service accounts of one cluster. Each namespace has a statement of its
// own: in one, every name would count in every namespace.
func TrustPodIdentity(clusterARN string, accounts []ServiceAccount) Document {
	names := map[string]Strings{}
	for _, account := range accounts {
		names[account.Namespace] = append(names[account.Namespace], account.Name)
	}
	document := Document{Version: Version}
	for _, namespace := range sortedKeys(names) {
		slices.Sort(names[namespace])
		document.Statement = append(document.Statement, Statement{
			Effect:    Allow,
			Principal: Principals{"Service": {PodIdentityPrincipal}},
			Action:    Strings{"sts:AssumeRole", "sts:TagSession"},
			Condition: Conditions{"StringEquals": {
				tagCluster:        {clusterARN},
				tagNamespace:      {namespace},
				tagServiceAccount: slices.Compact(names[namespace]),
			}},
		})
	}
	return document
}
