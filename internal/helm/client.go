package helm

import (
	"context"
	"fmt"

	helmkube "helm.sh/helm/v3/pkg/kube"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// Client works on the releases of one cluster. It is safe for concurrent use,
// and contacts nothing until it is asked to do something.
type Client struct {
	config  kube.Config
	cluster *kube.Client
	manager string
	report  Report
}

// Report takes what an operation does while it does it, for a log. Fields hold
// names and numbers, never a value of a chart.
type Report func(ctx context.Context, message string, fields map[string]any)

// New returns a client for the cluster, which both config and cluster lead to.
// The manager is the field manager of what is applied outside of Helm's own
// requests, and the owner of the releases that the client makes.
func New(config kube.Config, cluster *kube.Client, manager string, report Report) *Client {
	return &Client{config: config, cluster: cluster, manager: manager, report: report}
}

// Key names a release.
type Key struct{ Namespace, Name string }

func (k Key) String() string { return fmt.Sprintf("Helm release %q", k.Namespace+"/"+k.Name) }

// helmManager is the field manager of Helm's own requests. The SDK keeps it in a
// global, whose default is the name of the program: a provider's has its version
// in it, so that every release of the provider would be another manager.
const helmManager = "terraform-provider-keda-helm"

func init() { helmkube.ManagedFieldsManager = helmManager }
