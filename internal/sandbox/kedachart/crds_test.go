package kedachart

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/releaseutil"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const crdKind = "CustomResourceDefinition"

// shipped is rendered once for all tests.
var shipped = sync.OnceValues(func() ([]byte, error) {
	return CRDs(context.Background())
})

func shippedCRDs(t *testing.T) objects {
	t.Helper()
	text, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	crds := objects{}
	for _, document := range releaseutil.SplitManifests(string(text)) {
		add(t, crds, "CRDs", document)
	}
	return crds
}

func TestChartHoldsTheShippedCRDs(t *testing.T) {
	t.Parallel()
	rendered := renderWith(t, loadChart(t), "")
	crds := shippedCRDs(t)
	if len(crds) != 6 {
		t.Fatalf("%d CRDs are shipped, want 6", len(crds))
	}
	for id, want := range crds {
		got := rendered[id]
		if got == nil {
			t.Errorf("%s is not in the chart", id)
			continue
		}
		if !reflect.DeepEqual(got.Object["spec"], want.Object["spec"]) {
			t.Errorf("%s: the chart's spec differs from the shipped one", id)
		}
		if !reflect.DeepEqual(got.GetAnnotations(), want.GetAnnotations()) {
			t.Errorf("%s: annotations are %v, want %v", id, got.GetAnnotations(), want.GetAnnotations())
		}
	}
}

// Each patch of config/crd/patches has left its mark.
func TestCRDsArePatched(t *testing.T) {
	t.Parallel()
	crds := shippedCRDs(t)
	properties := func(id string, path ...string) map[string]any {
		t.Helper()
		versions, _, err := unstructured.NestedSlice(crds[id].Object, "spec", "versions")
		if err != nil {
			t.Fatal(err)
		}
		root := []string{"schema", "openAPIV3Schema", "properties", "spec", "properties"}
		value, found, err := unstructured.NestedMap(versions[0].(map[string]any), slices.Concat(root, path)...)
		if err != nil || !found {
			t.Fatalf("%s has no %v: %v", id, path, err)
		}
		return value
	}
	const scaledJob, scaledObject = crdKind + " scaledjobs.keda.sh", crdKind + " scaledobjects.keda.sh"

	if _, found := properties(scaledJob, "triggers", "items", "properties")["metricType"]; found {
		t.Error("a ScaledJob's trigger has a metricType")
	}
	if properties(scaledJob, "jobTargetRef", "properties", "template", "properties", "metadata")["x-kubernetes-preserve-unknown-fields"] != true {
		t.Error("a ScaledJob's pod template loses its metadata")
	}
	window := properties(scaledObject, "advanced", "properties", "horizontalPodAutoscalerConfig", "properties", "behavior",
		"properties", "scaleDown", "properties", "stabilizationWindowSeconds")
	if window["maximum"] != float64(3600) {
		t.Errorf("stabilizationWindowSeconds has maximum %v, want 3600", window["maximum"])
	}
}

func TestCRDAnnotationsAreAdded(t *testing.T) {
	t.Parallel()
	rendered := renderWith(t, loadChart(t), `crds: {additionalAnnotations: {helm.sh/resource-policy: keep}}`)
	for id := range shippedCRDs(t) {
		annotations := rendered[id].GetAnnotations()
		if annotations["helm.sh/resource-policy"] != "keep" || annotations["controller-gen.kubebuilder.io/version"] == "" {
			t.Errorf("%s: annotations are %v, want the given one beside the shipped one", id, annotations)
		}
	}
}

func TestBracesInACRDAreText(t *testing.T) {
	t.Parallel()
	c := loadChart(t)
	c.Files = append(c.Files, &chart.File{Name: "files/crds/braces.yaml", Data: []byte(`
kind: CustomResourceDefinition
metadata: {name: braces}
spec: {description: 'a template such as "{{ .value }}" or {{ fail }}'}
`)})
	got := renderWith(t, c, "")[crdKind+" braces"]
	description, _, _ := unstructured.NestedString(got.Object, "spec", "description")
	if want := `a template such as "{{ .value }}" or {{ fail }}`; description != want {
		t.Errorf("description is %q, want %q", description, want)
	}
}
