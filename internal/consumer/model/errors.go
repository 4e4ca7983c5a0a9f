package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// Class is a kind of failure, for metrics and for what to do about it.
type Class string

// The classes.
const (
	// Rejected is a request that the server will never accept.
	Rejected Class = "rejected"
	// Unauthorized is a fault of the configuration, and not of the request.
	Unauthorized Class = "unauthorized"
	// Throttled is a server with too much to do.
	Throttled Class = "throttled"
	// ServerError is a failure inside the server.
	ServerError Class = "server_error"
	// Timeout is an answer that did not come in time.
	Timeout Class = "timeout"
	// Unreachable is a server that there is no connection to.
	Unreachable Class = "unreachable"
	// Aborted is an answer that the server cut off.
	Aborted Class = "aborted"
	// Malformed is an answer that is not one of the API.
	Malformed Class = "malformed_response"
)

// Error is a request that failed.
type Error struct {
	Class Class
	// Status is the HTTP status, or 0 where none came.
	Status int
	// Type is the server's own word for the error, such as BadRequestError.
	Type string
	// Message is the server's own sentence. It may quote the request.
	Message string

	err error
}

// Error says it without the server's sentence, so that no prompt gets into a
// log by it.
func (e *Error) Error() string {
	text := strings.ReplaceAll(string(e.Class), "_", " ")
	if e.Status != 0 {
		text += fmt.Sprintf(": HTTP status %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Type != "" {
		text += " (" + e.Type + ")"
	}
	if e.err != nil {
		text += ": " + e.err.Error()
	}
	return text
}

// Detail says it with the server's sentence.
func (e *Error) Detail() string {
	if e.Message == "" {
		return e.Error()
	}
	return e.Error() + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.err }

// Permanent tells whether another try would fail in the same way.
func (e *Error) Permanent() bool { return e.Class == Rejected }

// statusError reads an error response: {"error": {"message", "type", "param",
// "code"}} of OpenAI and vLLM, or the same without the outer object, as older
// servers have it.
func statusError(status int, body []byte) *Error {
	var answer struct {
		Error   *struct{ Message, Type string }
		Message string
		Type    string
	}
	failure := &Error{Class: classOf(status), Status: status}
	if err := json.Unmarshal(body, &answer); err != nil {
		return failure
	}
	failure.Type, failure.Message = answer.Type, answer.Message
	if answer.Error != nil {
		failure.Type, failure.Message = answer.Error.Type, answer.Error.Message
	}
	return failure
}

// classOf takes a 4xx as the request's fault, but for those that tell of the
// server's state or of the credentials: a wrong key must not send a whole queue
// into the dead-letter queue.
func classOf(status int) Class {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return Unauthorized
	case http.StatusRequestTimeout:
		return Timeout
	case http.StatusTooManyRequests, http.StatusTooEarly:
		return Throttled
	}
	switch {
	case status >= 500:
		return ServerError
	case status >= 400:
		return Rejected
	}
	return Malformed
}

// transportError tells a time limit from a server that is not there. The URL is
// left out: it is the same for all requests.
func transportError(ctx context.Context, err error) *Error {
	var timeout net.Error
	if errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return &Error{Class: Timeout, err: context.Cause(ctx)}
	}
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	return &Error{Class: Unreachable, err: err}
}
