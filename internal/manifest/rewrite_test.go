package manifest

import (
	"strings"
	"testing"
)

const written = `# What the web does.
kind: ConfigMap
apiVersion: v1
metadata: {name: "web", labels: {a: 'b'}} # inline
data:
  # how fast
  mode: "slow" # for now
  size: 1
  list:
  - a
  - b
`

func TestRewrite(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		former string
		live   func(string) string
		want   func(string) string
	}{
		"nothing":         {written, same, same},
		"a text":          {written, replace(`"slow"`, "fast"), replace(`"slow"`, `"fast"`)},
		"a number":        {written, replace("size: 1", "size: 2"), replace("size: 1", "size: 2")},
		"a flow":          {written, replace("'b'", "c"), replace("'b'", "'c'")},
		"an entry less":   {written, replace("  size: 1\n", ""), replace("  size: 1\n", "")},
		"an element more": {written, replace("  - b\n", "  - b\n  - c\n"), replace("  - b\n", "  - b\n  - c\n")},
		"an element less": {written, replace("  - b\n", ""), replace("  - b\n", "")},
		"an entry more":   {written, replace("size: 1", "size: 1\n  zone: x"), func(text string) string { return text + "  zone: x\n" }},
		"an indented list": {
			replace("  - a\n  - b\n", "    - a\n    - b\n")(written), replace("- b", "- c"), replace("- b", "- c"),
		},
		"an anchor": {
			"a: &x {b: 1}\nc: *x\n", func(string) string { return "a: {b: 2}\nc: {b: 1}" }, func(string) string { return "a: &x {b: 2}\nc:\n  b: 1\n" },
		},
		"a word that is a truth to Kubernetes": {
			"a: on\nb: 1\n", func(string) string { return "a: true\nb: 2" }, func(string) string { return "a: true\nb: 2\n" },
		},
		"JSON": {`{"b": 1, "a": 2}`, func(string) string { return "a: 3\nb: 1" }, func(string) string { return `{"a":3,"b":1}` }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live, err := parse(test.live(test.former))
			if err != nil {
				t.Fatal(err)
			}
			model := model{Manifest: textOf(test.former)}
			if err := (form{}).Absorb(live, &model); err != nil {
				t.Fatal(err)
			}
			if got, want := model.Manifest.ValueString(), test.want(test.former); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func same(text string) string { return text }

func replace(old, replacement string) func(string) string {
	return func(text string) string { return strings.Replace(text, old, replacement, 1) }
}

// FuzzRewrite shows that a text always says what the object says.
func FuzzRewrite(f *testing.F) {
	f.Add(written, strings.ReplaceAll(written, "slow", "fast"))
	f.Add("a: &x {b: 1}\nc: *x", "a: {b: 2}\nc: {b: 1}")
	f.Add("a: {<<: {b: 1}}", "a: {b: 2, c: 3}")
	f.Add("a: 0o7\nb: 012\nc: 1_000", "a: yes\nb: 012\nc: ~")
	f.Fuzz(func(t *testing.T, former, live string) {
		object, err := parse(live)
		if err != nil {
			return
		}
		text, err := rewrite(former, object)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := parse(text); err != nil || !sameMeaning(string(mustJSON(back.Object)), string(mustJSON(object.Object))) {
			t.Errorf("%q, written over %q, gives %q: %v", live, former, text, err)
		}
	})
}
