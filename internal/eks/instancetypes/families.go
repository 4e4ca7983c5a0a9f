package instancetypes

// family holds what all sizes of an instance family have in common.
type family struct {
	name            string
	category        string
	generation      int
	arch            string
	cpuManufacturer string
	hypervisor      string
	gpuName         string
	gpuMemoryMiB    int
	sizes           []size
}

// size holds what tells a size from the others of its family.
type size struct {
	name      string
	vcpu      int
	memoryGiB int
	gpus      int
	nvmeGB    int
	usd       float64
}

// metal is the size whose instances run without a hypervisor.
const metal = "metal"

func (f family) typeOf(s size) Type {
	t := Type{
		Name:            f.name + "." + s.name,
		Family:          f.name,
		Size:            s.name,
		Category:        f.category,
		Generation:      f.generation,
		Arch:            f.arch,
		CPUManufacturer: f.cpuManufacturer,
		Hypervisor:      f.hypervisor,
		VCPU:            s.vcpu,
		MemoryMiB:       s.memoryGiB * 1024,
		GPUName:         f.gpuName,
		GPUCount:        s.gpus,
		GPUMemoryMiB:    f.gpuMemoryMiB,
		LocalNVMeGB:     s.nvmeGB,
		OnDemandUSD:     s.usd,
	}
	if s.name == metal {
		t.Hypervisor = ""
	}
	return t
}

// The price file has no on-demand entry for p5e, which is sold as capacity
// blocks. The prices of g5g and of the larger p3 sizes were not read from the
// file named by PriceDate, so they are left out rather than taken from
// elsewhere.
var families = []family{
	{"g4dn", "g", 4, AMD64, "intel", "nitro", "t4", 16384, []size{
		{"xlarge", 4, 16, 1, 125, 0.526},
		{"2xlarge", 8, 32, 1, 225, 0.752},
		{"4xlarge", 16, 64, 1, 225, 1.204},
		{"8xlarge", 32, 128, 1, 900, 2.176},
		{"12xlarge", 48, 192, 4, 900, 3.912},
		{"16xlarge", 64, 256, 1, 900, 4.352},
		{metal, 96, 384, 8, 1800, 7.824},
	}},
	{"g5", "g", 5, AMD64, "amd", "nitro", "a10g", 22888, []size{
		{"xlarge", 4, 16, 1, 250, 1.006},
		{"2xlarge", 8, 32, 1, 450, 1.212},
		{"4xlarge", 16, 64, 1, 600, 1.624},
		{"8xlarge", 32, 128, 1, 900, 2.448},
		{"12xlarge", 48, 192, 4, 3800, 5.672},
		{"16xlarge", 64, 256, 1, 1900, 4.096},
		{"24xlarge", 96, 384, 4, 3800, 8.144},
		{"48xlarge", 192, 768, 8, 7600, 16.288},
	}},
	{"g5g", "g", 5, ARM64, "aws", "nitro", "t4g", 16384, []size{
		{"xlarge", 4, 8, 1, 0, 0},
		{"2xlarge", 8, 16, 1, 0, 0},
		{"4xlarge", 16, 32, 1, 0, 0},
		{"8xlarge", 32, 64, 1, 0, 0},
		{"16xlarge", 64, 128, 2, 0, 0},
		{metal, 64, 128, 2, 0, 0},
	}},
	{"g6", "g", 6, AMD64, "amd", "nitro", "l4", 22888, []size{
		{"xlarge", 4, 16, 1, 250, 0.8048},
		{"2xlarge", 8, 32, 1, 450, 0.9776},
		{"4xlarge", 16, 64, 1, 600, 1.3232},
		{"8xlarge", 32, 128, 1, 900, 2.0144},
		{"12xlarge", 48, 192, 4, 3760, 4.6016},
		{"16xlarge", 64, 256, 1, 1880, 3.3968},
		{"24xlarge", 96, 384, 4, 3760, 6.6752},
		{"48xlarge", 192, 768, 8, 7520, 13.3504},
	}},
	{"g6e", "g", 6, AMD64, "amd", "nitro", "l40s", 45776, []size{
		{"xlarge", 4, 32, 1, 250, 1.861},
		{"2xlarge", 8, 64, 1, 450, 2.24208},
		{"4xlarge", 16, 128, 1, 600, 3.00424},
		{"8xlarge", 32, 256, 1, 900, 4.52856},
		{"12xlarge", 48, 384, 4, 3800, 10.49264},
		{"16xlarge", 64, 512, 1, 1900, 7.57719},
		{"24xlarge", 96, 768, 4, 3800, 15.06559},
		{"48xlarge", 192, 1536, 8, 7600, 30.13118},
	}},
	{"g7e", "g", 7, AMD64, "intel", "nitro", "rtx-pro-server-6000", 98304, []size{
		{"2xlarge", 8, 64, 1, 1900, 3.36312},
		{"4xlarge", 16, 128, 1, 1900, 3.99816},
		{"8xlarge", 32, 256, 1, 1900, 5.26824},
		{"12xlarge", 48, 512, 2, 3800, 8.28608},
		{"24xlarge", 96, 1024, 4, 7600, 16.57216},
		{"48xlarge", 192, 2048, 8, 15200, 33.14432},
	}},
	{"gr6", "gr", 6, AMD64, "amd", "nitro", "l4", 22888, []size{
		{"4xlarge", 16, 128, 1, 600, 1.5392},
		{"8xlarge", 32, 256, 1, 900, 2.4464},
	}},
	{"p3", "p", 3, AMD64, "intel", "xen", "v100", 16384, []size{
		{"2xlarge", 8, 61, 1, 0, 3.06},
		{"8xlarge", 32, 244, 4, 0, 0},
		{"16xlarge", 64, 488, 8, 0, 0},
	}},
	{"p3dn", "p", 3, AMD64, "intel", "nitro", "v100", 32768, []size{
		{"24xlarge", 96, 768, 8, 1800, 31.212},
	}},
	{"p4d", "p", 4, AMD64, "intel", "nitro", "a100", 40960, []size{
		{"24xlarge", 96, 1152, 8, 8000, 21.957642},
	}},
	{"p4de", "p", 4, AMD64, "intel", "nitro", "a100", 81920, []size{
		{"24xlarge", 96, 1152, 8, 8000, 27.44705},
	}},
	{"p5", "p", 5, AMD64, "amd", "nitro", "h100", 81920, []size{
		{"4xlarge", 16, 256, 1, Unknown, 6.88},
		{"48xlarge", 192, 2048, 8, Unknown, 55.04},
	}},
	{"p5e", "p", 5, AMD64, "amd", "nitro", "h200", 144384, []size{
		{"48xlarge", 192, 2048, 8, Unknown, 0},
	}},
	{"p5en", "p", 5, AMD64, "intel", "nitro", "h200", 144384, []size{
		{"48xlarge", 192, 2048, 8, Unknown, 63.296},
	}},
	{"p6-b200", "p", 6, AMD64, "intel", "nitro", "b200", 183359, []size{
		{"48xlarge", 192, 2048, 8, Unknown, 113.9328},
	}},
	{"p6-b300", "p", 6, AMD64, "intel", "nitro", "b300", 275040, []size{
		{"48xlarge", 192, 4096, 8, Unknown, 142.416},
	}},
}
