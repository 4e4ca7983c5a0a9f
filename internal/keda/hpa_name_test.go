package keda

import (
	"strings"
	"testing"
)

func TestHPAName(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		name      string
		want      string
		wantError string
	}{
		"plain":                     {name: "qwen3-4b-fp8", want: "keda-hpa-qwen3-4b-fp8"},
		"with a dot":                {name: "a.b", want: "keda-hpa-a.b"},
		"one character":             {name: "a", want: "keda-hpa-a"},
		"the longest":               {name: strings.Repeat("a", 54), want: "keda-hpa-" + strings.Repeat("a", 54)},
		"one character too long":    {name: strings.Repeat("a", 55), wantError: "has 55 characters and KEDA allows 54"},
		"longer than any name":      {name: strings.Repeat("a", 254), wantError: "must be no more than 253"},
		"empty":                     {name: "", wantError: "is empty"},
		"upper case":                {name: "Qwen", wantError: "lower case alphanumeric"},
		"underscore":                {name: "qwen_3", wantError: "lower case alphanumeric"},
		"begins with a hyphen":      {name: "-qwen", wantError: "must start and end with an alphanumeric"},
		"ends with a dot":           {name: "qwen.", wantError: "must start and end with an alphanumeric"},
		"namespace and name":        {name: "vllm/qwen", wantError: `"vllm/qwen" cannot be the name`},
		"letters beyond ASCII":      {name: "größe", wantError: "lower case alphanumeric"},
		"white space at the end":    {name: "qwen ", wantError: "lower case alphanumeric"},
		"the prefix is not removed": {name: "keda-hpa-a", want: "keda-hpa-keda-hpa-a"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := HPAName(test.name)
			checkError(t, err, test.wantError)

			if got != test.want {
				t.Errorf("HPAName(%q) = %q, want %q", test.name, got, test.want)
			}
		})
	}
}

// checkError fails the test unless the error contains the wanted text, or is
// nil where no text is wanted.
func checkError(t *testing.T, err error, want string) {
	t.Helper()

	switch {
	case want == "" && err != nil:
		t.Errorf("unexpected error: %v", err)
	case want != "" && err == nil:
		t.Errorf("no error, want one that contains %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("error %q does not contain %q", err, want)
	}
}
