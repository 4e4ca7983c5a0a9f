package sqs

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestCheck has bad and good cases of every rule. What is wanted is the attribute
// and words of the detail; an empty one means that all is well.
func TestCheck(t *testing.T) {
	t.Parallel()
	text, number, yes := types.StringValue, types.Int64Value, types.BoolValue(true)
	consumerOf := func(values map[string]attr.Value) func(*bindingModel) {
		return func(m *bindingModel) { m.Consumer = workload(values) }
	}
	with := func(values map[string]attr.Value, name string, value attr.Value) map[string]attr.Value {
		all := map[string]attr.Value{name: value}
		for key, value := range values {
			all[key] = value
		}
		return all
	}
	long := strings.Repeat("q", 70)
	for name, test := range map[string]struct {
		change func(*bindingModel)
		want   string
	}{
		"the least": {change: func(*bindingModel) {}},
		"times that contradict": {
			change: func(m *bindingModel) { m.CooldownPeriodSeconds = number(10) },
			want:   "cooldown_period_seconds: SQS' counts",
		},
		"times that hardly fit": {
			change: func(m *bindingModel) { m.DrainSeconds = number(60) },
			want:   "drain_seconds: A consumer that is told to stop",
		},
		"a cooldown, with in flight not known": {change: func(m *bindingModel) {
			m.MaxInferenceSeconds, m.CooldownPeriodSeconds, m.ScaleOnInFlight = number(600), number(60), types.BoolUnknown()
		}},
		"an existing queue": {change: func(m *bindingModel) { m.ExistingQueueARN = text(testQueue) }},
		"an existing queue to be changed": {
			change: func(m *bindingModel) { m.ExistingQueueARN, m.KMSKeyARN = text(testQueue), text(testKey) },
			want:   "kms_key_arn: kms_key_arn is for a queue that is made",
		},
		"an existing queue to be deleted": {
			change: func(m *bindingModel) { m.ExistingQueueARN, m.ForceDestroy = types.StringUnknown(), types.BoolUnknown() },
			want:   "force_destroy: force_destroy is for a queue that is made",
		},
		"deduplication of a standard queue": {
			change: func(m *bindingModel) { m.ContentBasedDeduplication = types.BoolValue(false) },
			want:   `content_based_deduplication: "prompts" is the name of a standard queue`,
		},
		"deduplication of a FIFO queue":              {change: func(m *bindingModel) { m.Name, m.ContentBasedDeduplication = text("prompts.fifo"), yes }},
		"deduplication of a queue that is not known": {change: func(m *bindingModel) { m.Name, m.ContentBasedDeduplication = types.StringUnknown(), yes }},
		"a data key's time without a key": {
			change: func(m *bindingModel) { m.KMSDataKeyReuseSeconds = number(300) },
			want:   "kms_data_key_reuse_seconds: SQS' own key",
		},
		"a data key's time with a key not known": {change: func(m *bindingModel) { m.KMSDataKeyReuseSeconds, m.KMSKeyARN = number(300), types.StringUnknown() }},
		"a key of another Region": {
			change: func(m *bindingModel) { m.KMSKeyARN = text(strings.Replace(testKey, "eu-west-1", "us-east-1", 1)) },
			want:   "kms_key_arn: The key is in us-east-1 and the queue in eu-west-1",
		},
		"a key":                       {change: func(m *bindingModel) { m.KMSKeyARN = text(testKey) }},
		"its own dead-letter queue":   {change: func(m *bindingModel) { m.DeadLetterQueueName = text("prompts") }, want: `dead_letter_queue_name: Both are named "prompts"`},
		"one of another kind":         {change: func(m *bindingModel) { m.DeadLetterQueueName = text("dead.fifo") }, want: "dead_letter_queue_name: \"prompts\" and \"dead.fifo\""},
		"a FIFO one":                  {change: func(m *bindingModel) { m.Name, m.DeadLetterQueueName = text("prompts.fifo"), text("dead.fifo") }},
		"one whose name is too long":  {change: func(m *bindingModel) { m.Name = text(long) }, want: "dead_letter_queue_name: The default"},
		"a long name and a short one": {change: func(m *bindingModel) { m.Name, m.DeadLetterQueueName = text(long), text("dead") }},
		"dead letters that expire at once": {
			change: func(m *bindingModel) { m.DeadLetterRetentionSeconds = number(defaultRetention) },
			want:   "dead_letter_retention_seconds: A message keeps its age",
		},
		"dead letters of a FIFO queue": {change: func(m *bindingModel) {
			m.Name, m.DeadLetterRetentionSeconds = text("prompts.fifo"), number(defaultRetention)
		}},
		"both as long as possible": {change: func(m *bindingModel) { m.MessageRetentionSeconds = number(maxRetention) }},
		"messages that expire": {
			change: func(m *bindingModel) { m.MessageRetentionSeconds = number(600) },
			want:   "message_retention_seconds: A message is received up to 5 times, for up to 130 s each",
		},
		"messages that just do not": {change: func(m *bindingModel) { m.MessageRetentionSeconds = number(650) }},
		"no scaler's role":          {change: func(m *bindingModel) { m.Scaler = scaler(types.StringNull(), types.StringNull()) }, want: "scaler: scaler needs role_name or role_arn"},
		"a scaler's role not known": {change: func(m *bindingModel) { m.Scaler = scaler(types.StringNull(), types.StringUnknown()) }},
		"two scaler's roles":        {change: func(m *bindingModel) { m.Scaler = scaler(text("keda"), text(testRole)) }, want: `scaler.role_name: role_name is "keda" and role_arn names "other"`},
		"one role twice":            {change: func(m *bindingModel) { m.Scaler = scaler(text("other"), text(testRole)) }},
		"a consumer":                {change: consumerOf(inVLLM("consumer"))},
		"a consumer without a name": {
			change: consumerOf(map[string]attr.Value{"namespace": text("vllm")}),
			want:   "consumer.service_account: A role is made for a service account",
		},
		"a consumer whose role is not known": {change: consumerOf(map[string]attr.Value{"role_arn": types.StringUnknown()})},
		"an existing role":                   {change: consumerOf(map[string]attr.Value{"role_arn": text(testRole)})},
		"an existing role by another name": {
			change: consumerOf(map[string]attr.Value{"role_arn": text(testRole), "role_name": text("new")}),
			want:   "consumer.role_name: role_name is the name of a role that is made",
		},
		"an existing role for a new account": {
			change: consumerOf(with(with(inVLLM("consumer"), "create_service_account", yes), "role_arn", text(testRole))),
			want:   "consumer.create_service_account: With an existing role",
		},
		"a namespace without a name": {
			change: consumerOf(map[string]attr.Value{"role_arn": text(testRole), "create_namespace": yes}),
			want:   "consumer.create_namespace: create_namespace needs namespace",
		},
		"a role's name that is too long": {
			change: func(m *bindingModel) {
				m.ClusterName, m.Consumer = text(strings.Repeat("c", 50)), workload(inVLLM("consumer"))
			},
			want: "consumer.role_name: The default",
		},
		"a shorter one": {change: func(m *bindingModel) {
			m.ClusterName, m.Consumer = text(strings.Repeat("c", 50)), workload(with(inVLLM("consumer"), "role_name", text("consumer")))
		}},
		"one role for both": {
			change: func(m *bindingModel) {
				m.Consumer = workload(with(inVLLM("consumer"), "role_name", text("both")))
				m.Producer = workload(with(inVLLM("producer"), "role_name", text("both")))
			},
			want: `producer: Both have the role "both"`,
		},
		"one service account for both": {
			change: func(m *bindingModel) { m.Consumer, m.Producer = workload(inVLLM("app")), workload(inVLLM("app")) },
			want:   "producer.service_account: A service account has one role",
		},
		"two service accounts": {change: func(m *bindingModel) {
			m.Consumer, m.Producer = workload(inVLLM("consumer")), workload(inVLLM("producer"))
		}},
		"an authentication without a namespace": {
			change: func(m *bindingModel) { m.TriggerAuthentication = authentication(text("queue"), types.StringNull()) },
			want:   "trigger_authentication.namespace: A TriggerAuthentication has to be",
		},
		"an authentication of its own": {change: func(m *bindingModel) { m.TriggerAuthentication = authentication(types.StringNull(), text("web")) }},
		"an authentication with the queue's name": {
			change: func(m *bindingModel) {
				m.Name, m.Consumer = text("My_Queue"), workload(with(inVLLM("c"), "role_name", text("r")))
			},
			want: `trigger_authentication.name: The default, "My_Queue"`,
		},
		"nothing is known": {change: func(m *bindingModel) {
			m.Name, m.MaxInferenceSeconds, m.ExistingQueueARN = types.StringUnknown(), types.Int64Unknown(), types.StringUnknown()
			m.Scaler, m.Consumer, m.Producer = types.ObjectUnknown(scalerTypes), types.ObjectUnknown(workloadTypes), types.ObjectUnknown(workloadTypes)
			m.TriggerAuthentication, m.Tags = types.ObjectUnknown(authenticationTypes), types.MapUnknown(types.StringType)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := found(configured(test.change), inRegion)
			if test.want == "" {
				if len(found) > 0 {
					t.Errorf("got %q", found)
				}
				return
			}
			if len(found) != 1 || !strings.HasPrefix(found[0], test.want) {
				t.Errorf("got %q, want %q", found, test.want)
			}
		})
	}
}

func TestCheckNeedsACluster(t *testing.T) {
	t.Parallel()
	model := configured(func(m *bindingModel) { m.Consumer = workload(inVLLM("consumer")) })
	for name, test := range map[string]struct {
		cluster types.String
		wrong   bool
	}{"none": {types.StringNull(), true}, "not known": {types.StringUnknown(), false}, "known": {types.StringValue("c"), false}} {
		around := inRegion
		around.cluster = test.cluster
		if found := found(model, around); (len(found) == 1 && strings.HasPrefix(found[0], "cluster_name: ")) != test.wrong {
			t.Errorf("%s: %q", name, found)
		}
	}
}

// found are the problems of a configuration, as attribute and detail.
func found(config bindingModel, around surroundings) []string {
	planned := complete(context.Background(), config, nil, around)
	var words []string
	for _, problem := range check(read(context.Background(), &planned), read(context.Background(), &config)) {
		attribute := ""
		if located, ok := problem.(diag.DiagnosticWithPath); ok {
			attribute = located.Path().String()
		}
		words = append(words, attribute+": "+problem.Detail())
	}
	return words
}
