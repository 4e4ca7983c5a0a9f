package manifest

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text      string
		wantKind  string
		wantError string
	}{
		"YAML":                      {text: "kind: A\n", wantKind: "A"},
		"JSON":                      {text: `{"kind": "A"}`, wantKind: "A"},
		"JSON with tabs":            {text: "{\n\t\"kind\": \"A\"\n}", wantKind: "A"},
		"a marker before":           {text: "---\nkind: A\n", wantKind: "A"},
		"a marker after":            {text: "kind: A\n---\n", wantKind: "A"},
		"a comment between":         {text: "# first\n---\n# second\n---\nkind: A\n...\n", wantKind: "A"},
		"Windows' line ends":        {text: "---\r\nkind: A\r\n", wantKind: "A"},
		"nothing":                   {text: "", wantError: "no object in it"},
		"comments":                  {text: "# nothing\n---\n", wantError: "no object in it"},
		"two documents":             {text: "kind: A\n---\nkind: B\n", wantError: "2 documents"},
		"a list":                    {text: "- kind: A\n", wantError: "not an object"},
		"a text":                    {text: "hunter2", wantError: "not an object"},
		"metadata that is a text":   {text: "kind: A\nmetadata: a\n", wantError: "metadata is not a map"},
		"a wrong indent":            {text: "kind: A\nmetadata:\n  name: a\n namespace: b\n", wantError: "line 3"},
		"a wrong indent below":      {text: "# one\n---\nkind: A\nmetadata:\n  name: a\n namespace: b\n", wantError: "line 5"},
		"a key that is there twice": {text: "kind: A\nkind: B\n", wantError: `line 2: key "kind" already set`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parse(test.text)
			switch {
			case test.wantError == "" && (err != nil || got.GetKind() != test.wantKind):
				t.Errorf("got %v, %v", got, err)
			case test.wantError != "" && (err == nil || !strings.Contains(err.Error(), test.wantError)):
				t.Errorf("got %v, want an error with %q", err, test.wantError)
			case test.wantError != "" && strings.Contains(err.Error(), "hunter2"):
				t.Errorf("the error quotes a value: %v", err)
			}
		})
	}
}

// FuzzParse feeds a decoder that people write into.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"kind: A", `{"a": [1, 2.5, null]}`, "---\n---", "a: &b [*b]", "? a\n: b", "a: !!binary x", "\xff", "a: 1e999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		object, err := parse(text)
		if err != nil {
			return
		}
		for _, rule := range rules {
			rule.broken(object)
		}
		// unstructured panics on a number of another type.
		object.DeepCopy()
		if !sameMeaning(text, text) {
			t.Error("a manifest differs from itself")
		}
	})
}
