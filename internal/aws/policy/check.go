package policy

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// The limits of IAM on documents, in characters as [Length] counts them. Source:
// IAM User Guide, "IAM and STS quotas".
const (
	// MaxTrustLength is the most that a trust policy may have after a quota was
	// raised; DefaultTrustLength is the quota that an account begins with.
	MaxTrustLength     = 8192
	DefaultTrustLength = 2048
	// MaxInlineLength is what all inline policies of a role may have together.
	MaxInlineLength = 10240
)

var (
	sidForm     = regexp.MustCompile(`^[A-Za-z0-9]*$`)
	actionForm  = regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$`)
	serviceForm = regexp.MustCompile(`^[a-z0-9-]+$`)
)

// CheckSID says why a text cannot be a statement's ID in IAM.
func CheckSID(sid string) error {
	if !sidForm.MatchString(sid) {
		return fmt.Errorf("%q is no statement ID: IAM allows letters and digits only, such as \"ReadQueue\"", sid)
	}
	return nil
}

// CheckAction says why a text cannot be an action.
func CheckAction(action string) error {
	service, _, hasService := strings.Cut(action, ":")
	switch {
	case action == "*":
		return nil
	case !hasService:
		return fmt.Errorf("%q names no service: an action is SERVICE:ACTION, such as \"sqs:ReceiveMessage\", or \"*\" for all", action)
	case strings.ContainsAny(service, "*?"):
		return fmt.Errorf("%q has a wildcard in the service's name, which IAM refuses: name the service, as in \"sqs:*\"", action)
	case !actionForm.MatchString(action):
		return fmt.Errorf("%q is no action: write SERVICE:ACTION with letters, digits and the wildcards * and ?, such as \"sqs:Get*\"", action)
	}
	return nil
}

// arnSegments is how many parts between colons an ARN has at least.
const arnSegments = 6

// CheckResource says why a text cannot be a resource of an identity's policy.
func CheckResource(resource string) error {
	if resource == "*" {
		return nil
	}
	segments := strings.SplitN(resource, ":", arnSegments)
	// A final wildcard stands for the segments that are missing.
	open := strings.HasSuffix(resource, "*")
	switch {
	case segments[0] != "arn" || len(segments) < 3 || (len(segments) < arnSegments && !open):
		return fmt.Errorf("%q is neither an ARN nor \"*\": give one such as \"arn:aws:sqs:us-west-2:123456789012:prompts\"", resource)
	case segments[1] == "":
		return fmt.Errorf("%q has no partition: an ARN begins with \"arn:aws:\", or with \"arn:aws-cn:\" in China", resource)
	case !serviceForm.MatchString(segments[2]):
		return fmt.Errorf("%q has %q for its service: IAM accepts no wildcard and no capital there", resource, segments[2])
	}
	return checkCharacters(resource)
}

// PartitionOf returns the partition of an ARN, or nothing for another text and
// for a wildcard.
func PartitionOf(resource string) string {
	segments := strings.SplitN(resource, ":", 3)
	if len(segments) < 3 || segments[0] != "arn" || strings.ContainsAny(segments[1], "*?$") {
		return ""
	}
	return segments[1]
}

// CheckConditionKey says why a text cannot be the key of a condition.
func CheckConditionKey(key string) error {
	switch {
	case strings.Contains(key, "://"):
		return fmt.Errorf("the key %q has a scheme, and IAM's keys have none: remove everything up to \"://\", as in \"oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE:sub\"", key)
	case strings.HasPrefix(key, "arn:"):
		return fmt.Errorf("the key %q is an ARN: a key of an OIDC provider begins with the issuer, as in \"oidc.eks.us-west-2.amazonaws.com/id/EXAMPLE:sub\"", key)
	}
	prefix, name, hasPrefix := strings.Cut(key, ":")
	if !hasPrefix || prefix == "" || name == "" || strings.ContainsAny(key, " \t\n") {
		return fmt.Errorf("%q is no condition key: it has the form PREFIX:NAME, such as \"aws:SourceArn\"", key)
	}
	return checkCharacters(key)
}

// errCharacters is a document that IAM cannot hold.
var errCharacters = errors.New("IAM allows only tab, line feed, carriage return and the characters U+0020 to U+00FF in a policy")

func checkCharacters(text string) error {
	for _, r := range text {
		if r != '\t' && r != '\n' && r != '\r' && (r < 0x20 || r > 0xff) {
			return fmt.Errorf("%q holds %U: %w", text, r, errCharacters)
		}
	}
	return nil
}
