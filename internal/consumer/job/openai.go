package job

import "encoding/json"

// decodeChat takes a body of /v1/chat/completions. It looks only at what would
// make the answer useless or the request another one: the server knows its API
// better, and refuses what is wrong with a reason.
func decodeChat(body string, fields map[string]json.RawMessage, source Source) (Job, error) {
	var messages []map[string]json.RawMessage
	if err := json.Unmarshal(fields["messages"], &messages); err != nil {
		return Job{}, invalid(InvalidField, "messages must be an array of objects")
	}
	if len(messages) == 0 {
		return Job{}, invalid(InvalidField, "messages is empty")
	}
	return asItIs(ChatCompletions, body, fields, source)
}

// decodeCompletion takes a body of /v1/completions.
func decodeCompletion(body string, fields map[string]json.RawMessage, source Source) (Job, error) {
	var prompt any
	if err := json.Unmarshal(fields["prompt"], &prompt); err != nil {
		return Job{}, invalid(InvalidField, "prompt is not JSON")
	}
	switch prompt := prompt.(type) {
	case string:
		if prompt == "" {
			return Job{}, invalid(InvalidField, "prompt is empty")
		}
	case []any:
		if len(prompt) == 0 {
			return Job{}, invalid(InvalidField, "prompt is empty")
		}
	default:
		return Job{}, invalid(InvalidField, "prompt must be a string or an array")
	}
	return asItIs(Completions, body, fields, source)
}

// asItIs passes the body on unchanged. An ID in it is no part of the API, but
// servers ignore what they do not know.
func asItIs(path, body string, fields map[string]json.RawMessage, source Source) (Job, error) {
	if model, given := fields["model"]; given {
		var name string
		if err := json.Unmarshal(model, &name); err != nil {
			return Job{}, invalid(InvalidField, "model must be a string")
		}
	}
	if err := checkStream(fields["stream"], "stream"); err != nil {
		return Job{}, err
	}
	id, err := decodeID(fields["id"], source)
	if err != nil {
		return Job{}, err
	}
	return Job{ID: id, Path: path, Request: json.RawMessage(body)}, nil
}

// checkStream refuses a stream: a queue has no one to stream to.
func checkStream(value json.RawMessage, name string) error {
	if value == nil {
		return nil
	}
	var stream *bool
	if err := json.Unmarshal(value, &stream); err != nil {
		return invalid(InvalidField, "%s must be true or false", name)
	}
	if stream != nil && *stream {
		return invalid(InvalidField, "%s is true, but the answer to a message is one result: leave it out", name)
	}
	return nil
}
