package main

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// nodeClassCRDFile belongs to the main module. Its test is here because this
// module has the API server's own checks among its dependencies.
const nodeClassCRDFile = "../../gpunodes/eks.amazonaws.com_nodeclasses.yaml"

type (
	object = map[string]any
	list   = []any
)

// spec returns a valid spec with the changes; nil removes a field.
func spec(changes object) object {
	s := object{
		"role":                       "node-role",
		"subnetSelectorTerms":        list{object{"tags": object{"discovery": "*"}}},
		"securityGroupSelectorTerms": list{object{"id": "sg-0abc"}},
	}
	maps.Copy(s, changes)
	maps.DeleteFunc(s, func(_ string, value any) bool { return value == nil })
	return s
}

func subnets(count int) list {
	var terms list
	for i := range count {
		terms = append(terms, object{"id": fmt.Sprintf("subnet-%d", i)})
	}
	return terms
}

func tags(count int) object {
	all := object{}
	for i := range count {
		all[fmt.Sprintf("key-%d", i)] = "value"
	}
	return all
}

func TestNodeClassCRDAccepts(t *testing.T) {
	t.Parallel()

	check := newNodeClassChecker(t)
	for name, changes := range map[string]object{
		"the least":                   {},
		"instance profile":            {"role": nil, "instanceProfile": "eks-nodes"},
		"30 subnet terms":             {"subnetSelectorTerms": subnets(30)},
		"20 tags":                     {"subnetSelectorTerms": list{object{"tags": tags(20)}}},
		"security group by name":      {"securityGroupSelectorTerms": list{object{"name": "nodes"}}},
		"pod subnets and groups":      {"podSubnetSelectorTerms": subnets(1), "podSecurityGroupSelectorTerms": list{object{"id": "sg-1"}}},
		"capacity reservation by id":  {"capacityReservationSelectorTerms": list{object{"id": "cr-1"}}},
		"capacity reservation by tag": {"capacityReservationSelectorTerms": list{object{"tags": tags(1), "owner": "123456789012"}}},
		"smallest storage":            {"ephemeralStorage": object{"size": "1Gi", "iops": int64(3000), "throughput": int64(125)}},
		"largest storage":             {"ephemeralStorage": object{"size": "59000Gi", "iops": int64(16000), "throughput": int64(1000)}},
		"storage in another unit":     {"ephemeralStorage": object{"size": "57Ti"}},
		"networking":                  {"advancedNetworking": object{"associatePublicIPAddress": false, "httpsProxy": "http://proxy:3128", "noProxy": list{"10.0.0.0/8"}, "ipv4PrefixSize": "32"}},
		"FIPS":                        {"advancedSecurity": object{"fips": true}},
		"certificate bundle":          {"certificateBundles": list{object{"name": "ca", "data": "YWJj"}}},
		"placement group":             {"placementGroupSelector": object{"name": "near"}},
		"tags":                        {"tags": object{"team": "ml", "empty": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if problems := check(t, spec(changes)); len(problems) > 0 {
				t.Error(problems)
			}
		})
	}
}

func TestNodeClassCRDRefuses(t *testing.T) {
	t.Parallel()

	const oneRole = "exactly one of role and instanceProfile"
	check := newNodeClassChecker(t)
	for name, test := range map[string]struct {
		changes object
		want    string
	}{
		"role and instance profile":   {object{"instanceProfile": "eks-nodes"}, oneRole},
		"neither":                     {object{"role": nil}, oneRole},
		"ARN of a role":               {object{"role": "arn:aws:iam::123456789012:role/x"}, "spec.role"},
		"role of 65 characters":       {object{"role": strings.Repeat("a", 65)}, "spec.role"},
		"profile without eks":         {object{"role": nil, "instanceProfile": "nodes"}, "spec.instanceProfile"},
		"no subnets":                  {object{"subnetSelectorTerms": nil}, "spec.subnetSelectorTerms"},
		"empty subnets":               {object{"subnetSelectorTerms": list{}}, "spec.subnetSelectorTerms"},
		"31 subnet terms":             {object{"subnetSelectorTerms": subnets(31)}, "spec.subnetSelectorTerms"},
		"subnet by id and tags":       {object{"subnetSelectorTerms": list{object{"id": "subnet-1", "tags": tags(1)}}}, "exactly one of id and tags"},
		"subnet by nothing":           {object{"subnetSelectorTerms": list{object{}}}, "exactly one of id and tags"},
		"subnet with a group's id":    {object{"subnetSelectorTerms": list{object{"id": "sg-1"}}}, "spec.subnetSelectorTerms[0].id"},
		"empty tag value":             {object{"subnetSelectorTerms": list{object{"tags": object{"a": ""}}}}, "cannot be empty"},
		"21 tags":                     {object{"subnetSelectorTerms": list{object{"tags": tags(21)}}}, "spec.subnetSelectorTerms[0].tags"},
		"no security groups":          {object{"securityGroupSelectorTerms": nil}, "spec.securityGroupSelectorTerms"},
		"group by id and name":        {object{"securityGroupSelectorTerms": list{object{"id": "sg-1", "name": "x"}}}, "exactly one of id, name and tags"},
		"group by nothing":            {object{"securityGroupSelectorTerms": list{object{}}}, "exactly one of id, name and tags"},
		"pod subnets alone":           {object{"podSubnetSelectorTerms": subnets(1)}, "must be set together"},
		"reservation by id and owner": {object{"capacityReservationSelectorTerms": list{object{"id": "cr-1", "owner": "123456789012"}}}, "owner goes with tags"},
		"SNAT policy":                 {object{"snatPolicy": "None"}, "spec.snatPolicy"},
		"network policy":              {object{"networkPolicy": "Deny"}, "spec.networkPolicy"},
		"network policy event logs":   {object{"networkPolicyEventLogs": "On"}, "spec.networkPolicyEventLogs"},
		"storage too small":           {object{"ephemeralStorage": object{"size": "1023Mi"}}, "from 1Gi to 59000Gi"},
		"storage too large":           {object{"ephemeralStorage": object{"size": "59001Gi"}}, "from 1Gi to 59000Gi"},
		"storage not a quantity":      {object{"ephemeralStorage": object{"size": "big"}}, "from 1Gi to 59000Gi"},
		"too few iops":                {object{"ephemeralStorage": object{"iops": int64(2999)}}, "iops"},
		"too many iops":               {object{"ephemeralStorage": object{"iops": int64(16001)}}, "iops"},
		"too little throughput":       {object{"ephemeralStorage": object{"throughput": int64(124)}}, "throughput"},
		"too much throughput":         {object{"ephemeralStorage": object{"throughput": int64(1001)}}, "throughput"},
		"prefix size":                 {object{"advancedNetworking": object{"ipv4PrefixSize": "28"}}, "ipv4PrefixSize"},
		"proxy without scheme":        {object{"advancedNetworking": object{"httpsProxy": "proxy:3128"}}, "httpsProxy"},
		"certificates not base64":     {object{"certificateBundles": list{object{"name": "ca", "data": "!"}}}, "certificateBundles[0].data"},
		"placement group twice":       {object{"placementGroupSelector": object{"name": "a", "id": "pg-1"}}, "exactly one of name and id"},
		"tag of a cluster":            {object{"tags": object{"kubernetes.io/cluster/x": "owned"}}, "kubernetes.io/cluster"},
		"tag of a provisioner":        {object{"tags": object{"karpenter.sh/provisioner-name": "x"}}, "tags cannot be"},
		"tag of a node pool":          {object{"tags": object{"karpenter.sh/nodepool": "x"}}, "tags cannot be"},
		"tag of a node claim":         {object{"tags": object{"karpenter.sh/nodeclaim": "x"}}, "tags cannot be"},
		"tag of a manager":            {object{"tags": object{"karpenter.sh/managed-by": "x"}}, "tags cannot be"},
		"tag of a node class":         {object{"tags": object{"eks.amazonaws.com/nodeclass": "x"}}, "tags cannot be"},
		"misspelt field":              {object{"roles": "x"}, "unknown field spec.roles"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			problems := check(t, spec(test.changes))
			if !strings.Contains(strings.Join(problems, "\n"), test.want) {
				t.Errorf("problems are %q, want one about %q", problems, test.want)
			}
		})
	}
}

func TestNodeClassCRDDefaults(t *testing.T) {
	t.Parallel()

	s := spec(object{"advancedNetworking": object{}})
	if problems := newNodeClassChecker(t)(t, s); len(problems) > 0 {
		t.Fatal(problems)
	}
	want := spec(object{
		"snatPolicy":             "Random",
		"networkPolicy":          "DefaultAllow",
		"networkPolicyEventLogs": "Disabled",
		"ephemeralStorage":       object{"size": "80Gi", "iops": int64(3000), "throughput": int64(125)},
		"advancedNetworking":     object{"ipv4PrefixSize": "Auto", "enableV4Egress": true},
	})
	if got, want := fmt.Sprint(s), fmt.Sprint(want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// newNodeClassChecker returns a function that fills in a spec's defaults and
// returns what the API server refuses in it.
func newNodeClassChecker(t *testing.T) func(*testing.T, object) []string {
	t.Helper()

	content, err := os.ReadFile(nodeClassCRDFile)
	if err != nil {
		t.Fatal(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(content, &crd); err != nil {
		t.Fatal(err)
	}
	var internal apiextensions.JSONSchemaProps
	openAPI := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(openAPI, &internal, nil); err != nil {
		t.Fatal(err)
	}
	structural, err := schema.NewStructural(&internal)
	if err != nil {
		t.Fatal(err)
	}
	validator, _, err := validation.NewSchemaValidator(&internal)
	if err != nil {
		t.Fatal(err)
	}
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)

	return func(t *testing.T, s object) []string {
		t.Helper()

		nodeClass := object{
			"apiVersion": eksGroup + "/v1",
			"kind":       "NodeClass",
			"metadata":   object{"name": "test"},
			"spec":       s,
		}
		var problems []string
		defaulting.Default(nodeClass, structural)
		unknown := pruning.PruneWithOptions(nodeClass, structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
		for _, field := range unknown {
			problems = append(problems, "unknown field "+field)
		}
		for _, problem := range validation.ValidateCustomResource(nil, nodeClass, validator) {
			problems = append(problems, problem.Error())
		}
		broken, _ := rules.Validate(t.Context(), nil, structural, nodeClass, nil, celconfig.RuntimeCELCostBudget)
		for _, problem := range broken {
			problems = append(problems, problem.Error())
		}
		return problems
	}
}
