package sqs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	testAccount = "123456789012"
	testQueue   = "arn:aws:sqs:eu-west-1:" + testAccount + ":prompts"
	testKey     = "arn:aws:kms:eu-west-1:" + testAccount + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	testRole    = "arn:aws:iam::" + testAccount + ":role/path/other"
)

// configured is a configuration of a queue with the given changes.
func configured(changes ...func(*bindingModel)) bindingModel {
	model := emptyModel(context.Background())
	model.Name, model.MaxInferenceSeconds = types.StringValue("prompts"), types.Int64Value(120)
	for _, change := range changes {
		change(&model)
	}
	return model
}

// inRegion is a provider of a cluster and a Region.
var inRegion = surroundings{cluster: types.StringValue("inference"), region: types.StringValue("eu-west-1"), defaultTags: mapOf(nil)}

// workload is a consumer or producer with the given attributes.
func workload(values map[string]attr.Value) types.Object {
	all := map[string]attr.Value{
		"namespace": types.StringNull(), "service_account": types.StringNull(),
		"create_namespace": types.BoolNull(), "create_service_account": types.BoolNull(),
		"role_name": types.StringNull(), "role_arn": types.StringNull(),
	}
	for name, value := range values {
		all[name] = value
	}
	return types.ObjectValueMust(workloadTypes, all)
}

// inVLLM is a service account of the namespace vllm.
func inVLLM(name string) map[string]attr.Value {
	return map[string]attr.Value{"namespace": types.StringValue("vllm"), "service_account": types.StringValue(name)}
}

func scaler(name, arn types.String) types.Object {
	return types.ObjectValueMust(scalerTypes, map[string]attr.Value{"role_name": name, "role_arn": arn})
}

func authentication(name, namespace types.String) types.Object {
	return types.ObjectValueMust(authenticationTypes, map[string]attr.Value{"name": name, "namespace": namespace})
}
