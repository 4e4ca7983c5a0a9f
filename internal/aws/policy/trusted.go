package policy

import (
	"slices"
	"strings"
)

// Trusted is whom a trust policy names, as far as it is one of those that this
// package makes.
type Trusted struct {
	// OIDCProviderARN is that of IAM roles for service accounts.
	OIDCProviderARN string
	// ClusterARN is that of Pod Identity.
	ClusterARN string
	Accounts   []ServiceAccount
}

// TrustedBy reads a trust policy back.
func TrustedBy(document Document) Trusted {
	var found Trusted
	for _, statement := range document.Statement {
		equals := statement.Condition["StringEquals"]
		switch {
		case statement.Effect != Allow:
		case len(statement.Principal["Federated"]) == 1:
			found.OIDCProviderARN = statement.Principal["Federated"][0]
			for _, subject := range equals[IssuerOf(found.OIDCProviderARN)+":sub"] {
				if account, isAccount := accountOf(subject); isAccount {
					found.Accounts = append(found.Accounts, account)
				}
			}
		case slices.Contains(statement.Principal["Service"], PodIdentityPrincipal):
			if clusters := equals[tagCluster]; len(clusters) == 1 {
				found.ClusterARN = clusters[0]
			}
			for _, namespace := range equals[tagNamespace] {
				for _, name := range equals[tagServiceAccount] {
					found.Accounts = append(found.Accounts, ServiceAccount{Namespace: namespace, Name: name})
				}
			}
		}
	}
	return found
}

// accountOf reads the subject of a service account's token back.
func accountOf(subject string) (ServiceAccount, bool) {
	parts := strings.Split(subject, ":")
	if len(parts) != 4 || parts[0] != "system" || parts[1] != "serviceaccount" {
		return ServiceAccount{}, false
	}
	return ServiceAccount{Namespace: parts[2], Name: parts[3]}, true
}
