package job

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"
)

// Whatever the body, the decoder either makes a request that a server can read,
// or says why not in a text that fits a message attribute.
func FuzzDecode(f *testing.F) {
	for _, c := range poison {
		if len(c.body) < 1<<16 {
			f.Add(c.body)
		}
	}
	f.Add(`{"id": "42", "prompt": "a", "parameters": {"max_tokens": 100}}`)
	f.Add(`{"model": "m", "messages": [{"role": "user", "content": "a"}]}`)
	f.Add(`{"model": "m", "prompt": "a"}`)
	f.Fuzz(func(t *testing.T, body string) {
		job, err := Decode(body, source)
		var invalid *Invalid
		switch {
		case err == nil:
			var request struct {
				Model    string          `json:"model"`
				Messages json.RawMessage `json:"messages"`
				Prompt   json.RawMessage `json:"prompt"`
			}
			if err := json.Unmarshal(job.Request, &request); err != nil {
				t.Errorf("the request is no JSON object of the API: %v", err)
			}
			if job.Path == ChatCompletions && request.Messages == nil || job.Path == Completions && request.Prompt == nil {
				t.Errorf("the request %s does not fit %s", job.Request, job.Path)
			}
			if job.ID == "" || job.Key() == "" {
				t.Error("the job has no ID")
			}
		case !errors.As(err, &invalid):
			t.Errorf("error %v, want an *Invalid", err)
		case invalid.Reason == "" || invalid.Detail == "" || !utf8.ValidString(invalid.Detail) || len(invalid.Detail) > 4096:
			t.Errorf("the reason is %q: %q", invalid.Reason, invalid.Detail)
		}
	})
}
