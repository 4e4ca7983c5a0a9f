package instancetypes_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/eks/instancetypes"
)

func TestFamilies(t *testing.T) {
	t.Parallel()

	want := []string{
		"g4dn", "g5", "g5g", "g6", "g6e", "g7e", "gr6", "p3", "p3dn", "p4d",
		"p4de", "p5", "p5e", "p5en", "p6-b200", "p6-b300",
	}
	if got := instancetypes.Families(); !slices.Equal(got, want) {
		t.Errorf("Families() = %v, want %v", got, want)
	}
}

func TestSizesOfEachFamily(t *testing.T) {
	t.Parallel()

	want := map[string]int{
		"g4dn": 7, "g5": 8, "g5g": 6, "g6": 8, "g6e": 8, "g7e": 6, "gr6": 2,
		"p3": 3, "p3dn": 1, "p4d": 1, "p4de": 1, "p5": 2, "p5e": 1, "p5en": 1,
		"p6-b200": 1, "p6-b300": 1,
	}
	got := map[string]int{}
	for _, it := range instancetypes.All() {
		got[it.Family]++
	}
	for family, count := range want {
		if got[family] != count {
			t.Errorf("family %s has %d sizes, want %d", family, got[family], count)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d families have sizes, want %d", len(got), len(want))
	}
}

func TestKnownTypes(t *testing.T) {
	t.Parallel()

	for _, want := range []instancetypes.Type{
		{
			Name: "g4dn.metal", Family: "g4dn", Size: "metal", Category: "g", Generation: 4,
			Arch: "amd64", CPUManufacturer: "intel", VCPU: 96, MemoryMiB: 384 * 1024,
			GPUName: "t4", GPUCount: 8, GPUMemoryMiB: 16384, LocalNVMeGB: 1800, OnDemandUSD: 7.824,
		},
		{
			Name: "g5g.xlarge", Family: "g5g", Size: "xlarge", Category: "g", Generation: 5,
			Arch: "arm64", CPUManufacturer: "aws", Hypervisor: "nitro", VCPU: 4, MemoryMiB: 8 * 1024,
			GPUName: "t4g", GPUCount: 1, GPUMemoryMiB: 16384,
		},
		{
			Name: "g6.xlarge", Family: "g6", Size: "xlarge", Category: "g", Generation: 6,
			Arch: "amd64", CPUManufacturer: "amd", Hypervisor: "nitro", VCPU: 4, MemoryMiB: 16 * 1024,
			GPUName: "l4", GPUCount: 1, GPUMemoryMiB: 22888, LocalNVMeGB: 250, OnDemandUSD: 0.8048,
		},
		{
			Name: "g6.16xlarge", Family: "g6", Size: "16xlarge", Category: "g", Generation: 6,
			Arch: "amd64", CPUManufacturer: "amd", Hypervisor: "nitro", VCPU: 64, MemoryMiB: 256 * 1024,
			GPUName: "l4", GPUCount: 1, GPUMemoryMiB: 22888, LocalNVMeGB: 1880, OnDemandUSD: 3.3968,
		},
		{
			Name: "gr6.4xlarge", Family: "gr6", Size: "4xlarge", Category: "gr", Generation: 6,
			Arch: "amd64", CPUManufacturer: "amd", Hypervisor: "nitro", VCPU: 16, MemoryMiB: 128 * 1024,
			GPUName: "l4", GPUCount: 1, GPUMemoryMiB: 22888, LocalNVMeGB: 600, OnDemandUSD: 1.5392,
		},
		{
			Name: "p5.48xlarge", Family: "p5", Size: "48xlarge", Category: "p", Generation: 5,
			Arch: "amd64", CPUManufacturer: "amd", Hypervisor: "nitro", VCPU: 192, MemoryMiB: 2048 * 1024,
			GPUName: "h100", GPUCount: 8, GPUMemoryMiB: 81920, LocalNVMeGB: instancetypes.Unknown, OnDemandUSD: 55.04,
		},
	} {
		t.Run(want.Name, func(t *testing.T) {
			t.Parallel()

			all := instancetypes.All()
			i := slices.IndexFunc(all, func(it instancetypes.Type) bool { return it.Name == want.Name })
			if i < 0 {
				t.Fatal("not in the catalogue")
			}
			if all[i] != want {
				t.Errorf("got  %+v\nwant %+v", all[i], want)
			}
		})
	}
}

func TestNamesAreUnique(t *testing.T) {
	t.Parallel()

	seen := map[string]bool{}
	for _, it := range instancetypes.All() {
		if seen[it.Name] {
			t.Errorf("%s is there twice", it.Name)
		}
		seen[it.Name] = true
	}
}

func TestInvariants(t *testing.T) {
	t.Parallel()

	for _, it := range instancetypes.All() {
		t.Run(it.Name, func(t *testing.T) {
			t.Parallel()

			if it.Name != it.Family+"."+it.Size {
				t.Errorf("name is not family %q and size %q", it.Family, it.Size)
			}
			if !strings.HasPrefix(it.Family, it.Category+strconv.Itoa(it.Generation)) {
				t.Errorf("family does not begin with category %q and generation %d", it.Category, it.Generation)
			}
			if multiple, ok := strings.CutSuffix(it.Size, "xlarge"); ok {
				if multiple == "" {
					multiple = "1"
				}
				n, err := strconv.Atoi(multiple)
				if err != nil {
					t.Fatal(err)
				}
				if it.VCPU != 4*n {
					t.Errorf("%d vCPU, want 4 for each xlarge", it.VCPU)
				}
			}
			if (it.Hypervisor == "") != (it.Size == "metal") {
				t.Errorf("hypervisor is %q", it.Hypervisor)
			}
			if (it.Arch == instancetypes.ARM64) != (it.CPUManufacturer == "aws") {
				t.Errorf("architecture %s with a CPU made by %s", it.Arch, it.CPUManufacturer)
			}
			if it.GPUCount < 1 || it.GPUCount > 8 {
				t.Errorf("%d GPUs", it.GPUCount)
			}
			if it.GPUName == "" || it.GPUName != strings.ToLower(it.GPUName) {
				t.Errorf("GPU name %q is not in lower case", it.GPUName)
			}
			if it.GPUMemoryMiB < 16384 {
				t.Errorf("%d MiB of GPU memory: less than the smallest GPU has", it.GPUMemoryMiB)
			}
			if ratio := it.MemoryMiB / 1024 / it.VCPU; ratio < 2 || ratio > 21 {
				t.Errorf("%d MiB of memory for %d vCPU", it.MemoryMiB, it.VCPU)
			}
			if it.OnDemandUSD < 0 || it.LocalNVMeGB < instancetypes.Unknown {
				t.Errorf("price %v, instance store %d GB", it.OnDemandUSD, it.LocalNVMeGB)
			}
		})
	}
}

func TestPriceRisesWithResources(t *testing.T) {
	t.Parallel()

	for _, a := range instancetypes.All() {
		for _, b := range instancetypes.All() {
			alike := a.Family == b.Family && a.OnDemandUSD > 0 && b.OnDemandUSD > 0
			if alike && a.VCPU < b.VCPU && a.GPUCount <= b.GPUCount && a.OnDemandUSD >= b.OnDemandUSD {
				t.Errorf("%s costs %v, the larger %s %v", a.Name, a.OnDemandUSD, b.Name, b.OnDemandUSD)
			}
		}
	}
}

func TestAllIsACopy(t *testing.T) {
	t.Parallel()

	instancetypes.All()[0].Name = "changed"
	if got := instancetypes.All()[0].Name; got == "changed" {
		t.Error("a change of the result changed the catalogue")
	}
}
