package aws

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// ObjectError is a failed call about one object.
type ObjectError struct {
	// Object is how a sentence names it, such as `IAM role "keda"`.
	Object string
	Err    error
}

func (e *ObjectError) Error() string { return e.Object + ": " + e.Err.Error() }

func (e *ObjectError) Unwrap() error { return e.Err }

// about names the object that a call was made for; nil stays nil.
func about(object string, err error) error {
	if err == nil {
		return nil
	}
	return &ObjectError{Object: object, Err: err}
}

// MissingError says that an object does not exist.
type MissingError struct {
	// What says which, as a sentence without its full stop.
	What string
	// Remedy is what to do, as a sentence.
	Remedy string
}

func (e *MissingError) Error() string { return e.What }

// PreconditionError says that something which a call needs is not as it has to
// be. AWS would take the call, or refuse it with other words.
type PreconditionError struct {
	// What says what is wrong, as a sentence without its full stop.
	What string
	// Remedy is what to do, as a sentence.
	Remedy string
}

func (e *PreconditionError) Error() string { return e.What }

// Describe puts an error into words: a summary of a few words, and a detail
// that says what happened, why, and what to do. Neither holds a credential.
func Describe(err error) (summary, detail string) {
	reason := Classify(err)
	return summaries[reason], strings.TrimSpace(account(err, reason) + "\n\n" + remedy(err, reason))
}

var summaries = map[Reason]string{
	Misconfigured: "AWS is not configured",
	Unreachable:   "AWS cannot be reached",
	Unauthorized:  "AWS does not accept the credentials",
	AccessDenied:  "AWS does not allow this",
	Precondition:  "What this needs in AWS is not as it has to be",
	NotFound:      "The AWS object does not exist",
	AlreadyExists: "The AWS object exists already",
	Conflict:      "The AWS object is in use or being changed",
	QuotaExceeded: "A quota of the AWS account is used up",
	Invalid:       "AWS does not accept a value",
	Throttled:     "AWS refuses requests because it has too many",
	TimedOut:      "The time allowed ran out",
	Canceled:      "Cancelled",
	ServerError:   "AWS failed to answer",
	Unsupported:   "The endpoint does not know this operation",
	Unknown:       "The AWS request failed",
}

var remedies = map[Reason]string{
	Unreachable:   "Check that this machine can reach the endpoint, and aws.region and aws.endpoints.",
	Unauthorized:  "Check where the credentials come from (aws.profile, environment variables, the machine's role), and whether they have expired.",
	QuotaExceeded: "Ask for more in Service Quotas, or delete what is not needed.",
	Conflict:      "Try again once whatever else changes or uses it has finished.",
	Throttled:     "Lower Terraform's -parallelism, raise aws.max_retries, or try again later.",
	TimedOut:      "Try again; if it takes longer by nature, raise the resource's timeouts.",
	ServerError:   "Try again. If it lasts, look at the AWS Health Dashboard.",
	Unsupported:   "Check aws.endpoints: what answers there does not implement this operation.",
}

func remedy(err error, reason Reason) string {
	if missing, ok := errors.AsType[*MissingError](err); ok {
		return missing.Remedy
	}
	if precondition, ok := errors.AsType[*PreconditionError](err); ok {
		return precondition.Remedy
	}
	if reason == AccessDenied {
		if action := actionOf(err); action != "" {
			return fmt.Sprintf("Allow %s to the identity that runs Terraform, and check that no permissions boundary, service control policy or explicit deny forbids it.", action)
		}
		return "Allow this to the identity that runs Terraform."
	}
	return remedies[reason]
}

// account is what happened, in the best words that there are for it.
func account(err error, reason Reason) string {
	if err == nil {
		return ""
	}
	if interrupted, ok := errors.AsType[*InterruptedError](err); ok {
		return objectOf(err) + fmt.Sprintf("the time allowed ran out or the run was cancelled (%v). The last answer of AWS: %s", interrupted.Cause, account(interrupted.Last, Classify(interrupted.Last)))
	}
	if blocked, ok := errors.AsType[*BlockedError](err); ok {
		return objectOf(err) + sentence(blocked.Error())
	}
	operation, called := errors.AsType[*smithy.OperationError](err)
	if !called {
		return sentence(err.Error())
	}
	call := fmt.Sprintf("%s%s %s: ", objectOf(err), operation.Service(), operation.Operation())
	answer, answered := errors.AsType[smithy.APIError](err)
	switch {
	case answered && answer.ErrorMessage() != "":
		return call + sentence(fmt.Sprintf("%s (%s)", strings.TrimSuffix(answer.ErrorMessage(), "."), answer.ErrorCode()))
	case answered:
		return call + answer.ErrorCode() + "."
	case reason == Unreachable:
		return call + sentence(connection(err))
	case reason == TimedOut:
		return call + "there was no answer in the time allowed."
	}
	// One that was given up before it was answered has no status.
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && response.HTTPStatusCode() != 0 {
		return call + fmt.Sprintf("the answer was HTTP %d, without words of the service.", response.HTTPStatusCode())
	}
	return call + sentence(operation.Err.Error())
}

func objectOf(err error) string {
	if object, ok := errors.AsType[*ObjectError](err); ok {
		return object.Object + ": "
	}
	return ""
}

// connection leaves out what a URL holds beside the server's address.
func connection(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return fmt.Sprintf("the name %q cannot be resolved (%s)", dns.Name, dns.Err)
	}
	if operation, ok := errors.AsType[*net.OpError](err); ok {
		return operation.Error()
	}
	return "the connection broke before there was an answer"
}

func sentence(text string) string { return strings.TrimSuffix(text, ".") + "." }
