package loglevel

import (
	"os"
	"testing"
)

func TestFollow(t *testing.T) {
	for name, test := range map[string]struct {
		all, providers, own string
		want                string
	}{
		"nothing is shown":               {want: "OFF"},
		"all is shown":                   {all: "trace", want: "TRACE"},
		"providers differ from the rest": {all: "trace", providers: "warn", want: "WARN"},
		"a format and no level":          {all: "json", want: "TRACE"},
		"no level at all":                {providers: "loud", want: "TRACE"},
		"shut off":                       {all: "off", want: "OFF"},
		"the logger's own variable":      {all: "error", own: "DEBUG", want: "DEBUG"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TF_LOG", test.all)
			t.Setenv("TF_LOG_PROVIDER", test.providers)
			for _, logger := range loggers {
				t.Setenv(logger, test.own)
			}
			if err := Follow(); err != nil {
				t.Fatal(err)
			}
			for _, logger := range loggers {
				if got := os.Getenv(logger); got != test.want {
					t.Errorf("%s is %q, want %q", logger, got, test.want)
				}
			}
		})
	}
}
