package sandboxtest

import (
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestInventoryArithmetic(t *testing.T) {
	t.Parallel()
	role := Item{Kind: "iam role", Name: "a-reader"}
	pod := Item{Kind: "Pod", Name: "web/a-0", Owned: true}
	other := Item{Kind: "sqs queue", Name: "b"}
	all := Inventory{role, role, pod, other}
	for name, c := range map[string]struct{ got, want Inventory }{
		"twice":   {all.Without(Inventory{role, other}), Inventory{role, pod}},
		"nothing": {all.Without(all), nil},
		"named":   {all.Named("a-"), Inventory{role, role, pod}},
		"made":    {all.Made(), Inventory{role, role, other}},
		"renamed": {Inventory{role}.Renamed("a", "b"), Inventory{{Kind: "iam role", Name: "b-rebder"}}},
	} {
		if len(c.got) != len(c.want) || (len(c.want) > 0 && !reflect.DeepEqual(c.got, c.want)) {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

func TestInventoryOfObjects(t *testing.T) {
	t.Parallel()
	object := func(apiVersion, kind, namespace, name string, fields, metadata map[string]any) unstructured.Unstructured {
		u := unstructured.Unstructured{Object: fields}
		if fields == nil {
			u.Object = map[string]any{}
		}
		u.Object["metadata"] = metadata
		u.SetAPIVersion(apiVersion)
		u.SetKind(kind)
		u.SetNamespace(namespace)
		u.SetName(name)
		return u
	}
	release := func(version, status string) unstructured.Unstructured {
		return object("v1", "Secret", "keda", "sh.helm.release.v1.keda.v"+version, map[string]any{"type": "helm.sh/release.v1"},
			map[string]any{"labels": map[string]any{"name": "keda", "status": status, "version": version}})
	}
	owner := []any{map[string]any{"kind": "ReplicaSet", "name": "web", "apiVersion": "apps/v1", "uid": "1"}}
	got := itemsOf([]unstructured.Unstructured{
		object("v1", "ConfigMap", "web", "kube-root-ca.crt", nil, map[string]any{}),
		object("v1", "ServiceAccount", "web", "default", nil, map[string]any{}),
		object("apiregistration.k8s.io/v1", "APIService", "", "v1.apps", nil, map[string]any{"labels": map[string]any{"kube-aggregator.kubernetes.io/automanaged": "onstart"}}),
		object("v1", "Pod", "web", "a", nil, map[string]any{"ownerReferences": owner}),
		object("apps/v1", "Deployment", "web", "a", nil, map[string]any{}),
		release("9", "superseded"), release("10", "deployed"),
	})
	want := Inventory{
		{Kind: "Pod", Name: "web/a", Owned: true},
		{Kind: "Deployment.apps", Name: "web/a"},
		{Kind: "helm release", Name: "keda/keda deployed"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
