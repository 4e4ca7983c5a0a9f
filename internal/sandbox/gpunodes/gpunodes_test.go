package gpunodes_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/gpunodes"
)

// fileType is the file's format as its reader, the karpenter program, has it.
type fileType struct {
	Name      string              `json:"name"`
	Labels    map[string]string   `json:"labels"`
	AnyValue  []string            `json:"anyValue"`
	Capacity  corev1.ResourceList `json:"capacity"`
	Reserved  corev1.ResourceList `json:"reserved"`
	Offerings []struct {
		Zone         string  `json:"zone"`
		CapacityType string  `json:"capacityType"`
		Price        float64 `json:"price"`
	} `json:"offerings"`
}

// readFile decodes the file and refuses what its reader refuses.
func readFile(t *testing.T, region string) map[string]fileType {
	t.Helper()

	content, err := gpunodes.InstanceTypesJSON(region)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var list []fileType
	if err := decoder.Decode(&list); err != nil {
		t.Fatal(err)
	}
	byName := map[string]fileType{}
	for _, it := range list {
		byName[it.Name] = it
	}
	return byName
}

func TestInstanceTypesJSON(t *testing.T) {
	t.Parallel()

	file := readFile(t, "us-west-2")
	if want := len(instancetypes.All()); len(file) != want {
		t.Fatalf("%d types, want the catalogue's %d", len(file), want)
	}
	for name, it := range file {
		if len(it.Offerings) != 6 {
			t.Errorf("%s has %d offerings, want spot and on-demand in 3 zones", name, len(it.Offerings))
		}
		for resourceName, reserved := range it.Reserved {
			total := it.Capacity[resourceName]
			if reserved.Sign() <= 0 || reserved.Cmp(total) >= 0 {
				t.Errorf("%s keeps %s of %s %s", name, reserved.String(), total.String(), resourceName)
			}
		}
		for _, o := range it.Offerings {
			if o.Price <= 0 {
				t.Errorf("%s costs nothing as %s in %s: Karpenter would always take it", name, o.CapacityType, o.Zone)
			}
		}
	}
}

func TestInstanceTypeInTheFile(t *testing.T) {
	t.Parallel()

	it := readFile(t, "eu-central-1")["g6.xlarge"]
	for key, want := range map[string]string{
		"kubernetes.io/arch":                          "amd64",
		"topology.kubernetes.io/region":               "eu-central-1",
		"eks.amazonaws.com/compute-type":              "auto",
		"eks.amazonaws.com/instance-family":           "g6",
		"eks.amazonaws.com/instance-gpu-name":         "l4",
		"eks.amazonaws.com/instance-gpu-memory":       "22888",
		"eks.amazonaws.com/instance-memory":           "16384",
		"eks.amazonaws.com/instance-local-nvme":       "250",
		"eks.amazonaws.com/instance-gpu-manufacturer": "nvidia",
	} {
		if got := it.Labels[key]; got != want {
			t.Errorf("label %s is %q, want %q", key, got, want)
		}
	}
	for name, want := range map[corev1.ResourceName]string{
		corev1.ResourceCPU: "4", corev1.ResourcePods: "110", "nvidia.com/gpu": "1",
		corev1.ResourceEphemeralStorage: "250G", corev1.ResourceMemory: "15155Mi",
	} {
		if got := it.Capacity[name]; got.Cmp(resource.MustParse(want)) != 0 {
			t.Errorf("%s is %s, want %s", name, got.String(), want)
		}
	}
	if got := it.Reserved[corev1.ResourceCPU]; got.String() != "80m" {
		t.Errorf("%s CPU is reserved, want 80m", got.String())
	}
	if o := it.Offerings[0]; o.Zone != "eu-central-1a" || o.CapacityType != "on-demand" || o.Price != 0.8048 {
		t.Errorf("the first offering is %+v", o)
	}
	if onDemand, spot := it.Offerings[0], it.Offerings[1]; spot.CapacityType != "spot" || spot.Price >= onDemand.Price {
		t.Errorf("the second offering is %+v, want a spot price below on-demand", spot)
	}
}

func TestUnknownValuesAreNotMissingOnes(t *testing.T) {
	t.Parallel()

	const nvme = "eks.amazonaws.com/instance-local-nvme"
	file := readFile(t, "us-west-2")
	for name, want := range map[string]struct{ label, anyValue bool }{
		"g6.xlarge":   {label: true},
		"g5g.xlarge":  {},
		"p5.48xlarge": {anyValue: true},
	} {
		_, label := file[name].Labels[nvme]
		if anyValue := slices.Contains(file[name].AnyValue, nvme); label != want.label || anyValue != want.anyValue {
			t.Errorf("%s: label %v, any value %v, want %+v", name, label, anyValue, want)
		}
	}
}

func TestEmbeddedYAMLParses(t *testing.T) {
	t.Parallel()

	for name, want := range map[string]struct {
		content []byte
		names   []string
	}{
		"CRD":    {gpunodes.NodeClassCRD, []string{"nodeclasses.eks.amazonaws.com"}},
		"stages": {gpunodes.NodeStages, []string{"node-ready", "node-heartbeat"}},
	} {
		var names []string
		for document := range strings.SplitSeq(string(want.content), "\n---\n") {
			var object struct {
				Metadata struct {
					Name string `json:"name"`
				} `json:"metadata"`
				Spec struct {
					ResourceRef struct {
						Kind string `json:"kind"`
					} `json:"resourceRef"`
				} `json:"spec"`
			}
			if err := yaml.Unmarshal([]byte(document), &object); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			names = append(names, object.Metadata.Name)
			if kind := object.Spec.ResourceRef.Kind; name == "stages" && kind != "Node" {
				t.Errorf("a stage is for %q: pods belong to the pod runner", kind)
			}
		}
		if !slices.Equal(names, want.names) {
			t.Errorf("%s: names %v, want %v", name, names, want.names)
		}
	}
}

func TestSystemNode(t *testing.T) {
	t.Parallel()

	node := gpunodes.SystemNode("us-west-2")
	if node.Annotations["kwok.x-k8s.io/node"] != "fake" {
		t.Error("KWOK would not keep this node Ready")
	}
	if node.Status.Allocatable.Cpu().Value() != 32 {
		t.Errorf("%s CPU, want 32", node.Status.Allocatable.Cpu())
	}
	if pool, set := node.Labels["karpenter.sh/nodepool"]; set {
		t.Errorf("the node claims to be of node pool %q: Karpenter would wait for its NodeClaim for ever", pool)
	}
}

func TestKwokArgs(t *testing.T) {
	t.Parallel()

	args := gpunodes.KwokArgs("/k", "/stages", 1234)
	for _, want := range []string{
		"--kubeconfig=/k", "--config=/stages", "--server-address=127.0.0.1:1234",
		"--manage-all-nodes=false", "--node-lease-duration-seconds=40",
	} {
		if !slices.Contains(args, want) {
			t.Errorf("%v lacks %s", args, want)
		}
	}
}

func TestKarpenterEnv(t *testing.T) {
	t.Parallel()

	env := gpunodes.KarpenterEnv(gpunodes.KarpenterSettings{
		Kubeconfig: "/k", InstanceTypesFile: "/t", HealthPort: 1234, BootDelay: 90 * time.Second,
	})
	for _, want := range []string{
		"KUBECONFIG=/k", "INSTANCE_TYPES_FILE=/t", "HEALTH_PROBE_PORT=1234", "NODE_BOOT_DELAY=1m30s",
	} {
		if !slices.Contains(env, want) {
			t.Errorf("%v lacks %s", env, want)
		}
	}
}
