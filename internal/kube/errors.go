package kube

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"regexp"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// Reason is why a call failed, as far as it decides what a person does next.
type Reason string

// The reasons, from the connection to the object.
const (
	Misconfigured      Reason = "Misconfigured"      // a *ConfigError
	Unreachable        Reason = "Unreachable"        // no connection, or it broke
	Untrusted          Reason = "Untrusted"          // the API server's certificate was refused
	Unauthorized       Reason = "Unauthorized"       // the credentials were refused
	Forbidden          Reason = "Forbidden"          // RBAC allows it not
	NotFound           Reason = "NotFound"           // the object, or its namespace, does not exist
	KindNotInstalled   Reason = "KindNotInstalled"   // a *KindNotInstalledError
	AlreadyExists      Reason = "AlreadyExists"      // an *ExistsError
	Replaced           Reason = "Replaced"           // a *ReplacedError
	Conflict           Reason = "Conflict"           // a *ConflictError, or a lost race
	Invalid            Reason = "Invalid"            // the API server refused a value; see FieldErrors
	WebhookDenied      Reason = "WebhookDenied"      // an admission webhook or policy refused the object
	WebhookUnavailable Reason = "WebhookUnavailable" // an admission webhook did not answer
	Throttled          Reason = "Throttled"          // 429
	TimedOut           Reason = "TimedOut"           // a request or a wait took too long
	Canceled           Reason = "Canceled"           // the caller gave up
	ServerError        Reason = "ServerError"        // 5xx
	Unknown            Reason = "Unknown"
)

// IsGone reports whether err says that an object does not exist. That its kind
// is not installed says so too: when a CustomResourceDefinition goes, its
// objects go with it.
func IsGone(err error) bool {
	reason := Classify(err)
	return reason == NotFound || reason == KindNotInstalled
}

// Classify gives the reason of an error of this package.
func Classify(err error) Reason {
	var (
		config      *ConfigError
		notServed   *KindNotInstalledError
		exists      *ExistsError
		replaced    *ReplacedError
		conflict    *ConflictError
		interrupted *InterruptedError
	)
	switch {
	case errors.As(err, &config):
		return Misconfigured
	case errors.As(err, &notServed):
		return KindNotInstalled
	case errors.As(err, &exists):
		return AlreadyExists
	case errors.As(err, &replaced):
		return Replaced
	case errors.As(err, &conflict):
		return Conflict
	case errors.As(err, &interrupted):
		return Classify(interrupted.Last)
	}
	if status := statusOf(err); status.Status != "" {
		return classifyStatus(err, status)
	}
	return classifyTransport(err)
}

func classifyStatus(err error, status metav1.Status) Reason {
	switch {
	case webhookFailed.MatchString(status.Message):
		return WebhookUnavailable
	case webhookDenied.MatchString(status.Message):
		return WebhookDenied
	case schemaMismatch.MatchString(status.Message):
		return Invalid
	case apierrors.IsUnauthorized(err):
		return Unauthorized
	case apierrors.IsForbidden(err):
		return Forbidden
	case apierrors.IsNotFound(err):
		return NotFound
	case apierrors.IsAlreadyExists(err):
		return AlreadyExists
	case apierrors.IsConflict(err):
		return Conflict
	case apierrors.IsInvalid(err), apierrors.IsBadRequest(err), apierrors.IsRequestEntityTooLargeError(err):
		return Invalid
	case apierrors.IsTooManyRequests(err):
		return Throttled
	case apierrors.IsTimeout(err), apierrors.IsServerTimeout(err):
		return TimedOut
	case status.Code >= 500:
		return ServerError
	}
	return Unknown
}

// The API server reports an admission webhook or policy by text alone: its code
// and reason are whatever the webhook chose. The texts are those of
// k8s.io/apiserver: pkg/admission/plugin/webhook/errors/statuserror.go,
// pkg/admission/plugin/webhook/util and .../policy/validating/dispatcher.go.
var (
	webhookDenied = regexp.MustCompile(`admission webhook "[^"]+" denied the request|ValidatingAdmissionPolicy '[^']+' .*denied request`)
	webhookFailed = regexp.MustCompile(`failed calling webhook "[^"]+"`)
)

// schemaMismatch is an apply that does not fit its kind's schema, which the API
// server reports as a 500 without a reason, as it does a passing failure of
// etcd. The texts are those of
// k8s.io/apimachinery/pkg/util/managedfields/internal/structuredmerge.go.
var schemaMismatch = regexp.MustCompile(`^failed to (create typed patch object|convert new object) `)

func classifyTransport(err error) Reason {
	switch {
	case err == nil:
		return Unknown
	case isCertificateError(err):
		return Untrusted
	case errors.Is(err, context.Canceled):
		return Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return TimedOut
	}
	var (
		network net.Error
		request *url.Error
	)
	switch {
	case utilnet.IsConnectionRefused(err), utilnet.IsConnectionReset(err), utilnet.IsProbableEOF(err),
		utilnet.IsHTTP2ConnectionLost(err), errors.As(err, &network), errors.As(err, &request):
		return Unreachable
	}
	return Unknown
}

func isCertificateError(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		certificate  x509.CertificateInvalidError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) ||
		errors.As(err, &hostname) || errors.As(err, &certificate)
}

// statusOf returns the API server's own account of an error, or nothing.
func statusOf(err error) metav1.Status {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		return status.Status()
	}
	return metav1.Status{}
}
