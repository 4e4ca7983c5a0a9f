package sqs

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
)

// base is a queue's name without the suffix of a FIFO queue. What belongs to the
// queue is named after it.
func base(name string) string { return strings.TrimSuffix(name, aws.FIFOSuffix) }

func isFIFO(name string) bool { return strings.HasSuffix(name, aws.FIFOSuffix) }

// deadLetterName is the default name of a queue's dead-letter queue, which is of
// the same kind.
func deadLetterName(name string) string {
	return base(name) + "-dead-letter" + strings.TrimPrefix(name, base(name))
}

// roleName is the default name of a role that is made for a workload. Roles have
// one name space in the account, whatever the cluster.
func roleName(cluster, name, grant string) string {
	return cluster + "-" + base(name) + "-" + grant
}

// nameOfRole is the last part of a role's ARN; what comes before is its path.
func nameOfRole(roleARN string) string {
	return roleARN[strings.LastIndexByte(roleARN, '/')+1:]
}

// nameOfQueue is the last part of a queue's ARN.
func nameOfQueue(queueARN string) string {
	return queueARN[strings.LastIndexByte(queueARN, ':')+1:]
}

// siblingARN is the ARN of another queue in the same account and Region.
func siblingARN(queueARN, name string) string {
	parsed, err := arn.Parse(queueARN)
	if err != nil {
		return ""
	}
	parsed.Resource = name
	return parsed.String()
}

// following is a text that follows from others: null if one of them is null,
// unknown if one of them is.
func following(from func(...string) string, of ...types.String) types.String {
	values := make([]string, len(of))
	for i, value := range of {
		if value.IsNull() {
			return types.StringNull()
		}
		values[i] = value.ValueString()
	}
	for _, value := range of {
		if value.IsUnknown() {
			return types.StringUnknown()
		}
	}
	return types.StringValue(from(values...))
}

// regionOf is the Region of an ARN.
func regionOf(text string) string {
	parsed, err := arn.Parse(text)
	if err != nil {
		return ""
	}
	return parsed.Region
}
