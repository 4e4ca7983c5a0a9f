package sqs

import (
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
)

// recordPrefix begins the keys of tags by which a queue tells an import what AWS
// has no attribute for.
const recordPrefix = "terraform-provider-keda/"

// The record of a binding, as tags of its queue.
const (
	recordMaxInference = recordPrefix + "max-inference-seconds"
	recordScalerRole   = recordPrefix + "scaler-role"
	recordConsumer     = recordPrefix + "consumer"
	recordConsumerRole = recordPrefix + "consumer-role"
	recordProducer     = recordPrefix + "producer"
	recordProducerRole = recordPrefix + "producer-role"
)

var records = [...]string{recordMaxInference, recordScalerRole, recordConsumer, recordConsumerRole, recordProducer, recordProducerRole}

// record is the binding as tags. A role is given by its name if it was made, and
// by its ARN if not.
func (b binding) record() map[string]string {
	tags := map[string]string{recordMaxInference: textOf(b.MaxInferenceSeconds).ValueString()}
	note := func(key string, value types.String) {
		// A name with a comma, which roles may have and tags may not, is left out: an
		// import then does not know it.
		if text := value.ValueString(); text != "" && aws.CheckTag(key, text) == nil {
			tags[key] = text
		}
	}
	if scaler := b.scaler.of; scaler != nil {
		note(recordScalerRole, scaler.RoleName)
		note(recordScalerRole, scaler.RoleARN)
	}
	for _, each := range []struct {
		workload            inside[workloadModel]
		name                types.String
		accountKey, roleKey string
	}{
		{b.consumer, b.ConsumerRoleName, recordConsumer, recordConsumerRole},
		{b.producer, b.ProducerRoleName, recordProducer, recordProducerRole},
	} {
		workload := each.workload.of
		if workload == nil {
			continue
		}
		note(each.accountKey, following(func(of ...string) string { return strings.Join(of, "/") }, workload.Namespace, workload.ServiceAccount))
		if workload.RoleARN.IsNull() {
			note(each.roleKey, each.name)
		} else {
			note(each.roleKey, workload.RoleARN)
		}
	}
	return tags
}

// withRecord are the tags that the queue gets.
func (b binding) withRecord(tags map[string]string) map[string]string {
	all := maps.Clone(tags)
	maps.Copy(all, b.record())
	return all
}
