package podrunner

import (
	"log/slog"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// StartDelayAnnotation on a pod overrides Config.StartDelay for it; the value
// is a Go duration such as "30s".
const StartDelayAnnotation = "sandbox.eventscale.dev/start-delay"

// Services finds the local address that stands for a port of a Service.
type Services interface {
	Service(namespace, name string, port int) (hostPort string, err error)
}

// Config tells a Runner where its cluster is and what it can run.
type Config struct {
	// Client acts as the nodes. It needs a rate limit that fits the number of
	// pods: about four requests a pod's start.
	Client kubernetes.Interface
	// REST holds the API server's URL and CA for the kubeconfigs of programs.
	// Its credentials are not used.
	REST *rest.Config
	// Dir holds a folder a pod, named <namespace>_<pod>_<uid>. Logs stay there
	// after the pod is gone, everything else is removed.
	Dir string
	// Images is the image table.
	Images []Image
	// Env is set in every process as if its image set it: the pod's own
	// variables win.
	Env []string
	// Addresses maps host:port of what only a cluster has, such as the Pod
	// Identity agent's 169.254.170.23:80, to the host:port that stands for it.
	Addresses map[string]string
	// Net resolves Services named in arguments and environment.
	Net Services
	// StartDelay is how long a simulated container takes to be ready.
	StartDelay time.Duration
	Log        *slog.Logger
}
