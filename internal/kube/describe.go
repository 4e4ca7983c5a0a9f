package kube

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// FieldError is what the API server says about one field.
type FieldError struct {
	// Path is the field as in the manifest, such as spec.triggers[0].type.
	Path string
	// Message says what is wrong with it.
	Message string
}

// FieldErrors returns what the API server found wrong field by field. It is
// empty when err is no validation error, or names no field.
func FieldErrors(err error) []FieldError {
	if Classify(err) != Invalid {
		return nil
	}
	status := statusOf(err)
	var found []FieldError
	if status.Details != nil {
		for _, cause := range status.Details.Causes {
			found = append(found, FieldError{Path: cause.Field, Message: cause.Message})
		}
	}
	for _, match := range schemaField.FindAllStringSubmatch(status.Message, -1) {
		if schemaMismatch.MatchString(status.Message) {
			found = append(found, FieldError{Path: match[1], Message: match[2]})
		}
	}
	return distinct(found, concernsSecret(err))
}

// schemaField is one field in the message of a schemaMismatch, such as
// ".spec.replica: field not declared in schema".
var schemaField = regexp.MustCompile(`(?m)(?:^\s*|: )(\.(?:[^\s:\[]|\[[^\]]*\])+): (.+)$`)

func distinct(found []FieldError, secret bool) []FieldError {
	var fields []FieldError
	for _, field := range found {
		field.Path = strings.TrimPrefix(field.Path, ".")
		if secret {
			field.Message = "the value or the field is not valid"
		}
		// The API server's validation writes <nil> for an error about the whole.
		if field.Path != "" && field.Path != "<nil>" && !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}
	return fields
}

// isSecret reports whether answers about a kind may quote secret values: the
// API server repeats a refused value in its message.
func isSecret(kind string) bool { return kind == "Secret" || kind == "secrets" }

func concernsSecret(err error) bool {
	if request, ok := errors.AsType[*RequestError](err); ok {
		return isSecret(request.Object.Kind)
	}
	details := statusOf(err).Details
	return details != nil && isSecret(details.Kind)
}

// secretAccount says what it can without quoting the API server, which repeats
// refused values.
func secretAccount(err *RequestError) string {
	reason := Classify(err.Err)
	switch reason {
	case Invalid, WebhookDenied, ServerError, Unknown:
	default:
		return fmt.Sprintf("%s: %v", err.Object, err.Err)
	}
	var words strings.Builder
	fmt.Fprintf(&words, "%s: %s. The API server's message is withheld, as it may quote secret values", err.Object, lowerFirst(summaries[reason]))
	for _, field := range FieldErrors(err) {
		fmt.Fprintf(&words, "\n- %s: %s", field.Path, field.Message)
	}
	return words.String()
}

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// Describe puts an error into words: a summary of a few words, and a detail
// that says what happened, why, and what to do. Neither holds a credential or a
// value of a Secret.
func Describe(err error) (summary, detail string) {
	reason := Classify(err)
	summary, remedy := summaries[reason], remedies[reason]
	if status := statusOf(err); reason == NotFound && status.Details != nil && status.Details.Kind == "namespaces" {
		summary = "The namespace does not exist"
		remedy = "Create the namespace first, and let this resource depend on it."
	}
	detail = account(err, reason)
	if remedy != "" {
		detail += "\n\n" + remedy
	}
	return summary, detail
}

var summaries = map[Reason]string{
	Misconfigured:      "The connection to the cluster is not configured",
	Unreachable:        "The cluster cannot be reached",
	Untrusted:          "The cluster's certificate is not trusted",
	Unauthorized:       "The cluster does not accept the credentials",
	Forbidden:          "The cluster does not allow this",
	NotFound:           "The object does not exist",
	KindNotInstalled:   "The cluster does not know this kind of object",
	AlreadyExists:      "The object exists already",
	Replaced:           "The object was replaced by another of the same name",
	Conflict:           "Another manager owns a field",
	Invalid:            "The cluster does not accept a value",
	WebhookDenied:      "An admission check of the cluster refused the object",
	WebhookUnavailable: "An admission webhook of the cluster does not answer",
	Throttled:          "The cluster refuses requests because it has too many",
	TimedOut:           "The time allowed ran out",
	Canceled:           "Cancelled",
	ServerError:        "The cluster failed to answer",
	Unknown:            "The cluster request failed",
}

var remedies = map[Reason]string{
	Unreachable:        "Check that the API server runs at this address and that this machine can reach it: a private endpoint needs a VPN or a runner in the VPC.",
	Untrusted:          "Give the certificate authority that signed the API server's certificate, and the server name if the address is not in the certificate.",
	Unauthorized:       "Check that the token or certificate has not expired. On EKS, check that the IAM identity has an access entry on the cluster.",
	Forbidden:          "Grant the identity that runs Terraform this right, by RBAC or, on EKS, by an access policy on its access entry.",
	KindNotInstalled:   "Install its CustomResourceDefinition first (for KEDA's kinds, keda_operator does), and let this resource depend on it.",
	WebhookUnavailable: "Check that the webhook's pods are ready and that its Service has endpoints. If its owner was uninstalled, delete the webhook configuration that was left behind.",
	Throttled:          "Lower Terraform's -parallelism, or try again later.",
	ServerError:        "Try again. If it lasts, look into the API server's log.",
}

// account is what happened, in the best words that there are for it.
func account(err error, reason Reason) string {
	var (
		waited  *WaitError
		deleted *DeleteError
	)
	if errors.As(err, &waited) || errors.As(err, &deleted) {
		// Its own words say more than those of the cause.
		return err.Error()
	}
	if reason == Unreachable || reason == Untrusted {
		return objectOf(err) + transportAccount(err)
	}
	if interrupted, ok := errors.AsType[*InterruptedError](err); ok {
		return fmt.Sprintf("The time allowed ran out or the run was cancelled (%v). The cluster's last answer: %v.", interrupted.Cause, interrupted.Last)
	}
	return strings.TrimSuffix(err.Error(), ".") + "."
}

// objectOf is the object that err is about, as the beginning of a sentence.
func objectOf(err error) string {
	var request *RequestError
	if !errors.As(err, &request) {
		return ""
	}
	return request.Object.String() + ": "
}

// transportAccount leaves out the request's path and query, which say nothing
// about the connection.
func transportAccount(err error) string {
	var request *url.Error
	if !errors.As(err, &request) {
		return err.Error() + "."
	}
	host := request.URL
	if parsed, parseErr := url.Parse(request.URL); parseErr == nil {
		host = parsed.Scheme + "://" + parsed.Host
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return fmt.Sprintf("%s: the name %q cannot be resolved (%s).", host, dns.Name, dns.Err)
	}
	return fmt.Sprintf("%s: %v.", host, request.Err)
}
