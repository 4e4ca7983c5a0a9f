package helm

import (
	"strings"
	"testing"
)

func TestParseValues(t *testing.T) {
	t.Parallel()
	for text, wrong := range map[string]string{
		"":                    "",
		"# nothing but words": "",
		"a: {b: [1, x]}":      "",
		`{"a": null}`:         "",
		"- a":                 "a list",
		"a":                   "a text",
		"3":                   "a number",
		"true":                "a truth value",
		"a: 1\na: 2":          "already set",
		"a: [":                "did not find",
		"a: {{ .Values.b }}":  "invalid map key",
		"a: 1\n---\nb: 2":     "",
	} {
		_, err := ParseValues(text)
		if wrong == "" && err != nil || wrong != "" && (err == nil || !strings.Contains(err.Error(), wrong)) {
			t.Errorf("%q: %v, want %q", text, err, wrong)
		}
	}
}

func TestMergeValues(t *testing.T) {
	t.Parallel()
	parse := func(text string) map[string]any {
		parsed, err := ParseValues(text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	under := parse("{a: {b: 1, c: 2}, d: [1, 2], e: {f: 1}}")
	got := MergeValues(under, parse("{a: {c: 3}, d: [3], e: text, g: {h: null}}"))
	if want := parse("{a: {b: 1, c: 3}, d: [3], e: text, g: {h: null}}"); !SameValues(got, want) {
		t.Errorf("merged is %v, want %v", got, want)
	}
	if !SameValues(under, parse("{a: {b: 1, c: 2}, d: [1, 2], e: {f: 1}}")) {
		t.Errorf("merging changed what it was given: %v", under)
	}
}

func TestSameValues(t *testing.T) {
	t.Parallel()
	if !SameValues(map[string]any{"a": int64(1)}, map[string]any{"a": 1.0}) || !SameValues(nil, map[string]any{}) {
		t.Error("the same values differ")
	}
	if SameValues(map[string]any{"a": 1}, map[string]any{"a": "1"}) {
		t.Error("a text is the same as a number")
	}
}

func FuzzParseValues(f *testing.F) {
	f.Add("a: {b: 1}")
	f.Add("- x")
	f.Add("a: &a {b: *a}")
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := ParseValues(text)
		if err == nil && parsed == nil {
			t.Errorf("%q gives neither values nor an error", text)
		}
		if !SameValues(parsed, MergeValues(nil, parsed)) {
			t.Errorf("%q changes when it is merged", text)
		}
	})
}
