package eks

func budget(b Budget) func(*NodePoolModel) {
	return func(m *NodePoolModel) { m.Disruption = &Disruption{ConsolidateAfter: "60s", Budgets: []Budget{b}} }
}

var matchingCases = []poolCase{
	{name: "family and GPU", at: "gpu_names", says: "instance-gpu-name l4, l40s", change: func(m *NodePoolModel) { m.GPUNames = []string{"a10g"} }},
	{name: "family and size", at: "instance_sizes", says: "Without it there would be g6.xlarge", change: func(m *NodePoolModel) { m.InstanceSizes = []string{"metal"} }},
	{name: "family and default architecture", at: "instance_families", says: `["amd64"] by default leaves 0: the 6 before have kubernetes.io/arch arm64`, change: func(m *NodePoolModel) {
		m.InstanceFamilies = []string{"g5g"}
	}},
	{name: "family and number of GPUs", at: "gpu_counts", change: func(m *NodePoolModel) { m.GPUCounts = []int64{2} }},
	{name: "family and GPU memory", at: "gpu_memory_min_mib", says: "22888", change: func(m *NodePoolModel) {
		m.InstanceFamilies, m.GPUMemoryMinMiB = []string{"g6"}, new(int64(24000))
	}},
	{name: "requirement on GPU memory", at: "requirements[0]", change: func(m *NodePoolModel) {
		m.Requirements = []Requirement{{Key: autoMode("instance-gpu-memory"), Operator: opGt, Values: []string{"48000"}}}
	}},
	{name: "more GPU memory than there is", at: "gpu_memory_min_mib", change: func(m *NodePoolModel) {
		m.InstanceFamilies, m.GPUMemoryMinMiB = nil, new(int64(300000))
	}},
	{name: "no GPU", at: "requirements[0]", change: requires(Requirement{Key: autoMode("instance-gpu-count"), Operator: opDoesNotExist})},
	{name: "unknown NVMe of p5", change: func(m *NodePoolModel) {
		m.InstanceFamilies = []string{"p5"}
		m.Requirements = []Requirement{{Key: autoMode("instance-local-nvme"), Operator: opGt, Values: []string{"10000"}}}
	}},
	{name: "one family of two", at: "instance_families[0]", warning: true, says: "gpu_memory_min_mib = 40000", change: func(m *NodePoolModel) { m.GPUMemoryMinMiB = new(int64(40000)) }},
	{name: "24 GiB", at: "gpu_memory_min_mib", warning: true, says: "l4 (22888 MiB)", change: func(m *NodePoolModel) {
		m.InstanceFamilies, m.GPUMemoryMinMiB = nil, new(int64(24576))
	}},
	{name: "22 GiB", change: func(m *NodePoolModel) { m.InstanceFamilies, m.GPUMemoryMinMiB = nil, new(int64(22528)) }},
	{name: "48 GiB by a requirement", at: "requirements[0]", warning: true, says: "l40s (45776 MiB)", change: func(m *NodePoolModel) {
		m.InstanceFamilies = nil
		m.Requirements = []Requirement{{Key: autoMode("instance-gpu-memory"), Operator: opGt, Values: []string{"48000"}}}
	}},

	{name: "limits", change: func(m *NodePoolModel) {
		m.Limits = &Limits{CPU: new("1000"), Memory: new("4Ti"), GPUs: new(int64(10)), Nodes: new(int64(5))}
	}},
	{name: "least limits", change: func(m *NodePoolModel) {
		m.Limits = &Limits{CPU: new("4"), Memory: new("15Gi"), GPUs: new(int64(1)), Nodes: new(int64(1))}
	}},
	{name: "CPU below the smallest type", at: "limits.cpu", says: "g6.xlarge, has 4", change: func(m *NodePoolModel) { m.Limits = &Limits{CPU: new("3")} }},
	{name: "memory without a unit", at: "limits.memory", change: func(m *NodePoolModel) { m.Limits = &Limits{Memory: new("64")} }},
	{name: "GPUs below the smallest type", at: "limits.gpus", says: "p4d.24xlarge, has 8", change: func(m *NodePoolModel) {
		m.InstanceFamilies, m.Limits = []string{"p4d"}, &Limits{GPUs: new(int64(4))}
	}},
	{name: "limits that exclude each other", at: "limits", says: "g6e.12xlarge", change: func(m *NodePoolModel) {
		m.InstanceFamilies, m.InstanceSizes, m.Limits = []string{"g6e"}, []string{"12xlarge", "16xlarge"}, &Limits{CPU: new("48"), GPUs: new(int64(1))}
	}},
	{name: "no quantity", at: "limits.cpu", change: func(m *NodePoolModel) { m.Limits = &Limits{CPU: new("many")} }},
	{name: "negative limit", at: "limits.gpus", change: func(m *NodePoolModel) { m.Limits = &Limits{GPUs: new(int64(-1))} }},
	{name: "limit of 0", at: "limits.nodes", warning: true, change: func(m *NodePoolModel) { m.Limits = &Limits{Nodes: new(int64(0))} }},
	{name: "limits of self-managed Karpenter", change: func(m *NodePoolModel) {
		m.NodeClass, m.Limits = NodeClass{Name: new("default"), Group: new(selfManagedGroup)}, &Limits{CPU: new("2")}
	}},
}

var scalingCases = []poolCase{
	{name: "lifetime", change: func(m *NodePoolModel) { m.ExpireAfter, m.TerminationGracePeriod = new("480h"), new("24h") }},
	{name: "days", at: "expire_after", says: "a day is 24h", change: func(m *NodePoolModel) { m.ExpireAfter = new("14d") }},
	{name: "days of grace", at: "termination_grace_period", says: "a day is 24h", change: func(m *NodePoolModel) { m.TerminationGracePeriod = new("1d") }},
	{name: "fraction of an hour", at: "expire_after", change: func(m *NodePoolModel) { m.ExpireAfter = new("1.5h") }},
	{name: "grace for ever", at: "termination_grace_period", change: func(m *NodePoolModel) { m.TerminationGracePeriod = new(never) }},
	{name: "for ever", at: "expire_after", says: "480h", change: func(m *NodePoolModel) { m.ExpireAfter = new(never) }},
	{name: "for ever with self-managed Karpenter", change: func(m *NodePoolModel) {
		m.ExpireAfter, m.NodeClass = new(never), NodeClass{Name: new("default"), Group: new(selfManagedGroup)}
	}},
	{name: "too long with the grace period by default", at: "expire_after", says: "24h by default", change: func(m *NodePoolModel) { m.ExpireAfter = new("481h") }},
	{name: "too long with the lifetime by default", at: "termination_grace_period", says: "336h by default", change: func(m *NodePoolModel) { m.TerminationGracePeriod = new("169h") }},

	{name: "disruption", change: budget(Budget{Nodes: "100%", Reasons: []string{"Empty"}})},
	{name: "consolidate after", at: "disruption.consolidate_after", change: func(m *NodePoolModel) { m.Disruption = &Disruption{ConsolidateAfter: "soon"} }},
	{name: "never consolidate", change: func(m *NodePoolModel) { m.Disruption = &Disruption{ConsolidateAfter: never} }},
	{name: "budget over 100%", at: "disruption.budgets[0].nodes", change: budget(Budget{Nodes: "101%"})},
	{name: "51 budgets", at: "disruption.budgets", change: func(m *NodePoolModel) {
		m.Disruption = &Disruption{ConsolidateAfter: "60s"}
		for range 51 {
			m.Disruption.Budgets = append(m.Disruption.Budgets, Budget{Nodes: "1"})
		}
	}},
	{name: "office hours", change: budget(Budget{Nodes: "0", Schedule: new("0 9 * * mon-fri"), Duration: new("8h")})},
	{name: "schedule without a duration", at: "disruption.budgets[0]", change: budget(Budget{Nodes: "1", Schedule: new("@daily")})},
	{name: "duration without a schedule", at: "disruption.budgets[0]", change: budget(Budget{Nodes: "1", Duration: new("8h")})},
	{name: "no schedule", at: "disruption.budgets[0].schedule", change: budget(Budget{Nodes: "1", Schedule: new("0 9 * *"), Duration: new("8h")})},
	{name: "no hour", at: "disruption.budgets[0].schedule", change: budget(Budget{Nodes: "1", Schedule: new("0 24 * * *"), Duration: new("8h")})},
	{name: "interval", at: "disruption.budgets[0].schedule", change: budget(Budget{Nodes: "1", Schedule: new("@every 1h"), Duration: new("8h")})},
	{name: "duration in seconds", at: "disruption.budgets[0].duration", change: budget(Budget{Nodes: "1", Schedule: new("@daily"), Duration: new("30s")})},
	{name: "budget of 0", at: "disruption.budgets[0].nodes", change: budget(Budget{Nodes: "0"})},
	{name: "budget of 0%", at: "disruption.budgets[0].nodes", change: budget(Budget{Nodes: "0%", Reasons: []string{"Empty", "Drifted"}})},
	{name: "no drift", change: budget(Budget{Nodes: "0", Reasons: []string{"Drifted"}})},

	{name: "static", change: func(m *NodePoolModel) { m.Replicas, m.Limits = new(int64(2)), &Limits{Nodes: new(int64(3))} }},
	{name: "weight of a static pool", at: "weight", change: func(m *NodePoolModel) { m.Replicas, m.Weight = new(int64(2)), new(int32(10)) }},
	{name: "weight", change: func(m *NodePoolModel) { m.Weight = new(int32(10)) }},
	{name: "limit of a static pool", at: "limits.gpus", change: func(m *NodePoolModel) { m.Replicas, m.Limits = new(int64(2)), &Limits{GPUs: new(int64(8))} }},
}
