package kedachart

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// variants are values that switch every template on and off, with checks of
// what the values are for.
var variants = []struct {
	name   string
	values string
	// absent and present are objects as "Kind name".
	absent, present []string
	// want maps "Kind name: path" to a value; a path's keys are separated by slashes.
	want map[string]any
	// args maps "Deployment name" to an argument that its program gets.
	args map[string]string
}{
	{
		name: "defaults",
		present: []string{
			"ServiceAccount keda-operator", "ServiceAccount keda-metrics-server", "ServiceAccount keda-webhook",
			"Deployment keda-operator", "Deployment keda-operator-metrics-apiserver", "Deployment keda-admission-webhooks",
			"Service keda-operator", "Service keda-operator-metrics-apiserver", "Service keda-admission-webhooks",
			"APIService v1beta1.external.metrics.k8s.io", "ValidatingWebhookConfiguration keda-admission",
			"CustomResourceDefinition scaledobjects.keda.sh",
		},
		absent: []string{"ClusterRole keda:view"},
		want: map[string]any{
			"ServiceAccount keda-operator: metadata/annotations":                             nil,
			"Deployment keda-operator: spec/template/spec/serviceAccountName":                "keda-operator",
			"APIService v1beta1.external.metrics.k8s.io: spec/service/namespace":             "keda",
			"ValidatingWebhookConfiguration keda-admission: webhooks/0/failurePolicy":        "Ignore",
			"Deployment keda-operator: spec/template/spec/volumes/0/secret/optional":         true,
			"Deployment keda-admission-webhooks: spec/template/spec/volumes/0/secret":        map[string]any{"secretName": "kedaorg-certs", "defaultMode": 420.0},
			"Deployment keda-operator: spec/selector/matchLabels/app":                        "keda-operator",
			"Deployment keda-operator: spec/template/metadata/labels/app":                    "keda-operator",
			"Service keda-operator: spec/selector/app":                                       "keda-operator",
			"Service keda-operator-metrics-apiserver: spec/ports/0/targetPort":               6443.0,
			"Deployment keda-operator: spec/template/spec/containers/0/env/0":                map[string]any{"name": "WATCH_NAMESPACE", "value": ""},
			"Deployment keda-operator: metadata/labels/app.kubernetes.io~1managed-by":        "Helm",
			"RoleBinding keda-operator-auth-reader: metadata/namespace":                      "kube-system",
			"ClusterRoleBinding keda-operator-hpa-controller-external-metrics: subjects/0":   map[string]any{"kind": "ServiceAccount", "name": "horizontal-pod-autoscaler", "namespace": "kube-system"},
			"ClusterRoleBinding keda-operator-system-auth-delegator: subjects/0/name":        "keda-metrics-server",
			"ValidatingWebhookConfiguration keda-admission: webhooks/5/clientConfig/service": map[string]any{"name": "keda-admission-webhooks", "namespace": "keda", "path": "/validate-eventing-keda-sh-v1alpha1-clustercloudeventsource"},
		},
		args: map[string]string{
			"keda-operator":                   "--enable-cert-rotation=true",
			"keda-operator-metrics-apiserver": "--metrics-service-address=keda-operator.keda.svc.cluster.local:9666",
			"keda-admission-webhooks":         "--cert-dir=/certs",
		},
	},
	{
		name:   "role of the operator",
		values: `podIdentity: {aws: {irsa: {enabled: true, roleArn: "arn:aws:iam::123456789012:role/keda"}}}`,
		want: map[string]any{"ServiceAccount keda-operator: metadata/annotations": map[string]any{
			"eks.amazonaws.com/role-arn":               "arn:aws:iam::123456789012:role/keda",
			"eks.amazonaws.com/audience":               "sts.amazonaws.com",
			"eks.amazonaws.com/sts-regional-endpoints": "true",
			"eks.amazonaws.com/token-expiration":       "86400",
		}, "ServiceAccount keda-webhook: metadata/annotations": nil},
	},
	{
		name:   "role as an annotation",
		values: `serviceAccount: {operator: {annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::123456789012:role/keda"}}}`,
		want: map[string]any{"ServiceAccount keda-operator: metadata/annotations": map[string]any{
			"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/keda",
		}},
	},
	{
		name:    "names of service accounts",
		values:  `serviceAccount: {operator: {name: a}, metricServer: {name: b, create: false}, webhooks: {name: c}}`,
		present: []string{"ServiceAccount a", "ServiceAccount c"},
		absent:  []string{"ServiceAccount keda-operator", "ServiceAccount b"},
		want: map[string]any{
			"Deployment keda-operator: spec/template/spec/serviceAccountName":                   "a",
			"Deployment keda-operator-metrics-apiserver: spec/template/spec/serviceAccountName": "b",
			"Deployment keda-admission-webhooks: spec/template/spec/serviceAccountName":         "c",
			"ClusterRoleBinding keda-operator: subjects/0/name":                                 "a",
			"RoleBinding keda-operator-certs: subjects/0/name":                                  "a",
			"RoleBinding keda-operator-auth-reader: subjects/0/name":                            "b",
			"ClusterRoleBinding keda-operator-webhook: subjects/0/name":                         "c",
		},
	},
	{
		name:    "no CRDs",
		values:  `crds: {install: false}`,
		absent:  []string{"CustomResourceDefinition scaledobjects.keda.sh", "CustomResourceDefinition cloudeventsources.eventing.keda.sh"},
		present: []string{"Deployment keda-operator"},
	},
	{
		name:   "no webhooks",
		values: `webhooks: {enabled: false}`,
		absent: []string{"Deployment keda-admission-webhooks", "Service keda-admission-webhooks", "ServiceAccount keda-webhook", "ValidatingWebhookConfiguration keda-admission", "ClusterRole keda-operator-webhook"},
		args:   map[string]string{"keda-operator": "--enable-webhook-patching=false"},
	},
	{
		name:   "webhooks that must answer",
		values: `webhooks: {failurePolicy: Fail, port: 9444}`,
		want: map[string]any{
			"ValidatingWebhookConfiguration keda-admission: webhooks/0/failurePolicy": "Fail",
			"Service keda-admission-webhooks: spec/ports/0/targetPort":                9444.0,
		},
		args: map[string]string{"keda-admission-webhooks": "--port=9444"},
	},
	{
		name:   "no metrics server",
		values: `metricsServer: {enabled: false}`,
		absent: []string{"APIService v1beta1.external.metrics.k8s.io", "Deployment keda-operator-metrics-apiserver", "Service keda-operator-metrics-apiserver", "ServiceAccount keda-metrics-server", "ClusterRole keda-operator-external-metrics-reader"},
		args:   map[string]string{"keda-operator": "--enable-apiservice-patching=false"},
	},
	{
		name:   "one namespace",
		values: `watchNamespace: vllm`,
		want: map[string]any{
			"Deployment keda-operator: spec/template/spec/containers/0/env/0":                   map[string]any{"name": "WATCH_NAMESPACE", "value": "vllm"},
			"Deployment keda-operator-metrics-apiserver: spec/template/spec/containers/0/env/0": map[string]any{"name": "WATCH_NAMESPACE", "value": "vllm"},
		},
	},
	{
		name:   "given certificates",
		values: `certificates: {autoGenerated: false, secretName: mine, mountPath: /tls}`,
		want: map[string]any{
			"Deployment keda-operator: spec/template/spec/volumes/0/secret":                      map[string]any{"secretName": "mine", "defaultMode": 420.0, "optional": false},
			"Deployment keda-operator: spec/template/spec/containers/0/volumeMounts/0/mountPath": "/tls",
		},
		args: map[string]string{"keda-operator": "--enable-cert-rotation=false", "keda-operator-metrics-apiserver": "--cert-dir=/tls"},
	},
	{
		name: "scheduling and the rest",
		values: `
tolerations: [{key: all, operator: Exists}]
operator: {replicaCount: 2, tolerations: [{key: own, operator: Exists}], nodeSelector: {disk: ssd}, affinity: {podAntiAffinity: {}}}
prometheus: {operator: {enabled: true, port: 8085}, webhooks: {enabled: true}}
extraArgs: {keda: {kube-api-qps: 50}}
env: [{name: EXTRA, value: "1"}]
additionalLabels: {team: platform}
additionalAnnotations: {note: all}
podLabels: {keda: {pod: label}}
podAnnotations: {keda: {pod: annotation}}
rbac: {aggregateToDefaultRoles: true}
imagePullSecrets: [{name: pull}]
priorityClassName: system-cluster-critical
resources: {operator: {requests: {cpu: 10m}}}`,
		present: []string{"ClusterRole keda:view", "ClusterRole keda:edit"},
		want: map[string]any{
			"Deployment keda-operator: spec/replicas":                                          2.0,
			"Deployment keda-operator: spec/template/spec/tolerations":                         []any{map[string]any{"key": "own", "operator": "Exists"}},
			"Deployment keda-admission-webhooks: spec/template/spec/tolerations":               []any{map[string]any{"key": "all", "operator": "Exists"}},
			"Deployment keda-operator: spec/template/spec/nodeSelector":                        map[string]any{"disk": "ssd", "kubernetes.io/os": "linux"},
			"Deployment keda-operator: spec/template/metadata/labels/pod":                      "label",
			"Deployment keda-operator: spec/template/metadata/labels/team":                     "platform",
			"Deployment keda-operator: spec/template/metadata/annotations":                     map[string]any{"pod": "annotation", "note": "all"},
			"Deployment keda-operator: spec/template/spec/containers/0/resources/requests/cpu": "10m",
			"Service keda-operator: spec/ports/1/targetPort":                                   8085.0,
			"ClusterRole keda-operator: metadata/annotations/note":                             "all",
		},
		args: map[string]string{"keda-operator": "--kube-api-qps=50"},
	},
	{
		name:   "without RBAC",
		values: `rbac: {create: false}`,
		absent: []string{"ClusterRole keda-operator", "RoleBinding keda-operator-auth-reader", "ClusterRole keda-operator-webhook"},
	},
}

func TestRender(t *testing.T) {
	t.Parallel()
	for _, variant := range variants {
		t.Run(variant.name, func(t *testing.T) {
			t.Parallel()
			all := renderWith(t, loadChart(t), variant.values)
			decodeStrictly(t, all)
			for _, id := range variant.present {
				if all[id] == nil {
					t.Errorf("%s is missing; there are %v", id, slices.Sorted(maps.Keys(all)))
				}
			}
			for _, id := range variant.absent {
				if all[id] != nil {
					t.Errorf("%s is there", id)
				}
			}
			for at, want := range variant.want {
				if got := all.at(t, at); !equalYAML(t, got, want) {
					t.Errorf("%s is %v, want %v", at, got, want)
				}
			}
			for deployment, arg := range variant.args {
				args := all.at(t, "Deployment "+deployment+": spec/template/spec/containers/0/args")
				if list, _ := args.([]any); !slices.Contains(list, any(arg)) {
					t.Errorf("arguments of %s are %v, want %s among them", deployment, args, arg)
				}
			}
		})
	}
}

// at returns the value at "Kind name: path", or nil.
func (o objects) at(t *testing.T, at string) any {
	t.Helper()
	id, path, _ := strings.Cut(at, ": ")
	if o[id] == nil {
		t.Fatalf("%s is missing", id)
	}
	var value any = o[id].Object
	for key := range strings.SplitSeq(path, "/") {
		switch node := value.(type) {
		case map[string]any:
			value = node[strings.ReplaceAll(key, "~1", "/")]
		case []any:
			value = node[key[0]-'0']
		default:
			return nil
		}
	}
	return value
}

func equalYAML(t *testing.T, a, b any) bool {
	t.Helper()
	left, err := yaml.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	right, err := yaml.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(left, right)
}

// decodeStrictly finds misspelt fields in all objects whose Go types are at hand.
func decodeStrictly(t *testing.T, all objects) {
	t.Helper()
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	for id, object := range all {
		if object.GetKind() == crdKind || object.GetKind() == "APIService" {
			continue // not among client-go's types
		}
		text, err := yaml.Marshal(object.Object)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := decoder.Decode(text, nil, nil); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// convert makes an API object of a rendered one.
func convert[T any](t *testing.T, object *unstructured.Unstructured) *T {
	t.Helper()
	typed := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, typed); err != nil {
		t.Fatal(err)
	}
	return typed
}
