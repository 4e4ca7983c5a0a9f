package aws

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws/policy"
)

// attributes are those that the provider sets of the queue, by SQS' names. All
// are sent together, so that no request leaves one of them to a default.
func (q Queue) attributes(arn string) map[string]string {
	wanted := map[types.QueueAttributeName]string{
		types.QueueAttributeNameVisibilityTimeout:             number(q.VisibilityTimeout),
		types.QueueAttributeNameReceiveMessageWaitTimeSeconds: number(q.ReceiveWait),
		types.QueueAttributeNameMessageRetentionPeriod:        number(q.Retention),
		types.QueueAttributeNamePolicy:                        tlsOnly(arn).JSON(),
	}
	if q.IsFIFO() {
		wanted[types.QueueAttributeNameContentBasedDeduplication] = strconv.FormatBool(q.ContentBasedDeduplication)
	}
	if q.Key != nil {
		wanted[types.QueueAttributeNameKmsMasterKeyId] = q.Key.ARN
		wanted[types.QueueAttributeNameKmsDataKeyReusePeriodSeconds] = number(q.Key.Reuse)
	} else {
		wanted[types.QueueAttributeNameSqsManagedSseEnabled] = "true"
	}
	if q.Redrive != nil {
		wanted[types.QueueAttributeNameRedrivePolicy] = text(redrivePolicy{q.Redrive.DeadLetterARN, json.Number(number(q.Redrive.MaxReceiveCount))})
	}
	if len(q.RedriveFrom) > 0 {
		wanted[types.QueueAttributeNameRedriveAllowPolicy] = text(redriveAllowPolicy{"byQueue", q.RedriveFrom})
	}
	named := make(map[string]string, len(wanted))
	for name, value := range wanted {
		named[string(name)] = value
	}
	return named
}

// redrivePolicy is SQS' own form. The count may come as a number or a text.
type redrivePolicy struct {
	DeadLetterTargetARN string      `json:"deadLetterTargetArn"`
	MaxReceiveCount     json.Number `json:"maxReceiveCount"`
}

type redriveAllowPolicy struct {
	RedrivePermission string   `json:"redrivePermission"`
	SourceQueueARNs   []string `json:"sourceQueueArns"`
}

func parseRedrive(document string) *Redrive {
	var parsed redrivePolicy
	if json.Unmarshal([]byte(document), &parsed) != nil {
		return nil
	}
	count, err := parsed.MaxReceiveCount.Int64()
	if err != nil || parsed.DeadLetterTargetARN == "" {
		return nil
	}
	return &Redrive{DeadLetterARN: parsed.DeadLetterTargetARN, MaxReceiveCount: count}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		// No type that is given here has a value that JSON has not.
		panic(err)
	}
	return string(encoded)
}

// sameAttribute compares by what an attribute means.
func sameAttribute(name, live, wanted string) bool {
	switch types.QueueAttributeName(name) {
	case types.QueueAttributeNamePolicy:
		return policy.Equivalent(live, wanted)
	case types.QueueAttributeNameRedrivePolicy:
		a, b := parseRedrive(live), parseRedrive(wanted)
		return a != nil && b != nil && *a == *b
	case types.QueueAttributeNameRedriveAllowPolicy:
		var a, b redriveAllowPolicy
		if json.Unmarshal([]byte(live), &a) != nil || json.Unmarshal([]byte(wanted), &b) != nil {
			return live == wanted
		}
		return a.RedrivePermission == b.RedrivePermission && slices.Equal(slices.Sorted(slices.Values(a.SourceQueueARNs)), slices.Sorted(slices.Values(b.SourceQueueARNs)))
	}
	return live == wanted
}

// differing are the names of the wanted attributes that the live queue has
// otherwise, in order.
func (q Queue) differing(live *LiveQueue) []string {
	var names []string
	wanted := q.attributes(live.ARN)
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if !sameAttribute(name, live.Attributes[name], wanted[name]) {
			names = append(names, name)
		}
	}
	if q.Key == nil && live.KeyARN() != "" {
		names = append(names, string(types.QueueAttributeNameKmsMasterKeyId))
	}
	return names
}

// Differences says in words what of the queue is not as the provider sets it.
// A redrive-allow policy that is missing counts only if SQS is known to report
// one: an endpoint that accepts it and never shows it would differ for ever.
func (q Queue) Differences(live *LiveQueue, owner string, reportsRedriveAllow bool) []string {
	var words []string
	for _, name := range q.differing(live) {
		if name == string(types.QueueAttributeNameRedriveAllowPolicy) && live.Attributes[name] == "" && !reportsRedriveAllow {
			continue
		}
		words = append(words, fmt.Sprintf("%s: %s was changed to %s", q.object(), name, shown(live.Attributes[name])))
	}
	wanted := owned(q.Tags, owner)
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		if current, found := live.Tags[key]; !found {
			words = append(words, fmt.Sprintf("%s: the tag %s was removed", q.object(), key))
		} else if current != wanted[key] {
			words = append(words, fmt.Sprintf("%s: the tag %s was changed to %q", q.object(), key, current))
		}
	}
	return words
}

func shown(value string) string {
	if value == "" {
		return "nothing"
	}
	return value
}

// tlsOnly is the policy of a queue that refuses requests without TLS (Amazon SQS
// Developer Guide, "Enforce encryption of data in transit").
func tlsOnly(queueARN string) policy.Document {
	return policy.Document{Version: policy.Version, Statement: []policy.Statement{{
		SID:       "DenyWithoutTLS",
		Effect:    policy.Deny,
		Principal: policy.AnyPrincipal,
		Action:    policy.Strings{"sqs:*"},
		Resource:  policy.Strings{queueARN},
		Condition: policy.Conditions{"Bool": {"aws:SecureTransport": {"false"}}},
	}}}
}
