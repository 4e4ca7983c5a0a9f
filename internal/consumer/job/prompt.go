package job

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// maxID is the longest ID, in bytes: room for any UUID, ARN or URL, and an end
// for what is none.
const maxID = 1024

// reserved are the parameters that a prompt cannot have, because the prompt
// itself or the queue decides them.
var reserved = []string{"messages", "prompt"}

// decodePrompt reads {"id", "prompt", "parameters"}.
func decodePrompt(fields map[string]json.RawMessage, source Source) (Job, error) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name != "id" && name != "prompt" && name != "parameters" {
			return Job{}, invalid(UnknownFormat, "the message has an unknown field %.64q: a prompt has id, prompt and parameters; a request body of the OpenAI completions API has model too", name)
		}
	}
	id, err := decodeID(fields["id"], source)
	if err != nil {
		return Job{}, err
	}
	var prompt string
	if err := json.Unmarshal(fields["prompt"], &prompt); err != nil {
		return Job{}, invalid(InvalidField, "prompt must be a string")
	}
	if strings.TrimSpace(prompt) == "" {
		return Job{}, invalid(InvalidField, "prompt is empty")
	}
	request, err := decodeParameters(fields["parameters"])
	if err != nil {
		return Job{}, err
	}
	if _, given := request["model"]; !given {
		request["model"] = encode(source.Model)
	}
	request["messages"] = encode([]chatMessage{{Role: "user", Content: prompt}})
	return Job{ID: id, Path: ChatCompletions, Request: encode(request)}, nil
}

type chatMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

func decodeParameters(value json.RawMessage) (map[string]json.RawMessage, error) {
	var parameters map[string]json.RawMessage
	if value != nil {
		if err := json.Unmarshal(value, &parameters); err != nil {
			return nil, invalid(InvalidField, "parameters must be an object")
		}
	}
	for _, name := range reserved {
		if _, given := parameters[name]; given {
			return nil, invalid(InvalidField, "parameters.%s cannot be set: the field prompt is the only message", name)
		}
	}
	if err := checkStream(parameters["stream"], "parameters.stream"); err != nil {
		return nil, err
	}
	if parameters == nil {
		parameters = map[string]json.RawMessage{}
	}
	return parameters, nil
}

// decodeID takes a string or a whole number, which producers that count use.
func decodeID(value json.RawMessage, source Source) (string, error) {
	if value == nil || isNull(value) {
		return source.MessageID, nil
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		var number int64
		if err := json.Unmarshal(value, &number); err != nil {
			return "", invalid(InvalidField, "id must be a string or a whole number")
		}
		text = string(value)
	}
	if text == "" {
		return "", invalid(InvalidField, "id is empty: give one, or leave it out to use the message's own")
	}
	if len(text) > maxID {
		return "", invalid(InvalidField, "id has %d bytes, more than %d", len(text), maxID)
	}
	return text, nil
}

// encode marshals what always can be.
func encode(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
