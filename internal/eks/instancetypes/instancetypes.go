// Package instancetypes is the catalogue of NVIDIA GPU instance types that EKS
// Auto Mode launches, with the properties a NodePool can select on.
//
// The families, GPU names and GPU memory come from the EKS user guide ("Learn
// about EKS Auto Mode managed instances"), in the notation of the
// eks.amazonaws.com/instance-* labels. The sizes with vCPU, memory, GPU count
// and instance store come from the EC2 instance type guide ("Accelerated
// computing"). Prices come from the EC2 price file named by PriceRegion and
// PriceDate. EKS adds Regions and types over time: a type that is missing here
// is unknown, not impossible.
package instancetypes

import "slices"

const (
	// PriceRegion is the AWS Region whose on-demand prices the catalogue holds.
	PriceRegion = "us-east-1"
	// PriceDate is the publication date of the EC2 price file that the prices
	// were read from. Show it wherever a price is shown.
	PriceDate = "2026-07-20"
	// GPUManufacturer is the manufacturer label of every type in the catalogue.
	GPUManufacturer = "nvidia"
	// Unknown stands for a number which the catalogue cannot vouch for.
	Unknown = -1
)

// Architectures in the notation of the kubernetes.io/arch label.
const (
	AMD64 = "amd64"
	ARM64 = "arm64"
)

// Type is one EC2 instance type.
type Type struct {
	// Name is the EC2 name: the family, a dot, the size.
	Name string
	// Family is the value of eks.amazonaws.com/instance-family, such as "g6e".
	Family string
	// Size is the value of eks.amazonaws.com/instance-size, such as "xlarge".
	Size string
	// Category is the value of eks.amazonaws.com/instance-category: the letters
	// before the generation, such as "g", "gr" or "p".
	Category string
	// Generation is the value of eks.amazonaws.com/instance-generation.
	Generation int
	// Arch is AMD64 or ARM64.
	Arch string
	// CPUManufacturer is "aws", "amd" or "intel".
	CPUManufacturer string
	// Hypervisor is "nitro", "xen", or empty for bare metal.
	Hypervisor string
	// VCPU is the number of virtual CPUs.
	VCPU int
	// MemoryMiB is the instance's memory in MiB.
	MemoryMiB int
	// GPUName is the value of eks.amazonaws.com/instance-gpu-name, such as "l40s".
	GPUName string
	// GPUCount is the number of GPUs, the capacity of nvidia.com/gpu.
	GPUCount int
	// GPUMemoryMiB is the memory of one GPU in MiB, not of all of them.
	GPUMemoryMiB int
	// LocalNVMeGB is the total instance store in GB (10^9 bytes): zero for
	// none, Unknown where the published figures differ from each other.
	LocalNVMeGB int
	// OnDemandUSD is the on-demand price of an hour in PriceRegion, without the
	// fee of EKS Auto Mode. Zero: the catalogue has no price.
	OnDemandUSD float64
}

// All returns every type, grouped by family in the order of Families, each
// family from its smallest size to its largest. The slice is the caller's.
func All() []Type {
	var all []Type
	for _, f := range families {
		for _, s := range f.sizes {
			all = append(all, f.typeOf(s))
		}
	}
	return all
}

// Families returns the names of all families, in alphabetical order.
func Families() []string {
	names := make([]string, 0, len(families))
	for _, f := range families {
		names = append(names, f.name)
	}
	slices.Sort(names)
	return names
}
