package helm

import (
	"context"
	"fmt"
	"time"

	"helm.sh/helm/v3/pkg/action"
	helmkube "helm.sh/helm/v3/pkg/kube"
)

// storageDriver keeps releases in Secrets, as the command line does by default,
// so that `helm list` shows them.
const storageDriver = "secret"

// operation is what one operation needs of Helm: a Configuration caches what the
// cluster serves, and its requests end with the operation.
type operation struct {
	config *action.Configuration
	getter *getter
	// said is what Helm reported last.
	said string
	// end frees what the operation holds.
	end context.CancelFunc
}

// begin prepares an operation on a release. It contacts AWS at most.
func (c *Client) begin(ctx context.Context, key Key) (*operation, error) {
	rest, err := c.config.RESTConfig(ctx)
	if err != nil {
		return nil, err
	}
	requests, end := outlive(ctx, bookkeeping)
	begun := &operation{config: new(action.Configuration), getter: newGetter(requests, rest, key.Namespace), end: end}
	report := func(format string, args ...any) {
		begun.said = fmt.Sprintf(format, args...)
		c.report(ctx, begun.said, map[string]any{"release": key.Name, "namespace": key.Namespace})
	}
	if err := begun.config.Init(begun.getter, key.Namespace, storageDriver, report); err != nil {
		end()
		return nil, fmt.Errorf("preparing Helm: %w", err)
	}
	client, isClient := begun.config.KubeClient.(*helmkube.Client)
	if !isClient {
		end()
		return nil, fmt.Errorf("preparing Helm: its requests are of type %T", begun.config.KubeClient)
	}
	begun.config.KubeClient = &objects{
		Client: client,
		wait:   func(resources helmkube.ResourceList) error { return c.wait(ctx, begun, refsOf(resources)) },
	}
	return begun, nil
}

// objects are Helm's requests, but for the wait: Helm's own knows no context,
// and says nothing but that time ran out.
type objects struct {
	*helmkube.Client
	wait func(helmkube.ResourceList) error
}

// Wait replaces Helm's. The operation's context bounds it.
func (o *objects) Wait(resources helmkube.ResourceList, _ time.Duration) error {
	return o.wait(resources)
}

// WaitWithJobs replaces Helm's: Jobs are waited for in any case.
func (o *objects) WaitWithJobs(resources helmkube.ResourceList, _ time.Duration) error {
	return o.wait(resources)
}
