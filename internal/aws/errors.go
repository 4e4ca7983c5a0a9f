package aws

import (
	"context"
	"errors"
	"net"
	"net/http"
	"regexp"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Reason is why a call to AWS failed, as far as it decides what a person does
// next.
type Reason string

// The reasons, from the configuration to the object.
const (
	Misconfigured Reason = "Misconfigured" // a *ConfigError
	Unreachable   Reason = "Unreachable"   // no connection, or it broke
	Unauthorized  Reason = "Unauthorized"  // the credentials were refused, or there are none
	AccessDenied  Reason = "AccessDenied"  // a policy does not allow it
	Precondition  Reason = "Precondition"  // a *PreconditionError
	NotFound      Reason = "NotFound"      // the object does not exist
	AlreadyExists Reason = "AlreadyExists" // an *ExistsError, or a name that is taken
	Conflict      Reason = "Conflict"      // something else uses or changes the object
	QuotaExceeded Reason = "QuotaExceeded" // the account has no more of it
	Invalid       Reason = "Invalid"       // AWS refused a value
	Throttled     Reason = "Throttled"     // too many requests
	TimedOut      Reason = "TimedOut"      // a request or a wait took too long
	Canceled      Reason = "Canceled"      // the caller gave up
	ServerError   Reason = "ServerError"   // the service failed
	Unsupported   Reason = "Unsupported"   // the endpoint does not know the operation
	Unknown       Reason = "Unknown"
)

// codes are the error codes of IAM, SQS, STS and EKS, as their API references
// list them. SQS has two protocols, whose codes differ.
var codes = map[string]Reason{
	"AccessDenied":          AccessDenied,
	"AccessDeniedException": AccessDenied,
	"UnauthorizedOperation": AccessDenied,

	"AuthFailure":                 Unauthorized,
	"ExpiredToken":                Unauthorized,
	"ExpiredTokenException":       Unauthorized,
	"IncompleteSignature":         Unauthorized,
	"InvalidAccessKeyId":          Unauthorized,
	"InvalidClientTokenId":        Unauthorized,
	"MissingAuthenticationToken":  Unauthorized,
	"SignatureDoesNotMatch":       Unauthorized,
	"UnrecognizedClientException": Unauthorized,

	"NoSuchEntity":                            NotFound,
	"NotFoundException":                       NotFound,
	"ResourceNotFoundException":               NotFound,
	"QueueDoesNotExist":                       NotFound,
	"AWS.SimpleQueueService.NonExistentQueue": NotFound,

	"EntityAlreadyExists":    AlreadyExists,
	"QueueAlreadyExists":     AlreadyExists,
	"QueueNameExists":        AlreadyExists,
	"ResourceInUseException": AlreadyExists,

	"ConcurrentModification":                      Conflict,
	"DeleteConflict":                              Conflict,
	"EntityTemporarilyUnmodifiable":               Conflict,
	"QueueDeletedRecently":                        Conflict,
	"AWS.SimpleQueueService.QueueDeletedRecently": Conflict,

	"LimitExceeded":                  QuotaExceeded,
	"LimitExceededException":         QuotaExceeded,
	"OverLimit":                      QuotaExceeded,
	"ResourceLimitExceededException": QuotaExceeded,

	"InvalidAddress":              Invalid,
	"InvalidAttributeName":        Invalid,
	"InvalidAttributeValue":       Invalid,
	"InvalidInput":                Invalid,
	"InvalidParameterException":   Invalid,
	"InvalidParameterValue":       Invalid,
	"InvalidRequestException":     Invalid,
	"MalformedPolicyDocument":     Invalid,
	"MissingParameter":            Invalid,
	"PolicyNotAttachable":         Invalid,
	"UnmodifiableEntity":          Invalid,
	"ValidationError":             Invalid,
	"ValidationException":         Invalid,
	"PackedPolicyTooLarge":        Invalid,
	"RequestThrottled":            Throttled,
	"RequestLimitExceeded":        Throttled,
	"SlowDown":                    Throttled,
	"Throttling":                  Throttled,
	"ThrottlingException":         Throttled,
	"ThrottledException":          Throttled,
	"TooManyRequestsException":    Throttled,
	"InternalFailure":             ServerError,
	"InternalError":               ServerError,
	"ServiceFailure":              ServerError,
	"ServerException":             ServerError,
	"ServiceUnavailable":          ServerError,
	"ServiceUnavailableException": ServerError,
	"UnknownOperation":            Unsupported,
	"UnsupportedOperation":        Unsupported,
	"InvalidAction":               Unsupported,
}

// Classify gives the reason of an error of this package or of the SDK.
func Classify(err error) Reason {
	if interrupted, ok := errors.AsType[*InterruptedError](err); ok {
		return Classify(interrupted.Last)
	}
	if _, ok := errors.AsType[*ConfigError](err); ok {
		return Misconfigured
	}
	if _, ok := errors.AsType[*ExistsError](err); ok {
		return AlreadyExists
	}
	if _, ok := errors.AsType[*MissingError](err); ok {
		return NotFound
	}
	if _, ok := errors.AsType[*PreconditionError](err); ok {
		return Precondition
	}
	if known, found := codes[codeOf(err)]; found {
		return known
	}
	return classifyTransport(err)
}

// codeOf returns the service's own code of an error, or nothing.
func codeOf(err error) string {
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		return answer.ErrorCode()
	}
	return ""
}

func classifyTransport(err error) Reason {
	_, unsigned := errors.AsType[*smithy.SerializationError](err)
	answer, answered := errors.AsType[*smithyhttp.ResponseError](err)
	_, network := errors.AsType[net.Error](err)
	_, unsent := errors.AsType[*smithyhttp.RequestSendError](err)
	switch {
	case err == nil || unsigned:
		return Unknown
	case errors.Is(err, context.Canceled):
		return Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return TimedOut
	case noCredentials.MatchString(err.Error()):
		return Unauthorized
	case answered && answer.HTTPStatusCode() >= http.StatusInternalServerError:
		return ServerError
	case answered && answer.HTTPStatusCode() == http.StatusNotFound:
		// An object that does not exist has a code of its own.
		return Unsupported
	case unsent, network:
		return Unreachable
	}
	return Unknown
}

// IsGone reports whether err says that an object does not exist.
func IsGone(err error) bool { return Classify(err) == NotFound }

// noCredentials is the SDK's account of credentials that cannot be had, which
// it gives no type: aws-sdk-go-v2/aws/signer/v4/middleware.go and
// aws-sdk-go-v2/service/*/auth.go.
var noCredentials = regexp.MustCompile(`failed to (refresh cached|retrieve) credentials|get identity: `)

// denied is the action that a refusal names, which need not be the one that was
// called: creating a Pod Identity association needs iam:PassRole.
var denied = regexp.MustCompile(`not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)`)

// actionOf returns the IAM action that a call needs, or nothing if none was
// made. For the services of this package, actions have the operations' names.
func actionOf(err error) string {
	if named := denied.FindStringSubmatch(messageOf(err)); named != nil {
		return named[1]
	}
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok {
		return strings.ToLower(operation.Service()) + ":" + operation.Operation()
	}
	return ""
}

// messageOf returns the service's own words, or nothing.
func messageOf(err error) string {
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		return answer.ErrorMessage()
	}
	return ""
}
