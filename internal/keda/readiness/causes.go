package readiness

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A cause is recognized by the text of a message: KEDA hands on what the source
// of the metric said, and nothing else.
type cause struct {
	pattern *regexp.Regexp
	// remedy says why, and what to do, from the pattern's submatches.
	remedy func(match []string) string
}

var causes = []cause{
	{
		// IAM's message, with or without the resource and the reason.
		regexp.MustCompile(`(?:User: (\S+) is )?[Nn]ot authorized to perform:? ([a-z0-9-]+:\w+)(?: on resource: ([^\s,]+))?`),
		func(match []string) string {
			who, action, resource := match[1], match[2], match[3]
			if action == "sts:AssumeRoleWithWebIdentity" {
				return "The operator's role does not trust its service account. Its trust policy must allow sts:AssumeRoleWithWebIdentity " +
					"for exactly the namespace and name of the service account that KEDA's operator runs as."
			}
			if who == "" {
				who = "KEDA"
			}
			if resource != "" {
				resource = " on " + resource
			}
			return fmt.Sprintf("The IAM permission %s%s is missing. Allow it to %s.", action, resource, role(who))
		},
	},
	{
		regexp.MustCompile(`NonExistentQueue|QueueDoesNotExist`),
		always("The queue does not exist. Check the account, the Region and the name in queueURL, and awsRegion."),
	},
	{
		regexp.MustCompile(`awsAccessKeyID not found|awsSecretAccessKey not found|get credentials|refresh cached credentials|no EC2 IMDS role found`),
		always("KEDA has no AWS credentials for this trigger. Reference a TriggerAuthentication whose podIdentity.provider is aws, " +
			"and give the operator's service account a role."),
	},
	{
		regexp.MustCompile(`No OpenIDConnect provider found|InvalidIdentityToken`),
		always("IAM does not accept the cluster's service account tokens. Make an IAM OIDC provider for the cluster's issuer."),
	},
	{
		regexp.MustCompile(`no such host|connection refused|i/o timeout`),
		always("KEDA cannot reach the source of the metric from inside the cluster. Check its address, and network policies."),
	},
}

func always(remedy string) func([]string) string { return func([]string) string { return remedy } }

// role shortens the session of an assumed role to the role, which is what can be
// given a permission.
func role(principal string) string {
	if _, session, isSession := strings.Cut(principal, ":assumed-role/"); isSession {
		name, _, _ := strings.Cut(session, "/")
		return fmt.Sprintf("the role %q", name)
	}
	return principal
}

// explain finds the causes that messages name, each once.
func explain(messages ...string) []string {
	var found []string
	for _, message := range messages {
		for _, cause := range causes {
			match := cause.pattern.FindStringSubmatch(message)
			if match == nil {
				continue
			}
			if remedy := cause.remedy(match); !slices.Contains(found, remedy) {
				found = append(found, remedy)
			}
			// The first that fits is the most exact.
			break
		}
	}
	return found
}
