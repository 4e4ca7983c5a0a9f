package main

import (
	"fmt"
	"io"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/karpenter/pkg/apis"
	"sigs.k8s.io/yaml"
)

// printCRDs writes the CustomResourceDefinitions of karpenter.sh as a YAML
// stream: those of the Karpenter module that this program is built from, with
// the rules that EKS Auto Mode adds to NodePools.
func printCRDs(w io.Writer) error {
	for _, embedded := range [][]byte{apis.NodePoolCRD, apis.NodeClaimCRD, apis.NodeOverlayCRD} {
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(embedded, crd); err != nil {
			return fmt.Errorf("reading an embedded CustomResourceDefinition: %w", err)
		}
		if crd.Spec.Names.Kind == "NodePool" {
			if err := addAutoModeRules(crd); err != nil {
				return err
			}
		}
		out, err := yaml.Marshal(crd)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "---\n%s", out); err != nil {
			return err
		}
	}
	return nil
}

// addAutoModeRules limits the life of a node as EKS Auto Mode does: 14 days
// unless set, never without end, and at most 21 days together with the time for
// draining, which counts as 24 hours if it is not set.
func addAutoModeRules(nodePools *apiextensionsv1.CustomResourceDefinition) error {
	const maxLifetime = "duration('504h')"
	for i := range nodePools.Spec.Versions {
		node, err := nodeSpecOf(nodePools.Spec.Versions[i].Schema.OpenAPIV3Schema)
		if err != nil {
			return err
		}
		expireAfter, found := node.Properties["expireAfter"]
		if !found {
			return fmt.Errorf("the NodePool CustomResourceDefinition has no expireAfter")
		}
		expireAfter.Default = &apiextensionsv1.JSON{Raw: []byte(`"336h"`)}
		node.Properties["expireAfter"] = expireAfter
		node.XValidations = append(node.XValidations,
			apiextensionsv1.ValidationRule{
				Rule:    "self.expireAfter != 'Never'",
				Message: "expireAfter cannot be Never",
			},
			apiextensionsv1.ValidationRule{
				Rule: "self.expireAfter == 'Never' || duration(self.expireAfter) + " +
					"(has(self.terminationGracePeriod) ? duration(self.terminationGracePeriod) : duration('24h')) <= " + maxLifetime,
				Message: "expireAfter and terminationGracePeriod (24h if not set) cannot be more than 504h together",
			},
		)
		template := nodePools.Spec.Versions[i].Schema.OpenAPIV3Schema.Properties["spec"].Properties["template"]
		template.Properties["spec"] = *node
	}
	return nil
}

// nodeSpecOf returns a copy of the schema of spec.template.spec.
func nodeSpecOf(schema *apiextensionsv1.JSONSchemaProps) (*apiextensionsv1.JSONSchemaProps, error) {
	for _, name := range []string{"spec", "template", "spec"} {
		property, found := schema.Properties[name]
		if !found {
			return nil, fmt.Errorf("the NodePool CustomResourceDefinition has no spec.template.spec")
		}
		schema = &property
	}
	return schema, nil
}
