package settings

import (
	"sync"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// cluster is the client of the configured cluster, made when it is first asked
// for.
type cluster struct {
	once   sync.Once
	client *kube.Client
}

// Cluster returns the client of the cluster. All resources share it, and with
// it connections, tokens and the list of kinds. It contacts nothing yet.
// Errors: those of [Settings.RequireCluster].
func (s *Settings) Cluster() (*kube.Client, error) {
	if err := s.RequireCluster(); err != nil {
		return nil, err
	}

	s.cluster.once.Do(func() { s.cluster.client = kube.New(s.Kubernetes) })

	return s.cluster.client, nil
}
