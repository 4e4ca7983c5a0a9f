package gpunodes

import (
	_ "embed" // for the stages
	"net"
	"strconv"
	"time"
)

// NodeStages are the KWOK stages of nodes, as a YAML stream, to be written to
// the file that KwokArgs names.
//
//go:embed stages.yaml
var NodeStages []byte

// nodeLease is how long a node stays Ready without a sign of life: the
// kubelet's default.
const nodeLease = 40 * time.Second

// KwokArgs are the arguments of a kwok that keeps the annotated nodes Ready and
// leaves pods alone. The port, on loopback, serves /healthz. KWOK also reads
// kwok.yaml in the folder KWOK_WORKDIR (~/.kwok unless set): point that at an
// empty folder.
func KwokArgs(kubeconfig, stagesFile string, port int) []string {
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--config=" + stagesFile,
		"--manage-all-nodes=false",
		"--manage-nodes-with-annotation-selector=" + kwokAnnotation + "=fake",
		"--node-lease-duration-seconds=" + strconv.Itoa(int(nodeLease.Seconds())),
		"--node-ip=127.0.0.1",
		"--server-address=" + net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
	}
}

// KarpenterSettings are the settings of the stack's Karpenter.
type KarpenterSettings struct {
	// Kubeconfig is the path of a kubeconfig with an administrator's rights.
	Kubeconfig string
	// InstanceTypesFile is the path of a file with InstanceTypesJSON.
	InstanceTypesFile string
	// HealthPort is the loopback port of /healthz and /readyz.
	HealthPort int
	// BootDelay is the time from the launch of an instance until its node
	// registers. On EKS that takes about a minute.
	BootDelay time.Duration
}

// KarpenterEnv is the environment of the stack's Karpenter. Static node pools
// (spec.replicas) are enabled, as on EKS Auto Mode.
func KarpenterEnv(s KarpenterSettings) []string {
	return []string{
		"KUBECONFIG=" + s.Kubeconfig,
		"INSTANCE_TYPES_FILE=" + s.InstanceTypesFile,
		"HEALTH_PROBE_PORT=" + strconv.Itoa(s.HealthPort),
		"NODE_BOOT_DELAY=" + s.BootDelay.String(),
		"FEATURE_GATES=StaticCapacity=true",
	}
}
