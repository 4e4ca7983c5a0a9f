package workers

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/podrunner"
)

func invocation(args []string, env ...corev1.EnvVar) *podrunner.Invocation {
	return &podrunner.Invocation{
		Args: append([]string(nil), args...), Pod: &corev1.Pod{}, Container: &corev1.Container{Args: args, Env: env},
		Port: func(port int) (int, error) { return port + 20000, nil },
	}
}

func TestAdapt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		adapt func(*podrunner.Invocation) error
		inv   *podrunner.Invocation
		want  string
	}{
		"a consumer":           {adaptConsumer, invocation(nil), "--listen=127.0.0.1:28080 --endpoint=http://127.0.0.1:28000"},
		"with variables":       {adaptConsumer, invocation(nil, corev1.EnvVar{Name: "LISTEN_ADDRESS", Value: ":9000"}, corev1.EnvVar{Name: "MODEL_ENDPOINT", Value: "http://localhost:9001"}), "--listen=127.0.0.1:29000 --endpoint=http://127.0.0.1:29001"},
		"with flags":           {adaptConsumer, invocation([]string{"--listen", ":9000", "--endpoint=http://vllm:8000"}), "--listen :9000 --endpoint=http://vllm:8000 --listen=127.0.0.1:29000"},
		"vLLM":                 {adaptVLLM, invocation([]string{"Qwen/Qwen3-4B-FP8"}), "Qwen/Qwen3-4B-FP8 --host=127.0.0.1 --port=28000"},
		"vLLM on another port": {adaptVLLM, invocation([]string{"m", "--port", "9000"}), "m --port 9000 --host=127.0.0.1 --port=29000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := c.adapt(c.inv); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(c.inv.Args, " "); got != c.want {
				t.Errorf("arguments %s, want %s", got, c.want)
			}
		})
	}
}

func TestAdaptRefusesWhatIsNoPort(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"--listen=8080", "--listen=:http", "--endpoint=http://localhost"} {
		if err := adaptConsumer(invocation([]string{args})); err == nil {
			t.Errorf("no error for %s", args)
		}
	}
}
