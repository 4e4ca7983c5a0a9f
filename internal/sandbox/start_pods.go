package sandbox

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/podrunner"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/servicenet"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/workers"
)

const (
	egressSocket = "egress.sock"
	// nodeAgent is where the API server looks for a node's kubelet: the address
	// that KWOK gives all nodes, and the kubelet's own port. Only the egress
	// proxy sees it, so that every stack can have it.
	nodeAgent = "127.0.0.1:10250"
)

// images is the image table: the container images that run as real programs.
func (s *Stack) images() []podrunner.Image {
	return slices.Concat(
		kedachart.Images(kedachart.Programs{
			Operator:          s.programs[parts.KEDAOperator],
			MetricsServer:     s.programs[parts.KEDAMetricsAdapter],
			AdmissionWebhooks: s.programs[parts.KEDAAdmissionWebhooks],
		}),
		workers.Images(workers.Programs{
			Consumer:  s.programs[parts.InferenceConsumer],
			Generator: s.programs[parts.PromptGenerator],
			VLLM:      s.programs[parts.VLLMStub],
		}),
	)
}

// startPods starts the pod runner, and the network through which pods and the
// API server reach what runs in pods.
func (s *Stack) startPods(client kubernetes.Interface) error {
	var runner *podrunner.Runner
	network, err := servicenet.New(servicenet.Config{
		Client: client, Log: s.log("network"),
		APIServer:  fmt.Sprintf("127.0.0.1:%d", s.ports.apiServer),
		PodAddress: func(pod types.UID, port int) (string, bool) { return runner.LocalAddress(pod, port) },
	})
	if err != nil {
		return err
	}
	runner = podrunner.New(podrunner.Config{
		Client: client, REST: s.rest, Dir: s.path("pods"), Images: s.images(), Net: network,
		// The SDK for Go builds the STS client of a web identity before it has read
		// AWS_ENDPOINT_URL, so STS needs a variable of its own.
		Env:        []string{"AWS_ENDPOINT_URL=" + s.awsURL(), "AWS_ENDPOINT_URL_STS=" + s.awsURL()},
		StartDelay: s.options.PodStartDelay, Log: s.log("pods"),
	})
	socket, err := (&net.ListenConfig{}).Listen(s.supervisor.ctx, "unix", s.path(egressSocket))
	if err != nil {
		return fmt.Errorf("the egress proxy cannot listen: %w", err)
	}
	egress := &servicenet.Egress{
		Resolve: network.Resolve, Log: s.log("egress"),
		Nodes: map[string]string{nodeAgent: fmt.Sprintf("127.0.0.1:%d", s.ports.nodes)},
	}
	s.supervisor.task("the network", network.Run)
	s.supervisor.task("the egress proxy", func(ctx context.Context) error { return egress.Serve(ctx, socket) })
	s.supervisor.task("the pod runner", runner.Run)

	secure, err := serverTLS(s.nodeCert)
	if err != nil {
		return err
	}
	secure.ClientAuth, secure.ClientCAs = tls.RequireAndVerifyClientCert, s.authorities()
	return s.serve("nodes", s.ports.nodes, runner.NodeHandler(), secure)
}
