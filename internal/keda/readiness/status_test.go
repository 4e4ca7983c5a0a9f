package readiness

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// object decodes a snippet onto an object with one trigger.
func object(t *testing.T, snippet string) *unstructured.Unstructured {
	t.Helper()
	var live unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(snippet), &live.Object); err != nil {
		t.Fatal(err)
	}
	// JSON's numbers, as a client decodes them.
	encoded, err := live.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := live.UnmarshalJSON(encoded); err != nil {
		t.Fatal(err)
	}
	return &live
}

const (
	scaledObjectHead = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\n"
	scaledJobHead    = "apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\n"
	metadata         = "metadata: {name: web, namespace: team}\n"
	spec             = "spec: {scaleTargetRef: {name: web}, triggers: [{type: cron}, {type: aws-sqs-queue}, {type: cron}]}\n"
	readyStatus      = "hpaName: keda-hpa-web, triggersTypes: 'cron,aws-sqs-queue'"
)

func TestJudgeScaledObject(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		metadata, spec, status string
		want                   state
		account                string
	}{
		"no status":                  {status: `{}`, want: pending, account: "not looked"},
		"initial conditions":         {status: `{conditions: [{type: Ready, status: Unknown}, {type: Active, status: Unknown}, {type: Paused, status: "False"}]}`, want: pending, account: "not looked"},
		"accepted, not polled":       {status: `{` + readyStatus + `, conditions: [{type: Ready, status: "True", reason: ScaledObjectReady}, {type: Active, status: Unknown}]}`, want: pending, account: "not read its metrics"},
		"ready and inactive":         {status: `{` + readyStatus + `, conditions: [{type: Ready, status: "True"}, {type: Active, status: "False"}]}`, want: good},
		"ready and active":           {status: `{` + readyStatus + `, conditions: [{type: Ready, status: "True"}, {type: Active, status: "True"}]}`, want: good},
		"target missing":             {status: `{conditions: [{type: Ready, status: "False", reason: ScaledObjectCheckFailed, message: no target}, {type: Active, status: Unknown}]}`, want: failing, account: "ScaledObjectCheckFailed: no target"},
		"trigger error":              {status: `{` + readyStatus + `, conditions: [{type: Ready, status: "False", reason: TriggerError, message: m}, {type: Active, status: "False"}]}`, want: failing, account: "TriggerError"},
		"some triggers":              {status: `{` + readyStatus + `, conditions: [{type: Ready, status: Unknown, reason: PartialTriggerError, message: m}, {type: Active, status: "True"}]}`, want: failing, account: "PartialTriggerError"},
		"the HPA's former name":      {spec: "spec: {triggers: [{type: cron}], advanced: {horizontalPodAutoscalerConfig: {name: mine}}}\n", status: `{hpaName: keda-hpa-web, triggersTypes: cron, conditions: [{type: Ready, status: "True"}, {type: Active, status: "True"}]}`, want: pending, account: `"mine"`},
		"the HPA's own name":         {spec: "spec: {triggers: [{type: cron}], advanced: {horizontalPodAutoscalerConfig: {name: mine}}}\n", status: `{hpaName: mine, triggersTypes: cron, conditions: [{type: Ready, status: "True"}, {type: Active, status: "True"}]}`, want: good},
		"the former triggers":        {status: `{hpaName: keda-hpa-web, triggersTypes: cron, conditions: [{type: Ready, status: "True"}, {type: Active, status: "True"}]}`, want: pending, account: "cron,aws-sqs-queue"},
		"a failing metric, fallback": {status: `{` + readyStatus + `, health: {s1-aws-sqs-queue-q: {status: Failing, numberOfFailures: 2}, s0-cron: {status: Happy}}, conditions: [{type: Ready, status: "True"}, {type: Active, status: "True"}]}`, want: failing, account: "s1-aws-sqs-queue-q"},
		"to be paused":               {metadata: `metadata: {name: web, annotations: {autoscaling.keda.sh/paused: "true"}}` + "\n", status: `{` + readyStatus + `, conditions: [{type: Ready, status: "True"}, {type: Active, status: "True"}, {type: Paused, status: "False"}]}`, want: pending, account: "not paused"},
		"paused":                     {metadata: `metadata: {name: web, annotations: {autoscaling.keda.sh/paused: "true"}}` + "\n", status: `{conditions: [{type: Ready, status: "True"}, {type: Active, status: Unknown}, {type: Paused, status: "True"}]}`, want: good},
		"paused by no boolean":       {metadata: `metadata: {name: web, annotations: {autoscaling.keda.sh/paused: "please"}}` + "\n", status: `{conditions: [{type: Ready, status: "True"}, {type: Paused, status: "False"}]}`, want: pending, account: "not paused"},
		"paused at replicas":         {metadata: `metadata: {name: web, annotations: {autoscaling.keda.sh/paused: "false", autoscaling.keda.sh/paused-replicas: "2"}}` + "\n", status: `{conditions: [{type: Ready, status: "True"}, {type: Paused, status: "True"}]}`, want: good},
		"cannot be paused":           {metadata: `metadata: {name: web, annotations: {autoscaling.keda.sh/paused: "true"}}` + "\n", status: `{conditions: [{type: Ready, status: "False", reason: ScaledObjectCheckFailed}, {type: Paused, status: "True"}]}`, want: failing},
		"no longer paused, unpolled": {metadata: `metadata: {name: web, annotations: {autoscaling.keda.sh/paused: "false"}}` + "\n", status: `{` + readyStatus + `, conditions: [{type: Ready, status: "True"}, {type: Active, status: Unknown}, {type: Paused, status: "False"}]}`, want: pending},
		"in alone paused":            {metadata: `metadata: {name: web, annotations: {autoscaling.keda.sh/paused-scale-in: "true"}}` + "\n", status: `{` + readyStatus + `, conditions: [{type: Ready, status: "True"}, {type: Active, status: "False"}, {type: Paused, status: "True"}]}`, want: good},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := object(t, scaledObjectHead+or(test.metadata, metadata)+or(test.spec, spec)+"status: "+test.status)
			if v := judgeScaledObject(live); v.state != test.want || !strings.Contains(v.account, test.account) {
				t.Errorf("state %d, account %q; want %d with %q", v.state, v.account, test.want, test.account)
			}
		})
	}
}

func TestJudgeScaledJob(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status string
		want   state
	}{
		"ready":         {`{triggersTypes: 'cron,aws-sqs-queue', conditions: [{type: Ready, status: "True", reason: ScaledJobReady}, {type: Active, status: "False"}]}`, good},
		"trigger error": {`{triggersTypes: 'cron,aws-sqs-queue', conditions: [{type: Ready, status: "False", reason: TriggerError}, {type: Active, status: "False"}]}`, failing},
		"no job":        {`{triggersTypes: 'cron,aws-sqs-queue', conditions: [{type: Ready, status: "False", reason: KEDAJobCreateFailed}, {type: Active, status: "True"}]}`, failing},
		"unpolled":      {`{triggersTypes: 'cron,aws-sqs-queue', conditions: [{type: Ready, status: "True"}, {type: Active, status: Unknown}]}`, pending},
		"old triggers":  {`{triggersTypes: cron, conditions: [{type: Ready, status: "True"}, {type: Active, status: "True"}]}`, pending},
	} {
		if v := judgeScaledJob(object(t, scaledJobHead+metadata+spec+"status: "+test.status)); v.state != test.want {
			t.Errorf("%s: state %d (%s), want %d", name, v.state, v.account, test.want)
		}
	}
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
