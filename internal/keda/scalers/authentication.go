package scalers

import (
	"fmt"
	"slices"
	"strings"
)

// modeCredentials lists what each authentication mode needs (Config.Validate,
// pkg/scalers/authentication/authentication_types.go:115).
var modeCredentials = map[string][]string{
	"apiKey": {"apiKey"}, "basic": {"username"}, "tls": {"cert", "key"}, "bearer": {"bearerToken"},
	"oauth": {"oauthTokenURI", "clientID"}, "custom": {"customAuthHeader", "customAuthValue"},
}

// supportedModes lists the scalers that accept only some of the modes.
var supportedModes = map[string][]string{
	"datadog":       {"bearer"},                           // pkg/scalers/datadog_scaler.go:563
	"github-runner": {"bearer"},                           // pkg/scalers/github_runner_scaler.go:436
	"graphite":      {"basic"},                            // pkg/scalers/graphite_scaler.go:47
	"metrics-api":   {"apiKey", "basic", "tls", "bearer"}, // pkg/scalers/metrics_api_scaler.go:62
	"rabbitmq":      {"oauth", "basic", "tls"},            // pkg/scalers/rabbitmq_scaler.go:210
}

// authenticationModes checks the parameter authModes, which many scalers share.
func (c *check) authenticationModes() {
	modes := c.get("authModes")
	if modes.presence != known {
		return
	}
	supported, limited := supportedModes[c.scaler.Type]
	for mode := range strings.SplitSeq(modes.value, ",") {
		mode = strings.TrimSpace(mode)
		credentials, exists := modeCredentials[mode]
		if !exists {
			continue // the enum reports it
		}
		if limited && !slices.Contains(supported, mode) {
			c.inKey("authModes", fmt.Sprintf("Scaler %s does not support the authentication mode %s", c.scaler.Type, mode),
				"It supports %s.", strings.Join(supported, ", "))
			continue
		}
		required("because authModes contains "+mode, credentials...)(c)
	}
}
