package main

import (
	"bytes"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

func TestPrintCRDs(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	if err := printCRDs(&out); err != nil {
		t.Fatal(err)
	}
	byKind := map[string]*apiextensionsv1.CustomResourceDefinition{}
	for _, document := range strings.Split(out.String(), "---\n")[1:] {
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict([]byte(document), crd); err != nil {
			t.Fatal(err)
		}
		byKind[crd.Spec.Names.Kind] = crd
	}
	for _, kind := range []string{"NodePool", "NodeClaim", "NodeOverlay"} {
		if byKind[kind] == nil {
			t.Errorf("%s is missing", kind)
		}
	}
	node, err := nodeSpecOf(byKind["NodePool"].Spec.Versions[0].Schema.OpenAPIV3Schema)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(node.Properties["expireAfter"].Default.Raw); got != `"336h"` {
		t.Errorf("expireAfter is %s by default, want that of EKS Auto Mode", got)
	}
	if !strings.Contains(out.String(), "expireAfter cannot be Never") {
		t.Error("the rule against expireAfter Never is missing")
	}
}
