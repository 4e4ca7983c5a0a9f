package kedachart

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/podrunner"
)

// Programs are the paths of KEDA's programs, built from its module.
type Programs struct {
	Operator          string // cmd/operator
	MetricsServer     string // cmd/adapter
	AdmissionWebhooks string // cmd/webhooks
}

// Images are the image table's entries for KEDA. They change only what cannot
// hold for several programs on one machine: where a program listens, and where
// it finds what a pod has in its file system. The flags and their defaults are
// those of cmd/operator, cmd/adapter and cmd/webhooks in KEDA 2.21.
//
// Two listeners can be given a port but no address by KEDA, and so are on all
// interfaces: the metrics server's metrics (--port) and the webhooks (--port).
func Images(programs Programs) []podrunner.Image {
	return []podrunner.Image{
		{Repository: "ghcr.io/kedacore/keda", Program: programs.Operator, Adapt: adaptOperator},
		{Repository: "ghcr.io/kedacore/keda-metrics-apiserver", Program: programs.MetricsServer, Adapt: adaptMetricsServer},
		{Repository: "ghcr.io/kedacore/keda-admission-webhooks", Program: programs.AdmissionWebhooks, Adapt: adaptWebhooks},
	}
}

// metricsService is the port of the operator's gRPC service, from which the
// metrics server gets its values.
const metricsService = 9666

func adaptOperator(inv *podrunner.Invocation) error {
	setClusterObjectNamespace(inv)
	return moveListeners(inv,
		listener{flag: "metrics-bind-address", port: 8080, address: true},
		listener{flag: "health-probe-bind-address", port: 8081, address: true},
		listener{flag: "metrics-service-bind-address", port: metricsService, address: true},
	)
}

func adaptWebhooks(inv *podrunner.Invocation) error {
	return moveListeners(inv,
		listener{flag: "metrics-bind-address", port: 8080, address: true},
		listener{flag: "health-probe-bind-address", port: 8081, address: true},
		listener{flag: "port", port: 9443},
	)
}

func adaptMetricsServer(inv *podrunner.Invocation) error {
	// Its other clients follow KUBECONFIG; these three look for the files of a
	// pod unless they are told otherwise.
	if inv.Kubeconfig != "" {
		for _, flag := range []string{"lister-kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"} {
			setFlag(inv, flag, inv.Kubeconfig)
		}
	}
	if err := dialOperator(inv); err != nil {
		return err
	}
	setFlag(inv, "bind-address", "127.0.0.1")
	return moveListeners(inv,
		listener{flag: "port", port: 8080},
		listener{flag: "secure-port", port: 6443},
	)
}

// dialOperator keeps the name that the operator's certificate is checked
// against, since the address is that of a local process.
func dialOperator(inv *podrunner.Invocation) error {
	const flag = "metrics-service-address"
	address, given := flagInPod(inv, flag)
	if !given {
		address = fmt.Sprintf("keda-operator.%s.svc.cluster.local:%d", inv.Pod.Namespace, metricsService)
		local, err := inv.Service(inv.Pod.Namespace, "keda-operator", metricsService)
		if err != nil {
			return err
		}
		setFlag(inv, flag, local)
	}
	if _, given := flagInPod(inv, "metrics-service-grpc-authority"); given {
		return nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("argument --%s of container %s: %w", flag, inv.Container.Name, err)
	}
	setFlag(inv, "metrics-service-grpc-authority", host)
	return nil
}

// setClusterObjectNamespace gives the operator what it else reads from
// /var/run/secrets/kubernetes.io/serviceaccount/namespace.
func setClusterObjectNamespace(inv *podrunner.Invocation) {
	const name = "KEDA_CLUSTER_OBJECT_NAMESPACE="
	for _, variable := range inv.Env {
		if value, ok := strings.CutPrefix(variable, name); ok && value != "" {
			return
		}
	}
	inv.Env = append(inv.Env, name+inv.Pod.Namespace)
}

// listener is a flag that says where a program listens.
type listener struct {
	flag    string
	port    int  // the program's default
	address bool // the value is an address, otherwise a port
}

// moveListeners lets the program listen where the pod's ports are on this
// machine.
func moveListeners(inv *podrunner.Invocation, listeners ...listener) error {
	for _, l := range listeners {
		port, err := l.podPort(inv)
		if err != nil {
			return err
		}
		if port == 0 {
			continue // switched off
		}
		local, err := inv.Port(port)
		if err != nil {
			return fmt.Errorf("no local port for port %d of pod %s/%s: %w", port, inv.Pod.Namespace, inv.Pod.Name, err)
		}
		value := strconv.Itoa(local)
		if l.address {
			value = net.JoinHostPort("127.0.0.1", value)
		}
		setFlag(inv, l.flag, value)
	}
	return nil
}

// podPort is the port that the pod asks for, or 0 for none.
func (l listener) podPort(inv *podrunner.Invocation) (int, error) {
	value, given := flagInPod(inv, l.flag)
	if !given {
		return l.port, nil
	}
	port := value
	if l.address && value != "0" {
		port = value[strings.LastIndexByte(value, ':')+1:]
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 0 || number > 65535 {
		return 0, fmt.Errorf("argument --%s=%s of container %s has no port number, which the local stack needs to move the port", l.flag, value, inv.Container.Name)
	}
	return number, nil
}
