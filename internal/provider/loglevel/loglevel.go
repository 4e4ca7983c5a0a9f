// Package loglevel keeps the provider from writing logs that nobody sees.
package loglevel

import (
	"cmp"
	"os"
	"slices"
	"strings"
)

// loggers are the variables that the provider's loggers take their level from:
// those of HashiCorp's libraries, and the provider's own.
var loggers = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_KEDA"}

// levels are those that Terraform and the loggers know.
var levels = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"}

// Follow gives the loggers the level at which Terraform shows a provider's logs,
// where their own variable does not say otherwise. Terraform tells its plugins
// nothing of that level, the loggers write everything by default, and Terraform
// reads and decodes every line before it drops it: that is most of the time of a
// plan (hashicorp/terraform-plugin-framework issue 1269).
//
// It has to run before the provider is served, in a process that Terraform
// started and that so has its environment.
func Follow() error {
	level := shown()
	for _, name := range loggers {
		if os.Getenv(name) != "" {
			continue
		}
		if err := os.Setenv(name, level); err != nil {
			return err
		}
	}
	return nil
}

// shown is the level at which Terraform shows a provider's logs, by the rules of
// its own internal/logging: none unless a variable says so, and everything where
// it says what is no level, such as JSON.
func shown() string {
	level := strings.ToUpper(cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"), "OFF"))
	if !slices.Contains(levels, level) {
		return "TRACE"
	}
	return level
}
