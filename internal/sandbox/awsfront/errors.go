package awsfront

import (
	"errors"
	"fmt"
	"net/http"
)

// apiError is an error of an AWS API as the client sees it.
type apiError struct {
	status        int
	code, message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func badRequest(code, format string, args ...any) *apiError {
	return &apiError{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

func forbidden(code, format string, args ...any) *apiError {
	return &apiError{http.StatusForbidden, code, fmt.Sprintf(format, args...)}
}

// asAPIError returns the API error in err. Anything else is a fault of the
// stack: it is logged by the caller and shown as an internal failure.
func asAPIError(err error) *apiError {
	if api, ok := errors.AsType[*apiError](err); ok {
		return api
	}
	return &apiError{http.StatusInternalServerError, "InternalFailure", "the local stack failed to answer: " + err.Error()}
}

// authenticationCodes are the error codes that a protocol uses for the errors
// of VerifySignature.
type authenticationCodes struct {
	unsigned, incomplete, unknownKey, expired, mismatch string
}

// The codes of the query protocol (STS) and of the REST protocol (EKS), from
// "Common errors" of their API references.
var (
	queryCodes = authenticationCodes{
		unsigned: "MissingAuthenticationToken", incomplete: "IncompleteSignature",
		unknownKey: "InvalidClientTokenId", expired: "ExpiredToken", mismatch: "SignatureDoesNotMatch",
	}
	restCodes = authenticationCodes{
		unsigned: "MissingAuthenticationTokenException", incomplete: "IncompleteSignatureException",
		unknownKey: "UnrecognizedClientException", expired: "ExpiredTokenException", mismatch: "InvalidSignatureException",
	}
)

// toAPI turns an error of VerifySignature into the protocol's error.
func (c authenticationCodes) toAPI(err error) error {
	switch {
	case errors.Is(err, ErrUnsigned):
		return forbidden(c.unsigned, "Request is missing Authentication Token")
	case errors.Is(err, ErrIncomplete):
		return badRequest(c.incomplete, "%s", err)
	case errors.Is(err, ErrUnknownKey):
		return forbidden(c.unknownKey, "The security token included in the request is invalid.")
	case errors.Is(err, ErrSessionExpired):
		return forbidden(c.expired, "The security token included in the request is expired")
	case errors.Is(err, ErrSignatureTime):
		return forbidden(c.mismatch, "Signature expired or not yet current: %s", err)
	case errors.Is(err, ErrSignatureMismatch):
		return forbidden(c.mismatch, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	default:
		return err
	}
}

// ErrorDetails tells the HTTP status, the AWS error code and the message of an
// error of this package.
func ErrorDetails(err error) (status int, code, message string) {
	api := asAPIError(err)
	return api.status, api.code, api.message
}
