package eks

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/eventscale/terraform-provider-keda/internal/eks/karpenter"
)

// fullPool sets every attribute that a pool can have at once.
func fullPool() NodePoolModel {
	return nodePool(func(m *NodePoolModel) {
		m.InstanceSizes, m.GPUNames, m.GPUMemoryMinMiB, m.GPUCounts = []string{"xlarge", "12xlarge"}, []string{"l4", "l40s"}, new(int64(22888)), []int64{1, 4}
		m.CapacityTypes, m.Architectures, m.Zones = []string{"spot", "on-demand"}, []string{"amd64"}, []string{"us-west-2a"}
		m.Requirements = []Requirement{{Key: autoMode("instance-cpu"), Operator: opLt, Values: []string{"64"}, MinValues: new(int32(2))}}
		m.Labels, m.Annotations = map[string]string{"team": "a"}, map[string]string{"note": "b"}
		m.Taints, m.StartupTaints = []Taint{defaultTaint}, []Taint{{Key: "cni", Effect: "NoExecute"}}
		m.Limits = &Limits{CPU: new("1000"), Memory: new("4Ti"), GPUs: new(int64(10)), Nodes: new(int64(9))}
		m.Disruption = &Disruption{ConsolidateAfter: "60s", ConsolidationPolicy: new("WhenEmpty"), Budgets: []Budget{
			{Nodes: "10%", Reasons: []string{"Empty"}, Schedule: new("@daily"), Duration: new("8h")},
		}}
		m.ExpireAfter, m.TerminationGracePeriod, m.Weight = new("400h"), new("1h"), new(int32(10))
		m.NodeClass = fullNodeClass()
	})
}

func fullNodeClass() NodeClass {
	tags := map[string]string{"a": "b"}
	return NodeClass{
		Role: new("nodes"), SubnetTags: tags, SubnetIDs: []string{"subnet-1"}, SecurityGroupTags: tags, SecurityGroupIDs: []string{"sg-1"},
		SecurityGroupNames: []string{"nodes"}, PodSubnetTags: tags, PodSubnetIDs: []string{"subnet-2"}, PodSecurityGroupTags: tags,
		PodSecurityGroupIDs: []string{"sg-2"}, PodSecurityGroupNames: []string{"pods"}, CapacityReservationTags: tags,
		CapacityReservationOwner: new("123456789012"), CapacityReservationIDs: []string{"cr-1"}, SNATPolicy: new("Disabled"), NetworkPolicy: new("DefaultDeny"),
		NetworkPolicyEventLogs: new("Enabled"), EphemeralStorage: &EphemeralStorage{Size: new("100Gi"), IOPS: new(int64(4000)), Throughput: new(int64(250)), KMSKeyID: new("k")},
		AdvancedNetworking: &AdvancedNetworking{
			AssociatePublicIPAddress: new(false), HTTPSProxy: new("http://proxy"), NoProxy: []string{"a"}, IPv4PrefixSize: new("32"), EnableV4Egress: new(false),
		},
		AdvancedSecurity: &AdvancedSecurity{FIPS: new(true)}, CertificateBundles: []CertificateBundle{{Name: "a", Data: "YQ=="}},
		PlacementGroup: &PlacementGroup{ID: new("pg-1")}, Tags: tags,
	}
}

func TestFullPoolSetsEverything(t *testing.T) {
	t.Parallel()
	computed := []string{"Replicas", "NodeClassName", "NodeClassUID", "Ready", "NodePoolOutputs", "Common"}
	pool := reflect.ValueOf(fullPool())
	for i := range pool.NumField() {
		if name := pool.Type().Field(i).Name; pool.Field(i).IsZero() && !slices.Contains(computed, name) {
			t.Errorf("%s is not set", name)
		}
	}
	class := reflect.ValueOf(fullNodeClass())
	for i := range class.NumField() {
		if name := class.Type().Field(i).Name; class.Field(i).IsZero() && !slices.Contains([]string{"Name", "Group", "Kind", "InstanceProfile"}, name) {
			t.Errorf("NodeClass.%s is not set", name)
		}
	}
}

// TestNodePoolThereAndBack absorbs what the model was turned into, over itself
// as a refresh does and over nothing as an import does.
func TestNodePoolThereAndBack(t *testing.T) {
	t.Parallel()
	for name, wanted := range map[string]NodePoolModel{
		"full": fullPool(),
		"static": nodePool(func(m *NodePoolModel) {
			m.Architectures, m.Taints, m.Replicas, m.Limits = []string{"amd64"}, []Taint{}, new(int64(2)), &Limits{Nodes: new(int64(2))}
		}),
		"explicit": nodePool(func(m *NodePoolModel) {
			m.InstanceFamilies, m.Architectures, m.Taints = nil, []string{"amd64"}, []Taint{defaultTaint}
		}),
		"self-managed": nodePool(func(m *NodePoolModel) {
			m.Architectures, m.Taints, m.NodeClass = []string{"amd64"}, []Taint{defaultTaint}, NodeClass{Name: new("default"), Group: new(selfManagedGroup)}
		}),
	} {
		found, err := wanted.object()
		if err != nil {
			t.Fatal(err)
		}
		again := wanted
		if err := again.absorb(found); err != nil || !reflect.DeepEqual(again, wanted) {
			t.Errorf("%s: refreshed (%v)\ngot  %s\nwant %s", name, err, text(t, again), text(t, wanted))
		}
		var imported NodePoolModel
		if err := imported.absorb(found); err != nil {
			t.Fatal(err)
		}
		if wanted.NodeClass.isMade() {
			class, err := wanted.nodeClass()
			if err != nil {
				t.Fatal(err)
			}
			imported.NodeClass.Name = nil
			if err := imported.absorbNodeClass(class); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(imported, wanted) {
			t.Errorf("%s: imported\ngot  %s\nwant %s", name, text(t, imported), text(t, wanted))
		}
	}
}

func text(t *testing.T, m NodePoolModel) string {
	t.Helper()
	encoded, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

func TestManufacturerIsRequiredWhereNothingElseSaysNVIDIA(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*NodePoolModel)
		want   bool
	}{
		"families":         {func(*NodePoolModel) {}, false},
		"GPUs":             {func(m *NodePoolModel) { m.InstanceFamilies, m.GPUNames = nil, []string{"l4"} }, false},
		"type":             {func(m *NodePoolModel) { m.InstanceFamilies = nil; requires(in(instanceTypeLabel, "g6.xlarge"))(m) }, false},
		"nothing":          {func(m *NodePoolModel) { m.InstanceFamilies = nil }, true},
		"sizes":            {func(m *NodePoolModel) { m.InstanceFamilies, m.InstanceSizes = nil, []string{"xlarge"} }, true},
		"no such provider": {func(m *NodePoolModel) { m.InstanceFamilies, m.NodeClass.Group = nil, new("karpenter.azure.com") }, false},
	} {
		m := nodePool(test.change)
		got := slices.ContainsFunc(m.allRequirements(), func(r sourced) bool { return r.Key == autoMode(manufacturerLabel) })
		if got != test.want {
			t.Errorf("%s: required %t, want %t", name, got, test.want)
		}
	}
}

// change is the NodePool of the model with a change by somebody else.
func changed(t *testing.T, m NodePoolModel, merge string) *unstructured.Unstructured {
	t.Helper()
	found, err := m.object()
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := utiljson.Unmarshal([]byte(merge), &fields); err != nil {
		t.Fatal(err)
	}
	for path, value := range fields {
		if err := unstructured.SetNestedField(found.Object, value, "spec", "template", "spec", path); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// TestDriftIsShown changes what the model sets: the model must not stay as it is,
// because nothing would be repaired then.
func TestDriftIsShown(t *testing.T) {
	t.Parallel()
	pool := nodePool(func(m *NodePoolModel) { m.Architectures, m.Taints = []string{"amd64"}, []Taint{defaultTaint} })
	nothing := nodePool(func(m *NodePoolModel) {
		m.InstanceFamilies, m.Architectures, m.Taints = nil, []string{"amd64"}, []Taint{defaultTaint}
	})
	for name, test := range map[string]struct {
		model NodePoolModel
		merge string
	}{
		"other family":        {pool, `{"requirements": [{"key": "eks.amazonaws.com/instance-family", "operator": "In", "values": ["g5"]}, {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}]}`},
		"family excluded":     {pool, `{"requirements": [{"key": "eks.amazonaws.com/instance-family", "operator": "NotIn", "values": ["g6", "g6e"]}, {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}]}`},
		"no family":           {pool, `{"requirements": [{"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}]}`},
		"no architecture":     {pool, `{"requirements": [{"key": "eks.amazonaws.com/instance-family", "operator": "In", "values": ["g6", "g6e"]}]}`},
		"no manufacturer":     {nothing, `{"requirements": [{"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}]}`},
		"other manufacturer":  {nothing, `{"requirements": [{"key": "eks.amazonaws.com/instance-gpu-manufacturer", "operator": "In", "values": ["amd"]}, {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}]}`},
		"no taint":            {pool, `{"taints": []}`},
		"lifetime":            {pool, `{"expireAfter": "1h"}`},
		"other kind of class": {pool, `{"nodeClassRef": {"group": "eks.amazonaws.com", "kind": "Other", "name": "gpu"}}`},
	} {
		after := test.model
		if err := after.absorb(changed(t, test.model, test.merge)); err != nil {
			t.Fatal(err)
		}
		if reflect.DeepEqual(after, test.model) {
			t.Errorf("%s: not shown", name)
		}
	}
}

func TestDriftOfTheNodeClassIsShown(t *testing.T) {
	t.Parallel()
	for name, terms := range map[string]string{
		"more tags":       `[{"tags": {"karpenter.sh/discovery": "c", "more": "d"}}]`,
		"two terms":       `[{"tags": {"karpenter.sh/discovery": "c"}}, {"tags": {"other": "d"}}]`,
		"same term twice": `[{"tags": {"karpenter.sh/discovery": "c"}}, {"tags": {"karpenter.sh/discovery": "c"}}]`,
		"by ID":           `[{"id": "subnet-1"}]`,
		"none":            `[]`,
	} {
		m := nodePool()
		found, err := m.nodeClass()
		if err != nil {
			t.Fatal(err)
		}
		var list []any
		if err := json.Unmarshal([]byte(terms), &list); err != nil {
			t.Fatal(err)
		}
		if err := unstructured.SetNestedField(found.Object, list, "spec", "subnetSelectorTerms"); err != nil {
			t.Fatal(err)
		}
		after := m
		if err := after.absorbNodeClass(found); err != nil || reflect.DeepEqual(after, m) {
			t.Errorf("%s: not shown (%v)", name, err)
		}
	}
}

func TestAttributeOf(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		".spec.limits.nvidia.com/gpu":                     "limits.gpus",
		"spec.limits[cpu]":                                "limits.cpu",
		"spec.template.spec.requirements[2].values[0]":    "requirements",
		".spec.template.spec.expireAfter":                 "expire_after",
		"spec.disruption.budgets[0].schedule":             "disruption.budgets",
		".spec.template.metadata.labels.example.com/team": "labels",
		".metadata.labels.app.kubernetes.io/managed-by":   "",
		"spec.template.spec.nodeClassRef.group":           "node_class",
		"":                                                "",
	} {
		if got := attributeOf(poolFields, field).String(); got != want {
			t.Errorf("%q is at %q, want %q", field, got, want)
		}
	}
	if got := attributeOf(classFields, ".spec.ephemeralStorage.iops").String(); got != "node_class.ephemeral_storage.iops" {
		t.Errorf("got %q", got)
	}
}

// TestFieldsAreAttributes finds a field that is mapped to no attribute.
func TestFieldsAreAttributes(t *testing.T) {
	t.Parallel()
	own := nodePoolSchemaOf(t)
	for _, fields := range []map[string]string{poolFields, classFields} {
		for field, attribute := range fields {
			if _, diags := own.TypeAtPath(t.Context(), at(attribute)); diags.HasError() {
				t.Errorf("%s: %s is no attribute", field, attribute)
			}
		}
	}
	if karpenter.PoolLabel != poolLabel {
		t.Error("two labels for one thing")
	}
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	m := nodePool(func(m *NodePoolModel) {
		m.InstanceFamilies, m.GPUCounts, m.Limits = []string{"g6"}, []int64{1}, &Limits{CPU: new("16")}
		m.Taints = []Taint{defaultTaint, {Key: "team", Effect: "NoExecute"}}
	})
	got := m.outputs()
	want := NodePoolOutputs{
		InstanceTypes: []string{"g6.2xlarge", "g6.4xlarge", "g6.xlarge"},
		OnDemandPrices: &Prices{
			Region: "us-east-1", Date: "2026-07-20", Cheapest: Price{"g6.xlarge", 0.8048}, Dearest: Price{"g6.4xlarge", 1.3232},
		},
		NodeSelector: map[string]string{"karpenter.sh/nodepool": "gpu"},
		Tolerations:  []Toleration{{"nvidia.com/gpu", "Exists", "NoSchedule"}, {"team", "Exists", "NoExecute"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	m = nodePool(func(m *NodePoolModel) { m.InstanceFamilies = []string{"p5e"} })
	if prices := m.outputs().OnDemandPrices; prices != nil {
		t.Errorf("p5e has no price, and there is %+v", prices)
	}
	m.NodeClass = NodeClass{Name: new("a"), Group: new(selfManagedGroup)}
	if types := m.outputs().InstanceTypes; types != nil {
		t.Errorf("the catalogue is not for self-managed Karpenter, and there is %v", types)
	}
}
