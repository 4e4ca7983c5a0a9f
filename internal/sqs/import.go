package sqs

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// ImportState takes a binding over. Who consumes, produces and scales is read
// from tags that the binding put on its queue. A queue of somebody else has none:
// the next apply then adds what the configuration says.
func (r *queueBinding) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	name, existing, _ := strings.Cut(req.ID, "@")
	if req.ID == "" && req.Identity != nil {
		var of struct{ name, existing types.String }
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("name"), &of.name)...)
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("existing_queue_arn"), &of.existing)...)
		name, existing = of.name.ValueString(), of.existing.ValueString()
	}
	if checkQueueName(name) != nil || existing != "" && checkQueueARN(existing) != nil {
		resp.Diagnostics.AddError("Not the id of a binding", fmt.Sprintf("%q is not NAME, the name of the queue, or NAME@QUEUE_ARN for a queue that the binding did not make.", req.ID))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	access, err := reach(ctx, r.settings)
	if err != nil {
		resp.Diagnostics.Append(failed(types.StringValue(name), err))
		return
	}
	config := emptyModel(ctx)
	config.Name = types.StringValue(name)
	if existing != "" {
		config.ExistingQueueARN = types.StringValue(existing)
		config = complete(ctx, config, nil, surroundingsOf(r.settings))
		b := read(ctx, &config)
		config = b.finished()
	} else if config, err = access.imported(ctx, config, surroundingsOf(r.settings)); err != nil {
		resp.Diagnostics.Append(failed(types.StringValue(name), err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, config)...)
}

// imported is the configuration that made a queue, as far as the queue tells.
func (a *access) imported(ctx context.Context, config bindingModel, surroundings surroundings) (bindingModel, error) {
	live, err := a.queues.Find(ctx, config.Name.ValueString())
	if err != nil {
		return config, err
	}
	fromRecord(&config, live.Tags, surroundings.cluster.ValueString())
	if redrive := live.Redrive(); redrive != nil {
		config.DeadLetterQueueName = types.StringValue(nameOfQueue(redrive.DeadLetterARN))
	}
	config.Tags = ownTags(live.Tags, surroundings.defaultTags)
	b := read(ctx, &config)
	(&reading{access: a, binding: b}).absorb(live)
	model := complete(ctx, config, nil, surroundings)
	b = read(ctx, &model)
	b.QueueURL, b.QueueARN = types.StringValue(live.URL), types.StringValue(live.ARN)
	if model, err = a.withFlags(ctx, b); err != nil {
		return model, err
	}
	return model, nil
}

// fromRecord sets what the tags of a queue tell.
func fromRecord(config *bindingModel, tags map[string]string, cluster string) {
	if inference, err := strconv.ParseInt(tags[recordMaxInference], 10, 64); err == nil {
		config.MaxInferenceSeconds = types.Int64Value(inference)
	}
	if role := tags[recordScalerRole]; role != "" {
		name, arn := nameOrARN(role)
		config.Scaler = types.ObjectValueMust(scalerTypes, map[string]attr.Value{"role_name": name, "role_arn": arn})
	}
	config.Consumer = recorded(tags[recordConsumer], tags[recordConsumerRole], roleName(cluster, config.Name.ValueString(), grantConsumer))
	config.Producer = recorded(tags[recordProducer], tags[recordProducerRole], roleName(cluster, config.Name.ValueString(), grantProducer))
}

func nameOrARN(role string) (name, arn types.String) {
	if strings.HasPrefix(role, "arn:") {
		return types.StringNull(), types.StringValue(role)
	}
	return types.StringValue(role), types.StringNull()
}

// recorded is a workload. The default name of its role stands for none.
func recorded(account, role, defaultRole string) types.Object {
	if account == "" && role == "" {
		return types.ObjectNull(workloadTypes)
	}
	name, arn := nameOrARN(role)
	if role == "" || role == defaultRole {
		name = types.StringNull()
	}
	values := map[string]attr.Value{
		"namespace": types.StringNull(), "service_account": types.StringNull(),
		"create_namespace": types.BoolNull(), "create_service_account": types.BoolNull(),
		"role_name": name, "role_arn": arn,
	}
	if namespace, serviceAccount, both := strings.Cut(account, "/"); both {
		values["namespace"], values["service_account"] = types.StringValue(namespace), types.StringValue(serviceAccount)
	}
	return types.ObjectValueMust(workloadTypes, values)
}

// ownTags are those that neither the provider nor its default tags explain.
func ownTags(live map[string]string, defaults types.Map) types.Map {
	own := map[string]attr.Value{}
	for key, value := range aws.ConfigurableTags(live) {
		if known, isDefault := defaults.Elements()[key]; strings.HasPrefix(key, recordPrefix) || isDefault && known.Equal(types.StringValue(value)) {
			continue
		}
		own[key] = types.StringValue(value)
	}
	if len(own) == 0 {
		return types.MapNull(types.StringType)
	}
	return types.MapValueMust(types.StringType, own)
}

// withFlags finds out which objects in the cluster the binding made.
func (a *access) withFlags(ctx context.Context, b binding) (bindingModel, error) {
	store, err := a.objects(b)
	if err != nil || store == nil {
		return b.finished(), err
	}
	// Either of two in one namespace may have asked for it.
	explained := map[string]bool{}
	for _, each := range []struct {
		workload *workloadModel
		object   *types.Object
	}{{b.consumer.of, &b.Consumer}, {b.producer.of, &b.Producer}} {
		if each.workload == nil || each.workload.Namespace.IsNull() {
			continue
		}
		values := each.object.Attributes()
		namespace := each.workload.Namespace.ValueString()
		if mine, err := store.has(ctx, kube.Ref{GroupVersionKind: namespaceKind, Name: namespace}); err != nil {
			return b.finished(), err
		} else if mine && !explained[namespace] {
			explained[namespace] = true
			values["create_namespace"] = types.BoolValue(true)
		}
		if mine, err := store.has(ctx, kube.Ref{GroupVersionKind: serviceAccountKind, Namespace: namespace, Name: each.workload.ServiceAccount.ValueString()}); err != nil {
			return b.finished(), err
		} else if !mine && each.workload.RoleARN.IsNull() {
			values["create_service_account"] = types.BoolValue(false)
		}
		*each.object = types.ObjectValueMust(workloadTypes, values)
	}
	return b.finished(), nil
}

// has reports whether the object is there and the binding's.
func (s *objectStore) has(ctx context.Context, ref kube.Ref) (bool, error) {
	live, err := s.client.Get(ctx, ref)
	if err != nil && kube.IsGone(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return s.foreign(live, false) == "", nil
}

// emptyModel is one in which nothing is set.
func emptyModel(ctx context.Context) bindingModel {
	model := bindingModel{
		Tags: types.MapNull(types.StringType), TagsAll: types.MapNull(types.StringType),
		Scaler: types.ObjectNull(scalerTypes), Consumer: types.ObjectNull(workloadTypes), Producer: types.ObjectNull(workloadTypes),
		TriggerAuthentication: types.ObjectNull(authenticationTypes),
	}
	if attribute, isNested := timeoutsSchema(ctx).(schema.SingleNestedAttribute); isNested {
		if kind, isTimeouts := attribute.GetType().(timeouts.Type); isTimeouts {
			model.Timeouts = timeouts.Value{Object: types.ObjectNull(kind.AttrTypes)}
		}
	}
	return model
}
