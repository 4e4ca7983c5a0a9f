package job

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deeply a body may be nested. Schemas of tools, the deepest
// thing that people write, stay far below it, and servers in Python fail
// somewhere above with an internal error that looks worth another try.
const maxDepth = 100

// Source is what a message says beside its body.
type Source struct {
	// MessageID is the job's ID where the body has none.
	MessageID string
	// Model is the served model's name, which a prompt is for.
	Model string
}

// Decode reads a message's body. The error is an *Invalid.
func Decode(body string, source Source) (Job, error) {
	fields, err := object(body)
	if err != nil {
		return Job{}, err
	}
	_, hasMessages := fields["messages"]
	_, hasPrompt := fields["prompt"]
	_, hasModel := fields["model"]
	switch {
	case hasMessages && hasPrompt:
		return Job{}, invalid(UnknownFormat, "the message has both messages and prompt: a chat completion has messages, a completion or a prompt has prompt")
	case hasMessages:
		return decodeChat(body, fields, source)
	case hasPrompt && hasModel:
		return decodeCompletion(body, fields, source)
	case hasPrompt:
		return decodePrompt(fields, source)
	}
	return Job{}, invalid(UnknownFormat,
		"the message has neither prompt nor messages: it must be {\"id\", \"prompt\", \"parameters\"} or a request body of the OpenAI chat completions or completions API")
}

// object reads the fields of a JSON object. Their names count as they are
// written, and not, as Go's structs have it, in any case.
func object(body string) (map[string]json.RawMessage, error) {
	if strings.TrimSpace(body) == "" {
		return nil, invalid(Empty, "the message is empty")
	}
	if !utf8.ValidString(body) {
		return nil, invalid(NotUTF8, "the message is not valid UTF-8")
	}
	var fields map[string]json.RawMessage
	switch err := json.Unmarshal([]byte(body), &fields); {
	case err == nil && fields == nil:
		return nil, invalid(UnknownFormat, "the message is null, not a JSON object")
	case err == nil:
	case isTypeError(err):
		return nil, invalid(UnknownFormat, "the message is JSON, but not an object")
	default:
		return nil, invalid(NotJSON, "the message is not JSON: %v", err)
	}
	if depth(body) > maxDepth {
		return nil, invalid(TooDeep, "the message is nested more than %d levels deep", maxDepth)
	}
	return fields, nil
}

func isTypeError(err error) bool {
	var mismatch *json.UnmarshalTypeError
	return errors.As(err, &mismatch)
}

// depth is how deeply valid JSON is nested.
func depth(body string) int {
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	now, most := 0, 0
	for {
		token, err := decoder.Token()
		if err != nil {
			return most
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			now++
			most = max(most, now)
		case json.Delim('}'), json.Delim(']'):
			now--
		}
	}
}

// isNull tells whether a field is there without a value.
func isNull(value json.RawMessage) bool { return bytes.Equal(value, []byte("null")) }
