package kedachart

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/podrunner"
)

func imageTable() map[string]podrunner.Image {
	table := map[string]podrunner.Image{}
	for _, image := range Images(Programs{Operator: "/bin/keda", MetricsServer: "/bin/keda-adapter", AdmissionWebhooks: "/bin/keda-admission-webhooks"}) {
		table[image.Repository] = image
	}
	return table
}

func TestEveryImageOfTheChartIsInTheTable(t *testing.T) {
	t.Parallel()
	table := imageTable()
	unused := imageTable()
	c := loadChart(t)
	for id, object := range renderWith(t, c, "crds: {install: false}") {
		if object.GetKind() != "Deployment" {
			continue
		}
		spec := convert[appsv1.Deployment](t, object).Spec.Template.Spec
		for _, container := range slices.Concat(spec.InitContainers, spec.Containers) {
			repository, tag, _ := strings.Cut(container.Image, ":")
			image, ok := table[repository]
			if !ok {
				t.Errorf("%s: image %s is not in the table", id, container.Image)
				continue
			}
			if tag != c.AppVersion() {
				t.Errorf("%s: image %s is not of version %s", id, container.Image, c.AppVersion())
			}
			if want := strings.TrimPrefix(container.Command[0], "/"); image.Program != "/bin/"+want {
				t.Errorf("%s: %s runs %s, but the pod asks for %s", id, container.Image, image.Program, want)
			}
			delete(unused, repository)
		}
	}
	for repository := range unused {
		t.Errorf("image %s is in the table, but not in the chart", repository)
	}
}

// invocation is what the runner would pass for a container, with local ports
// that are 10000 higher than the pod's.
func invocation(container corev1.Container) *podrunner.Invocation {
	return &podrunner.Invocation{
		Args:       slices.Clone(container.Args),
		Pod:        &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "keda", Name: "pod"}},
		Container:  &container,
		Kubeconfig: "/pod/kubeconfig",
		Port:       func(port int) (int, error) { return port + 10000, nil },
		Service: func(namespace, name string, port int) (string, error) {
			return fmt.Sprintf("127.0.0.1:%d%d", len(namespace+name), port), nil
		},
	}
}

// effective is a flag's value as the program sees it.
func effective(args []string, flag string) string {
	value := ""
	for _, arg := range args {
		if v, ok := strings.CutPrefix(arg, "--"+flag+"="); ok {
			value = v
		}
	}
	return value
}

func TestAdaptTheChartsOwnArguments(t *testing.T) {
	t.Parallel()
	kubeconfigs := map[string]string{
		"lister-kubeconfig": "/pod/kubeconfig", "authentication-kubeconfig": "/pod/kubeconfig", "authorization-kubeconfig": "/pod/kubeconfig",
	}
	tests := []struct {
		name, values, deployment string
		flags                    map[string]string
		env                      []string
	}{
		{
			name: "operator", deployment: "keda-operator",
			flags: map[string]string{
				"metrics-bind-address": "127.0.0.1:18080", "health-probe-bind-address": "127.0.0.1:18081",
				"metrics-service-bind-address": "127.0.0.1:19666", "enable-cert-rotation": "true", "cert-dir": "/certs",
			},
			env: []string{"KEDA_CLUSTER_OBJECT_NAMESPACE=keda"},
		},
		{
			name: "operator with metrics", deployment: "keda-operator",
			values: `prometheus: {operator: {enabled: true, port: 8085}}`,
			flags:  map[string]string{"metrics-bind-address": "127.0.0.1:18085"},
			env:    []string{"KEDA_CLUSTER_OBJECT_NAMESPACE=keda"},
		},
		{
			name: "operator with switched off metrics", deployment: "keda-operator",
			values: `extraArgs: {keda: {metrics-bind-address: "0"}}`,
			flags:  map[string]string{"metrics-bind-address": "0"},
			env:    []string{"KEDA_CLUSTER_OBJECT_NAMESPACE=keda"},
		},
		{
			name: "metrics server", deployment: "keda-operator-metrics-apiserver",
			flags: merged(kubeconfigs, map[string]string{
				"port": "18080", "secure-port": "16443", "bind-address": "127.0.0.1",
				"metrics-service-grpc-authority": "keda-operator.keda.svc.cluster.local",
				// Made local by the runner, not by Adapt.
				"metrics-service-address": "keda-operator.keda.svc.cluster.local:9666",
			}),
		},
		{
			name: "metrics server with other ports and names", deployment: "scaler-metrics-apiserver",
			values: "operator: {name: scaler}\nservice: {portHttpsTarget: 7443}\nprometheus: {metricServer: {port: 7080}}\nclusterDomain: example.org",
			flags: merged(kubeconfigs, map[string]string{
				"port": "17080", "secure-port": "17443", "metrics-service-grpc-authority": "scaler.keda.svc.example.org",
			}),
		},
		{
			name: "metrics server with a given authority", deployment: "keda-operator-metrics-apiserver",
			values: `extraArgs: {metricsAdapter: {metrics-service-grpc-authority: keda-operator}}`,
			flags:  map[string]string{"metrics-service-grpc-authority": "keda-operator"},
		},
		{
			name: "webhooks", deployment: "keda-admission-webhooks",
			flags: map[string]string{"port": "19443", "health-probe-bind-address": "127.0.0.1:18081", "metrics-bind-address": "127.0.0.1:18080"},
		},
		{
			name: "webhooks with other ports", deployment: "keda-admission-webhooks",
			values: `webhooks: {port: 9444, healthProbePort: 8082}`,
			flags:  map[string]string{"port": "19444", "health-probe-bind-address": "127.0.0.1:18082"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rendered := renderWith(t, loadChart(t), test.values+"\ncrds: {install: false}")["Deployment "+test.deployment]
			container := convert[appsv1.Deployment](t, rendered).Spec.Template.Spec.Containers[0]
			repository, _, _ := strings.Cut(container.Image, ":")
			inv := invocation(container)
			if err := imageTable()[repository].Adapt(inv); err != nil {
				t.Fatal(err)
			}
			for flag, want := range test.flags {
				if got := effective(inv.Args, flag); got != want {
					t.Errorf("--%s is %q, want %q; arguments: %v", flag, got, want, inv.Args)
				}
			}
			if !slices.Equal(inv.Args[:len(container.Args)], container.Args) {
				t.Errorf("the pod's own arguments were changed: %v", inv.Args)
			}
			if !slices.Equal(inv.Env, test.env) {
				t.Errorf("environment is %v, want %v", inv.Env, test.env)
			}
		})
	}
}

func merged(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func TestAdaptKeepsAGivenNamespaceOfClusterObjects(t *testing.T) {
	t.Parallel()
	inv := invocation(corev1.Container{Name: "keda-operator"})
	inv.Env = []string{"KEDA_CLUSTER_OBJECT_NAMESPACE=shared"}
	if err := adaptOperator(inv); err != nil {
		t.Fatal(err)
	}
	if want := []string{"KEDA_CLUSTER_OBJECT_NAMESPACE=shared"}; !slices.Equal(inv.Env, want) {
		t.Errorf("environment is %v, want %v", inv.Env, want)
	}
}

// Without the flag KEDA dials the operator's Service in the pod's namespace.
func TestAdaptTheMetricsServersDefaults(t *testing.T) {
	t.Parallel()
	inv := invocation(corev1.Container{Name: "metrics"})
	inv.Kubeconfig = ""
	if err := adaptMetricsServer(inv); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"--metrics-service-address=127.0.0.1:179666", "--metrics-service-grpc-authority=keda-operator.keda.svc.cluster.local",
		"--bind-address=127.0.0.1", "--port=18080", "--secure-port=16443",
	}
	if !slices.Equal(inv.Args, want) {
		t.Errorf("arguments are %v, want %v", inv.Args, want)
	}
}

func TestAdaptErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		// broken changes what the runner gives.
		broken func(*podrunner.Invocation)
		adapt  func(*podrunner.Invocation) error
		want   string
	}{
		{name: "port by reference", args: []string{"--port=$(PORT)"}, adapt: adaptWebhooks, want: "--port=$(PORT)"},
		{name: "port too large", args: []string{"--secure-port", "65536"}, adapt: adaptMetricsServer, want: "--secure-port=65536"},
		{name: "address without a port", args: []string{"--health-probe-bind-address=localhost"}, adapt: adaptOperator, want: "--health-probe-bind-address=localhost"},
		{name: "Service without a port", args: []string{"--metrics-service-address=keda-operator"}, adapt: adaptMetricsServer, want: "missing port"},
		{
			name: "no free port", adapt: adaptOperator, want: "none free",
			broken: func(inv *podrunner.Invocation) {
				inv.Port = func(int) (int, error) { return 0, errors.New("none free") }
			},
		},
		{
			name: "no Service", adapt: adaptMetricsServer, want: "no such Service",
			broken: func(inv *podrunner.Invocation) {
				inv.Service = func(string, string, int) (string, error) { return "", errors.New("no such Service") }
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inv := invocation(corev1.Container{Name: "main", Args: test.args})
			if test.broken != nil {
				test.broken(inv)
			}
			if err := test.adapt(inv); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
		})
	}
}
