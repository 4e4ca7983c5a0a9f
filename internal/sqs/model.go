package sqs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// bindingModel holds the attributes of sqs_inference_queue_binding.
type bindingModel struct {
	Name             types.String `tfsdk:"name"`
	ExistingQueueARN types.String `tfsdk:"existing_queue_arn"`

	MaxInferenceSeconds           types.Int64 `tfsdk:"max_inference_seconds"`
	VisibilityTimeoutSeconds      types.Int64 `tfsdk:"visibility_timeout_seconds"`
	HeartbeatIntervalSeconds      types.Int64 `tfsdk:"heartbeat_interval_seconds"`
	ReceiveWaitSeconds            types.Int64 `tfsdk:"receive_wait_seconds"`
	DrainSeconds                  types.Int64 `tfsdk:"drain_seconds"`
	TerminationGracePeriodSeconds types.Int64 `tfsdk:"termination_grace_period_seconds"`
	CooldownPeriodSeconds         types.Int64 `tfsdk:"cooldown_period_seconds"`

	MessageRetentionSeconds    types.Int64  `tfsdk:"message_retention_seconds"`
	MaxReceiveCount            types.Int64  `tfsdk:"max_receive_count"`
	DeadLetterQueueName        types.String `tfsdk:"dead_letter_queue_name"`
	DeadLetterRetentionSeconds types.Int64  `tfsdk:"dead_letter_retention_seconds"`
	ContentBasedDeduplication  types.Bool   `tfsdk:"content_based_deduplication"`
	KMSKeyARN                  types.String `tfsdk:"kms_key_arn"`
	KMSDataKeyReuseSeconds     types.Int64  `tfsdk:"kms_data_key_reuse_seconds"`
	ForceDestroy               types.Bool   `tfsdk:"force_destroy"`
	Tags                       types.Map    `tfsdk:"tags"`
	TagsAll                    types.Map    `tfsdk:"tags_all"`

	ClusterName           types.String `tfsdk:"cluster_name"`
	Scaler                types.Object `tfsdk:"scaler"`
	Consumer              types.Object `tfsdk:"consumer"`
	Producer              types.Object `tfsdk:"producer"`
	TriggerAuthentication types.Object `tfsdk:"trigger_authentication"`

	QueueLength           types.Int64 `tfsdk:"queue_length"`
	ActivationQueueLength types.Int64 `tfsdk:"activation_queue_length"`
	ScaleOnInFlight       types.Bool  `tfsdk:"scale_on_in_flight"`

	QueueName          types.String `tfsdk:"queue_name"`
	QueueURL           types.String `tfsdk:"queue_url"`
	QueueARN           types.String `tfsdk:"queue_arn"`
	DeadLetterQueueURL types.String `tfsdk:"dead_letter_queue_url"`
	DeadLetterQueueARN types.String `tfsdk:"dead_letter_queue_arn"`
	ConsumerRoleName   types.String `tfsdk:"consumer_role_name"`
	ConsumerRoleARN    types.String `tfsdk:"consumer_role_arn"`
	ProducerRoleName   types.String `tfsdk:"producer_role_name"`
	ProducerRoleARN    types.String `tfsdk:"producer_role_arn"`
	Trigger            types.Object `tfsdk:"trigger"`
	Drift              types.List   `tfsdk:"drift"`

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// scalerModel is the role of KEDA's operator.
type scalerModel struct {
	RoleName types.String `tfsdk:"role_name"`
	RoleARN  types.String `tfsdk:"role_arn"`
}

// workloadModel is who consumes or produces messages.
type workloadModel struct {
	Namespace            types.String `tfsdk:"namespace"`
	ServiceAccount       types.String `tfsdk:"service_account"`
	CreateNamespace      types.Bool   `tfsdk:"create_namespace"`
	CreateServiceAccount types.Bool   `tfsdk:"create_service_account"`
	RoleName             types.String `tfsdk:"role_name"`
	RoleARN              types.String `tfsdk:"role_arn"`
}

// authenticationModel names the TriggerAuthentication.
type authenticationModel struct {
	Name      types.String `tfsdk:"name"`
	Namespace types.String `tfsdk:"namespace"`
}

var (
	scalerTypes         = map[string]attr.Type{"role_name": types.StringType, "role_arn": types.StringType}
	authenticationTypes = map[string]attr.Type{"name": types.StringType, "namespace": types.StringType}
	workloadTypes       = map[string]attr.Type{
		"namespace": types.StringType, "service_account": types.StringType,
		"create_namespace": types.BoolType, "create_service_account": types.BoolType,
		"role_name": types.StringType, "role_arn": types.StringType,
	}
	referenceTypes = map[string]attr.Type{"name": types.StringType, "kind": types.StringType}
	triggerTypes   = map[string]attr.Type{
		"type": types.StringType, "metadata": types.MapType{ElemType: types.StringType},
		"authentication_ref": types.ObjectType{AttrTypes: referenceTypes},
	}
)

// inside is a nested object, as far as it is known.
type inside[M any] struct {
	// of is nil if the object is null or not known.
	of *M
	// unknown is an object of which not even is known whether it is set.
	unknown bool
}

// decoded reads a nested object. Its attributes may be unknown.
func decoded[M any](ctx context.Context, object types.Object) inside[M] {
	if object.IsNull() || object.IsUnknown() {
		return inside[M]{unknown: object.IsUnknown()}
	}
	var model M
	// The schema has the model's attributes: nothing can go wrong.
	if diags := object.As(ctx, &model, basetypes.ObjectAsOptions{}); diags.HasError() {
		panic(diags)
	}
	return inside[M]{of: &model}
}

// binding is a model with its nested objects read.
type binding struct {
	*bindingModel

	scaler         inside[scalerModel]
	consumer       inside[workloadModel]
	producer       inside[workloadModel]
	authentication inside[authenticationModel]
}

func read(ctx context.Context, model *bindingModel) binding {
	return binding{
		bindingModel:   model,
		scaler:         decoded[scalerModel](ctx, model.Scaler),
		consumer:       decoded[workloadModel](ctx, model.Consumer),
		producer:       decoded[workloadModel](ctx, model.Producer),
		authentication: decoded[authenticationModel](ctx, model.TriggerAuthentication),
	}
}

// bound reports whether the queue is one that somebody else made.
func (b binding) bound() bool { return !b.ExistingQueueARN.IsNull() }
