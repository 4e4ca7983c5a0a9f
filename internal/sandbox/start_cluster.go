package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/authn"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/gpunodes"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/podidentity"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

const (
	stagesFile        = "kwok-stages.yaml"
	instanceTypesFile = "instance-types.json"
)

// startCluster brings up what makes nodes and pods, and waits until a pod could
// run.
func (s *Stack) startCluster(ctx context.Context) error {
	client, err := kubernetes.NewForConfig(s.rest)
	if err != nil {
		return err
	}
	if err := s.startControllers(); err != nil {
		return err
	}
	if err := s.createObjects(ctx, client); err != nil {
		return err
	}
	if err := s.startNodes(); err != nil {
		return err
	}
	if err := s.startPods(client); err != nil {
		return err
	}
	return s.awaitCluster(ctx, client)
}

// createObjects makes what EKS has in a new cluster: access policies' roles,
// the pod identity webhook, and Auto Mode's node API.
func (s *Stack) createObjects(ctx context.Context, client kubernetes.Interface) error {
	for _, binding := range authn.Bindings() {
		if _, err := client.RbacV1().ClusterRoleBindings().Create(ctx, &binding, metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("creating ClusterRoleBinding %s: %w", binding.Name, err)
		}
	}
	webhook := podidentity.MutatingWebhookConfiguration(s.webhookURL(podIdentityPath), s.ca)
	if _, err := client.AdmissionregistrationV1().MutatingWebhookConfigurations().Create(ctx, webhook, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("creating the pod identity webhook: %w", err)
	}
	crds, err := exec.CommandContext(ctx, s.programs[parts.Karpenter], "crds").Output() //nolint:gosec // a program of the stack's own
	if err != nil {
		return fmt.Errorf("reading Karpenter's CRDs: %w", err)
	}
	if err := s.createManifests(ctx, gpunodes.NodeClassCRD, crds); err != nil {
		return err
	}
	// A status given with the creation of a node is kept, unlike with other kinds.
	node := gpunodes.SystemNode(Region)
	if _, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("creating node %s: %w", node.Name, err)
	}
	return s.createWhenServed(ctx, gpunodes.DefaultNodeClass(s.options.Name))
}

// startNodes starts KWOK, which keeps simulated nodes alive, and Karpenter,
// which decides that there are any.
func (s *Stack) startNodes() error {
	types, err := gpunodes.InstanceTypesJSON(Region)
	if err != nil {
		return fmt.Errorf("writing the instance types: %w", err)
	}
	if err := s.writeAll(map[string][]byte{stagesFile: gpunodes.NodeStages, instanceTypesFile: types}); err != nil {
		return err
	}
	kubeconfig := s.path("admin.kubeconfig")
	return errors.Join(
		s.program(process.Spec{
			Name: string(parts.KWOK),
			Args: gpunodes.KwokArgs(kubeconfig, s.path(stagesFile), s.ports.kwok),
			Env:  []string{"KWOK_WORKDIR=" + s.path("kwok")},
		}),
		s.program(process.Spec{
			Name: string(parts.Karpenter),
			Env: gpunodes.KarpenterEnv(gpunodes.KarpenterSettings{
				Kubeconfig: kubeconfig, InstanceTypesFile: s.path(instanceTypesFile),
				HealthPort: s.ports.karpenterHealth, BootDelay: s.options.NodeBootDelay,
			}),
		}),
	)
}

func (s *Stack) awaitCluster(ctx context.Context, client kubernetes.Interface) error {
	for what, url := range map[string]string{
		"the controller manager": fmt.Sprintf("https://127.0.0.1:%d/healthz", s.ports.controllerManager),
		"the scheduler":          fmt.Sprintf("https://127.0.0.1:%d/healthz", s.ports.scheduler),
		"Karpenter":              fmt.Sprintf("http://127.0.0.1:%d/readyz", s.ports.karpenterHealth),
	} {
		if err := s.supervisor.await(ctx, what, func(ctx context.Context) error { return s.answersOK(ctx, url) }); err != nil {
			return err
		}
	}
	if err := s.supervisor.await(ctx, "the default service account", func(ctx context.Context) error {
		_, err := client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
		return err
	}); err != nil {
		return err
	}
	return s.supervisor.await(ctx, "node "+gpunodes.SystemNodeName, func(ctx context.Context) error {
		node, err := client.CoreV1().Nodes().Get(ctx, gpunodes.SystemNodeName, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, c := range node.Status.Conditions {
			if c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue && len(node.Spec.Taints) == 0 {
				return nil
			}
		}
		return errors.New("it is not Ready")
	})
}

func (s *Stack) answersOK(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}
