package job

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

var source = Source{MessageID: "message-1", Model: "qwen"}

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, id, path, request string }{
		"the guide's message": {
			`{"id": "42", "prompt": "a <b>", "parameters": {"max_tokens": 100, "seed": 12345678901234567890}}`,
			"42", ChatCompletions,
			`{"max_tokens":100,"messages":[{"role":"user","content":"a <b>"}],"model":"qwen","seed":12345678901234567890}`,
		},
		"a number as ID":       {`{"id": 7, "prompt": "a"}`, "7", ChatCompletions, `{"messages":[{"role":"user","content":"a"}],"model":"qwen"}`},
		"the message's own ID": {`{"prompt": "a", "parameters": null}`, "message-1", ChatCompletions, `{"messages":[{"role":"user","content":"a"}],"model":"qwen"}`},
		"another model":        {`{"prompt": "a", "parameters": {"model": "lora"}}`, "message-1", ChatCompletions, `{"messages":[{"role":"user","content":"a"}],"model":"lora"}`},
		"a chat completion": {
			`{"model": "m",  "messages": [{"role": "user", "content": "a"}], "stream": false}`, "message-1", ChatCompletions,
			`{"model": "m",  "messages": [{"role": "user", "content": "a"}], "stream": false}`,
		},
		"a completion":    {`{"model": "m", "prompt": ["a", "b"]}`, "message-1", Completions, `{"model": "m", "prompt": ["a", "b"]}`},
		"an ID beside it": {`{"id": "x", "messages": [{}]}`, "x", ChatCompletions, `{"id": "x", "messages": [{}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Decode(c.body, source)
			if err != nil {
				t.Fatal(err)
			}
			if got.ID != c.id || got.Path != c.path {
				t.Errorf("ID %q and path %q, want %q and %q", got.ID, got.Path, c.id, c.path)
			}
			if compact(t, got.Request) != compact(t, []byte(c.request)) {
				t.Errorf("request %s, want %s", got.Request, c.request)
			}
		})
	}
}

// compact makes spellings of the same JSON equal, and keeps every digit.
func compact(t *testing.T, text []byte) string {
	t.Helper()
	var value map[string]json.RawMessage
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// poison are bodies that no delivery can turn into a job. Each consumer meets
// them sooner or later.
var poison = map[string]struct {
	body   string
	reason Reason
	text   string
}{
	"empty":                {"", Empty, "is empty"},
	"blanks":               {" \n\t", Empty, "is empty"},
	"invalid UTF-8":        {"{\"prompt\": \"\xff\"}", NotUTF8, "UTF-8"},
	"text":                 {"hello", NotJSON, "not JSON"},
	"truncated":            {`{"prompt": "a`, NotJSON, "not JSON"},
	"trailing":             {`{"prompt": "a"} {}`, NotJSON, "not JSON"},
	"1 MiB":                {strings.Repeat("x", 1<<20), NotJSON, "not JSON"},
	"nested beyond Go":     {strings.Repeat("[", 1<<20), NotJSON, "exceeded max depth"},
	"nested":               {`{"prompt": "a", "parameters": {"x": ` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "}}", TooDeep, "100 levels"},
	"null":                 {"null", UnknownFormat, "null"},
	"array":                {`[{"prompt": "a"}]`, UnknownFormat, "not an object"},
	"string":               {`"a"`, UnknownFormat, "not an object"},
	"neither":              {`{"text": "a"}`, UnknownFormat, "neither prompt nor messages"},
	"another case":         {`{"Prompt": "a"}`, UnknownFormat, "neither prompt nor messages"},
	"both":                 {`{"prompt": "a", "messages": []}`, UnknownFormat, "both"},
	"misspelt":             {`{"prompt": "a", "parametres": {}}`, UnknownFormat, `"parametres"`},
	"prompt is a number":   {`{"prompt": 1}`, InvalidField, "prompt must be a string"},
	"prompt is null":       {`{"prompt": null}`, InvalidField, "prompt is empty"},
	"prompt is blank":      {`{"prompt": " "}`, InvalidField, "prompt is empty"},
	"ID is an object":      {`{"id": {}, "prompt": "a"}`, InvalidField, "id must be"},
	"ID is a fraction":     {`{"id": 1.5, "prompt": "a"}`, InvalidField, "id must be"},
	"ID is empty":          {`{"id": "", "prompt": "a"}`, InvalidField, "id is empty"},
	"ID is long":           {`{"id": "` + strings.Repeat("x", 1025) + `", "prompt": "a"}`, InvalidField, "1025 bytes"},
	"parameters is a list": {`{"prompt": "a", "parameters": []}`, InvalidField, "parameters must be an object"},
	"parameters.messages":  {`{"prompt": "a", "parameters": {"messages": []}}`, InvalidField, "parameters.messages"},
	"parameters.stream":    {`{"prompt": "a", "parameters": {"stream": true}}`, InvalidField, "parameters.stream is true"},
	"stream":               {`{"messages": [{}], "stream": true}`, InvalidField, "stream is true"},
	"stream is a string":   {`{"messages": [{}], "stream": "yes"}`, InvalidField, "stream must be"},
	"messages is a string": {`{"messages": "a"}`, InvalidField, "messages must be"},
	"no messages":          {`{"messages": []}`, InvalidField, "messages is empty"},
	"model is a number":    {`{"messages": [{}], "model": 1}`, InvalidField, "model must be"},
	"completion of nobody": {`{"model": "m", "prompt": {}}`, InvalidField, "prompt must be"},
	"completion of none":   {`{"model": "m", "prompt": []}`, InvalidField, "prompt is empty"},
	"completion of empty":  {`{"model": "m", "prompt": ""}`, InvalidField, "prompt is empty"},
}

func TestDecodePoison(t *testing.T) {
	t.Parallel()
	for name, c := range poison {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Decode(c.body, source)
			var invalid *Invalid
			if !errors.As(err, &invalid) {
				t.Fatalf("error %v, want an *Invalid", err)
			}
			if invalid.Reason != c.reason || !strings.Contains(invalid.Detail, c.text) {
				t.Errorf("%s: %s; want %s: ...%s...", invalid.Reason, invalid.Detail, c.reason, c.text)
			}
		})
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"42":                                   "42",
		"7d9fdb4a-9d8e-4a3e-9c1e-0a5b6c7d8e9f": "7d9fdb4a-9d8e-4a3e-9c1e-0a5b6c7d8e9f",
		"../../etc":                            "sha256-",
		"a/b":                                  "sha256-",
		"ü":                                    "sha256-",
		strings.Repeat("x", 129):               "sha256-",
	} {
		key := Job{ID: id}.Key()
		if !strings.HasPrefix(key, want) || len(key) > 128 {
			t.Errorf("key of %q is %q, want %s...", id, key, want)
		}
	}
	if (Job{ID: "a/b"}).Key() == (Job{ID: "a/c"}).Key() {
		t.Error("two IDs have one key")
	}
}
