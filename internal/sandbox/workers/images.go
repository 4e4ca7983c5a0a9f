// Package workers holds the image table's entries for the programs that do the
// work of a queue: the inference consumer, the prompt generator, and the stub
// that stands for vLLM. The entries change only what cannot hold for several
// programs on one machine: where a program listens, and where it finds another
// one of its pod.
package workers

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/podrunner"
)

// Image names, without tags.
const (
	ConsumerImage  = "ghcr.io/eventscale/sqs-inference-consumer"
	GeneratorImage = "ghcr.io/eventscale/prompt-generator"
	VLLMImage      = "vllm/vllm-openai"
)

// Programs are the paths of the programs.
type Programs struct {
	Consumer, Generator string
	// VLLM is the stub.
	VLLM string
}

// Images are the entries.
func Images(programs Programs) []podrunner.Image {
	return []podrunner.Image{
		{Repository: ConsumerImage, Program: programs.Consumer, Adapt: adaptConsumer},
		{Repository: GeneratorImage, Program: programs.Generator},
		{Repository: VLLMImage, Program: programs.VLLM, Adapt: adaptVLLM},
		{Repository: "docker.io/" + VLLMImage, Program: programs.VLLM, Adapt: adaptVLLM},
	}
}

// adaptConsumer moves the consumer's own server, and finds the model server of
// its pod.
func adaptConsumer(inv *podrunner.Invocation) error {
	_, port, err := net.SplitHostPort(setting(inv, "listen", "LISTEN_ADDRESS", ":8080"))
	if err != nil {
		return fmt.Errorf("the address to listen on: %w", err)
	}
	local, err := localPort(inv, port)
	if err != nil {
		return err
	}
	setFlag(inv, "listen", local)

	endpoint, err := url.Parse(setting(inv, "endpoint", "MODEL_ENDPOINT", "http://127.0.0.1:8000"))
	if err != nil {
		return fmt.Errorf("the endpoint: %w", err)
	}
	if host := endpoint.Hostname(); host != "localhost" && host != "127.0.0.1" {
		return nil // a Service, which the runner has replaced
	}
	if endpoint.Host, err = localPort(inv, endpoint.Port()); err != nil {
		return err
	}
	setFlag(inv, "endpoint", endpoint.String())
	return nil
}

func adaptVLLM(inv *podrunner.Invocation) error {
	local, err := localPort(inv, setting(inv, "port", "", "8000"))
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(local)
	if err != nil {
		return err
	}
	setFlag(inv, "host", host)
	setFlag(inv, "port", port)
	return nil
}

// localPort is the address that stands for a port of the pod.
func localPort(inv *podrunner.Invocation, port string) (string, error) {
	number, err := strconv.Atoi(port)
	if err != nil || number < 1 || number > 65535 {
		return "", fmt.Errorf("container %s names the port %q, which is no number of a port", inv.Container.Name, port)
	}
	local, err := inv.Port(number)
	if err != nil {
		return "", fmt.Errorf("no local port for port %d of pod %s/%s: %w", number, inv.Pod.Namespace, inv.Pod.Name, err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(local)), nil
}

// setting is a value as the pod has it, before the runner replaced addresses: of
// the flag, of the environment variable, or the program's default.
func setting(inv *podrunner.Invocation, flag, variable, otherwise string) string {
	value := otherwise
	for _, env := range inv.Container.Env {
		if env.Name == variable {
			value = env.Value
		}
	}
	for i, arg := range inv.Container.Args {
		name, after, joined := strings.Cut(arg, "=")
		switch {
		case name != "--"+flag:
		case joined:
			value = after
		case i+1 < len(inv.Container.Args):
			value = inv.Container.Args[i+1]
		}
	}
	return value
}

// setFlag overrides a flag: of several the last one counts.
func setFlag(inv *podrunner.Invocation, name, value string) {
	inv.Args = append(inv.Args, "--"+name+"="+value)
}
