package vllmstub

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// maxBody bounds a request, in bytes.
const maxBody = 32 << 20

// text is what every answer says.
const text = "This answer comes from " + Name + ", a stub that stands for vLLM. No model has read the prompt."

// kind is one of the API's two operations.
type kind struct {
	object, id string
	// input is the field that holds the prompt.
	input  string
	choice map[string]any
}

var (
	chat = kind{object: "chat.completion", id: "chatcmpl-", input: "messages", choice: map[string]any{
		"index": 0, "finish_reason": "stop",
		"message": map[string]any{"role": "assistant", "content": text, "reasoning": nil, "tool_calls": []any{}},
	}}
	completion = kind{object: "text_completion", id: "cmpl-", input: "prompt", choice: map[string]any{
		"index": 0, "finish_reason": "stop", "text": text,
	}}
)

// request is what the stub reads of one.
type request struct {
	Model               string `json:"model"`
	MaxTokens           *int   `json:"max_tokens"`
	MaxCompletionTokens *int   `json:"max_completion_tokens"`
	Stream              bool   `json:"stream"`

	promptTokens, completionTokens int
}

// apiError is an error in vLLM's form.
type apiError struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    int     `json:"code"`
}

func internalError() *apiError {
	return &apiError{Message: "a failure that " + Name + " was told to have", Type: "InternalServerError", Code: http.StatusInternalServerError}
}

func badRequest(format string, args ...any) *apiError {
	return &apiError{Message: Name + ": " + fmt.Sprintf(format, args...), Type: "BadRequestError", Code: http.StatusBadRequest}
}

func (s *Stub) decode(kind kind, r *http.Request) (request, *apiError) {
	var decoded request
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return decoded, badRequest("the body cannot be read: %v", err)
	}
	var fields map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(body, &fields), json.Unmarshal(body, &decoded)); err != nil {
		return decoded, badRequest("%v", err)
	}
	if decoded.Model == "" {
		decoded.Model = s.options.Models[0]
	}
	switch {
	case !slices.Contains(s.options.Models, decoded.Model):
		return decoded, &apiError{Message: fmt.Sprintf("The model %#q does not exist.", decoded.Model), Type: "NotFoundError", Code: http.StatusNotFound}
	case len(fields[kind.input]) <= len(`""`):
		return decoded, badRequest("%s is empty", kind.input)
	case decoded.limit() < 1:
		return decoded, badRequest("max_tokens must be at least 1, got %d.", decoded.limit())
	case decoded.Stream:
		return decoded, badRequest("streams are not modelled")
	}
	// About what tokenizers make of English.
	const bytesPerToken = 4
	decoded.promptTokens = len(fields[kind.input])/bytesPerToken + 1
	decoded.completionTokens = min(len(text)/bytesPerToken, decoded.limit())
	return decoded, nil
}

// limit is the longest answer that is wanted, in tokens.
func (r request) limit() int {
	for _, limit := range []*int{r.MaxCompletionTokens, r.MaxTokens} {
		if limit != nil {
			return *limit
		}
	}
	return len(text)
}

func (k kind) answer(r request) map[string]any {
	return map[string]any{
		"id": k.id + strings.ToLower(Name), "object": k.object, "created": time.Now().Unix(), "model": r.Model,
		"system_fingerprint": Name, "choices": []any{k.choice},
		"usage": map[string]any{
			"prompt_tokens": r.promptTokens, "completion_tokens": r.completionTokens, "total_tokens": r.promptTokens + r.completionTokens,
		},
	}
}
