package job

import "fmt"

// Reason is why a message is no job, for metrics and for programs that look at
// a dead-letter queue.
type Reason string

// The reasons.
const (
	Empty         Reason = "empty"
	NotUTF8       Reason = "not_utf8"
	NotJSON       Reason = "not_json"
	TooDeep       Reason = "too_deep"
	UnknownFormat Reason = "unknown_format"
	InvalidField  Reason = "invalid_field"
)

// Invalid is the error of a message that is no job, however often it is tried.
// Its text holds nothing of the prompt.
type Invalid struct {
	Reason Reason
	Detail string
}

func (e *Invalid) Error() string { return e.Detail }

func invalid(reason Reason, format string, args ...any) error {
	return &Invalid{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}
