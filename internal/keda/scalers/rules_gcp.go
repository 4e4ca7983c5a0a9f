package scalers

import (
	"fmt"
	"strings"
)

var gcpRules = map[string][]rule{
	"gcp-cloudtasks":  {gcpIdentity},
	"gcp-pubsub":      {gcpIdentity, exactlyOne("subscriptionName", "topicName")},
	"gcp-spanner":     {gcpIdentity},
	"gcp-stackdriver": {gcpIdentity, alignmentPeriod},
	"gcp-storage":     {gcpIdentity, atLeast(0, "activationTargetObjectCount"), atLeast(1, "maxBucketItemsToScan")},
}

// gcpIdentity applies GetGCPAuthorization (pkg/scalers/gcp/gcp_common.go:69) to
// a trigger without authenticationRef.
func gcpIdentity(c *check) {
	if c.trigger.Authentication {
		return
	}
	for _, key := range []string{"credentialsFromEnv", "credentialsFromEnvFile"} {
		if c.trigger.Unknown[key] || strings.TrimSpace(c.trigger.Metadata[key]) != "" {
			return
		}
	}
	c.in(FieldAuthenticationRef, fmt.Sprintf("Scaler %s has no Google credentials", c.scaler.Type),
		"KEDA fails with \"google application credentials not found\". Set authenticationRef to a TriggerAuthentication with podIdentity.provider gcp, "+
			"or one of the metadata keys credentialsFromEnv and credentialsFromEnvFile to the name of a variable of the target's container.")
}

func alignmentPeriod(c *check) {
	if period, ok := c.number("alignmentPeriodSeconds"); ok && period != 0 {
		atLeast(60, "alignmentPeriodSeconds")(c)
	}
}
