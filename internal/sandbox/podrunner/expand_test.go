package podrunner

import (
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	t.Parallel()
	known := map[string]string{"A": "1", "B": "$(A)", "EMPTY": ""}
	lookup := func(name string) (string, bool) { v, ok := known[name]; return v, ok }
	for text, want := range map[string]string{
		"":              "",
		"plain":         "plain",
		"$(A)":          "1",
		"x$(A)y$(A)":    "x1y1",
		"$(B)":          "$(A)", // values are not expanded again
		"$(EMPTY)":      "",
		"$(UNKNOWN)":    "$(UNKNOWN)",
		"$$(A)":         "$(A)",
		"$$$(A)":        "$1",
		"$A":            "$A",
		"$(A":           "$(A",
		"cost: 5$":      "cost: 5$",
		"$(A)$(":        "1$(",
		"$(UNK$(A))":    "$(UNK$(A))",
		"${A} and $(A)": "${A} and 1",
	} {
		if got := expand(text, lookup); got != want {
			t.Errorf("expand(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("$(A)$$(B)$(")
	f.Fuzz(func(t *testing.T, text string) {
		identity := func(name string) (string, bool) { return "$(" + name + ")", true }
		unknown := func(string) (string, bool) { return "", false }
		if a, b := expand(text, identity), expand(text, unknown); a != b {
			t.Errorf("a variable whose value is its own reference gives %q, an unknown one %q", a, b)
		}
		if !strings.Contains(text, "$") && expand(text, identity) != text {
			t.Errorf("%q has no reference and was changed", text)
		}
	})
}
