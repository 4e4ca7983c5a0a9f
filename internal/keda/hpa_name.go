package keda

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

const (
	// hpaNamePrefix is what KEDA puts before a ScaledObject's name to name the
	// HorizontalPodAutoscaler it makes.
	hpaNamePrefix = "keda-hpa-"

	// hpaNameMaxLength is the longest HPA name, in characters, that KEDA's
	// admission webhook accepts.
	hpaNameMaxLength = 63
)

// HPAName returns the name of the HorizontalPodAutoscaler that KEDA makes for
// the ScaledObject of the given name, unless
// spec.advanced.horizontalPodAutoscalerConfig.name sets another one.
//
// It returns an error for a name that Kubernetes refuses (a DNS-1123 subdomain
// is required) and for one of more than 54 characters, which KEDA's admission
// webhook refuses because the HPA's name would exceed 63.
func HPAName(scaledObjectName string) (string, error) {
	if scaledObjectName == "" {
		return "", fmt.Errorf("the ScaledObject's name is empty: give the value of keda_scaled_object's name")
	}

	if problems := validation.IsDNS1123Subdomain(scaledObjectName); len(problems) > 0 {
		return "", fmt.Errorf("%q cannot be the name of a ScaledObject: %s", scaledObjectName, strings.Join(problems, "; "))
	}

	if longest := hpaNameMaxLength - len(hpaNamePrefix); len(scaledObjectName) > longest {
		return "", fmt.Errorf(
			"%q has %d characters and KEDA allows %d: it names the autoscaler %q plus this name, and refuses more than %d characters; "+
				"use a shorter name, or set advanced.horizontal_pod_autoscaler_config.name on the ScaledObject",
			scaledObjectName, len(scaledObjectName), longest, hpaNamePrefix, hpaNameMaxLength)
	}

	return hpaNamePrefix + scaledObjectName, nil
}
