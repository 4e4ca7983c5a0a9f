package manifest

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/eventscale/terraform-provider-keda/internal/objectresource"
)

const (
	someConfigMap  = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}"
	someDeployment = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: b}"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		manifest string
		wait     *waitFor
		unknown  objectresource.UnknownPaths
		want     []string // the attribute, and words of the detail
	}{
		"an object":               {manifest: someConfigMap + ", data: {a: b}}"},
		"a Secret for a token":    {manifest: "{apiVersion: v1, kind: Secret, metadata: {name: a}, type: kubernetes.io/service-account-token}"},
		"a kind named as a list":  {manifest: "{apiVersion: example.com/v1, kind: AccessList, metadata: {name: a}}"},
		"another group's Secret":  {manifest: "{apiVersion: example.com/v1, kind: Secret, metadata: {name: a}, data: {a: b}}"},
		"unknown":                 {unknown: objectresource.UnknownPaths{path.Root("manifest")}},
		"no YAML":                 {manifest: "a: [", want: []string{"manifest|neither YAML nor JSON"}},
		"no name":                 {manifest: "{apiVersion: v1, kind: ConfigMap}", want: []string{"manifest|metadata.name must be set"}},
		"no kind":                 {manifest: "{metadata: {name: a}}", want: []string{"manifest|apiVersion, kind must be set"}},
		"a name that is a number": {manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: 1}}", want: []string{"manifest|metadata.name must be set, to a text"}},
		"a generated name":        {manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: a-}}", want: []string{"manifest|Set metadata.name"}},
		"a list":                  {manifest: "{apiVersion: v1, kind: List, items: []}", want: []string{"manifest|a List holds several objects"}},
		"a list of a kind":        {manifest: "{apiVersion: v1, kind: ConfigMapList, items: []}", want: []string{"manifest|a ConfigMapList holds several objects"}},
		"a status":                {manifest: someConfigMap + ", status: {}}", want: []string{"manifest|status is the cluster's to set"}},
		"what kubectl printed": {
			manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, uid: b, resourceVersion: '1', creationTimestamp: null}}",
			want:     []string{"manifest|metadata.uid, metadata.resourceVersion, metadata.creationTimestamp is the cluster's to set"},
		},
		"a Secret": {
			manifest: "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {password: hunter2}}",
			want:     []string{"manifest|a Secret with data would be shown"},
		},
		"a Secret, encoded": {
			manifest: "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {password: aHVudGVyMg==}}",
			want:     []string{"manifest|a Secret with data would be shown"},
		},
		"a rollout":                {manifest: someDeployment + "}", wait: &waitFor{Rollout: new(true)}},
		"no rollout of no rollout": {manifest: someConfigMap + "}", wait: &waitFor{Rollout: new(false)}},
		"a rollout of a ConfigMap": {manifest: someConfigMap + "}", wait: &waitFor{Rollout: new(true)}, want: []string{"wait_for.rollout|not a ConfigMap"}},
		"fields": {manifest: someConfigMap + "}", wait: &waitFor{Fields: map[string]string{
			"status.phase": "x", ".status.phase": "x", "{.status.phase}": "x", "status.loadBalancer.ingress[0].ip": "*",
			`metadata.annotations.example\.com/a`: "x", `status.conditions[?(@.type=="Ready")].status`: "True",
		}}},
		"no field": {
			manifest: someConfigMap + "}", wait: &waitFor{Fields: map[string]string{"status[": "x"}},
			want: []string{`wait_for.fields["status["]|"status[" is not a path`},
		},
		"a field that is not known yet": {
			manifest: someConfigMap + "}", wait: &waitFor{Fields: map[string]string{"status[": ""}},
			unknown: objectresource.UnknownPaths{path.Root("wait_for")},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := check(t.Context(), objectresource.CheckRequest[model]{
				Model: model{Manifest: textOf(test.manifest), WaitFor: test.wait}, Unknown: test.unknown,
			})
			matches := slices.EqualFunc(got, test.want, func(found objectresource.Problem, want string) bool {
				at, words, _ := strings.Cut(want, "|")
				return found.Path.String() == at && strings.Contains(found.Detail, words) && !strings.Contains(found.Detail, "hunter2")
			})
			if !matches {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}
