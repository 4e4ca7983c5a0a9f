package sandbox

import (
	"crypto/rand"
	"fmt"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

// ports are the loopback ports of a stack's parts, all chosen anew for each
// stack so that several can stand side by side.
type ports struct {
	etcd, etcdPeer                      int
	apiServer                           int
	controllerManager, scheduler        int
	kwok                                int
	karpenterMetrics                    int
	karpenterHealth                     int
	moto, front, webhooks, agent, nodes int
}

func freePort() (int, error) { return process.FreePort() }

func (p *ports) choose(free func() (int, error)) error {
	for _, port := range []*int{
		&p.etcd, &p.etcdPeer, &p.apiServer, &p.controllerManager, &p.scheduler, &p.kwok,
		&p.karpenterMetrics, &p.karpenterHealth, &p.moto, &p.front, &p.webhooks, &p.agent, &p.nodes,
	} {
		var err error
		if *port, err = free(); err != nil {
			return err
		}
	}
	return nil
}

// newIssuer makes an OIDC issuer of the form EKS gives its clusters, so that
// trust policies read as they do on AWS. The stack's AWS resolves it to the API
// server, which really serves it.
func newIssuer() (string, error) {
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", fmt.Errorf("making the issuer's id: %w", err)
	}
	return fmt.Sprintf("https://oidc.eks.%s.amazonaws.com/id/%X", Region, id), nil
}
