package gpunodes

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
)

const (
	// labelDomain is the domain of EKS Auto Mode's node labels.
	labelDomain = "eks.amazonaws.com/"
	// spotFraction is the simulated spot price as a part of the on-demand
	// price. Real spot prices change by zone and hour; what matters here is
	// that spot is cheaper, so that Karpenter prefers it.
	spotFraction = 0.4
	// unpricedUSD is the hourly price of types without one in the catalogue,
	// above every real one, so that Karpenter takes them only if asked to.
	unpricedUSD = 1000
	// podsPerNode is EKS Auto Mode's limit.
	podsPerNode = 110
	// rootVolume is the default size of a NodeClass's ephemeralStorage.
	rootVolume = "80Gi"
)

// instanceType is the format of the file that parts/karpenter reads.
type instanceType struct {
	Name      string            `json:"name"`
	Labels    map[string]string `json:"labels"`
	AnyValue  []string          `json:"anyValue,omitempty"`
	Capacity  map[string]string `json:"capacity"`
	Reserved  map[string]string `json:"reserved"`
	Offerings []offering        `json:"offerings"`
}

type offering struct {
	Zone         string  `json:"zone"`
	CapacityType string  `json:"capacityType"`
	Price        float64 `json:"price"`
}

// InstanceTypesJSON returns the file of instance types for Karpenter: the whole
// catalogue, each type on offer as spot and on-demand in the zones a, b and c
// of the Region. On-demand prices are those of the catalogue's own Region.
func InstanceTypesJSON(region string) ([]byte, error) {
	all := instancetypes.All()
	file := make([]instanceType, 0, len(all))
	for _, it := range all {
		file = append(file, instanceType{
			Name:      it.Name,
			Labels:    labels(it, region),
			AnyValue:  anyValue(it),
			Capacity:  capacity(it),
			Reserved:  reserved(it),
			Offerings: offerings(it, region),
		})
	}
	return json.MarshalIndent(file, "", "  ")
}

func labels(it instancetypes.Type, region string) map[string]string {
	l := map[string]string{
		"kubernetes.io/arch":            it.Arch,
		"kubernetes.io/os":              "linux",
		"topology.kubernetes.io/region": region,
	}
	for key, value := range it.Labels() {
		l[labelDomain+key] = value
	}
	return l
}

// anyValue lists the labels that real nodes have and the catalogue does not.
func anyValue(it instancetypes.Type) []string {
	keys := it.UnknownLabels()
	for i := range keys {
		keys[i] = labelDomain + keys[i]
	}
	return keys
}

// capacity is what a node reports. The hypervisor keeps part of the memory: 7.5
// percent, Karpenter's default (VM_MEMORY_OVERHEAD_PERCENT). Instance store, if
// any, takes the place of the root volume.
func capacity(it instancetypes.Type) map[string]string {
	storage := rootVolume
	if it.LocalNVMeGB > 0 {
		storage = fmt.Sprintf("%dG", it.LocalNVMeGB)
	}
	return map[string]string{
		"cpu":               strconv.Itoa(it.VCPU),
		"memory":            fmt.Sprintf("%dMi", it.MemoryMiB*925/1000),
		"ephemeral-storage": storage,
		"pods":              strconv.Itoa(podsPerNode),
		"nvidia.com/gpu":    strconv.Itoa(it.GPUCount),
	}
}

// reserved is what the kubelet keeps from pods, by the rule of the EKS node
// images: CPU 6 percent of the first core, 1 percent of the second, 0.5 percent
// of the next two and 0.25 percent of the others; memory 255 MiB and 11 MiB a
// pod, and the eviction threshold of 100 MiB.
func reserved(it instancetypes.Type) map[string]string {
	const firstFourCores = 60 + 10 + 2*5 // in thousandths of a core
	return map[string]string{
		"cpu":    fmt.Sprintf("%dm", firstFourCores+(it.VCPU-4)*5/2),
		"memory": fmt.Sprintf("%dMi", 255+11*podsPerNode+100),
	}
}

func offerings(it instancetypes.Type, region string) []offering {
	onDemand := it.OnDemandUSD
	if onDemand == 0 {
		onDemand = unpricedUSD
	}
	var all []offering
	for _, zone := range zones(region) {
		all = append(all,
			offering{Zone: zone, CapacityType: "on-demand", Price: onDemand},
			offering{Zone: zone, CapacityType: "spot", Price: onDemand * spotFraction},
		)
	}
	return all
}
