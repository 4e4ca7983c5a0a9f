package objectresource

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/eventscale/terraform-provider-keda/internal/kube"
)

// await waits until the object is ready, and returns it as it was seen last.
func (o *object[M, P]) await(ctx context.Context, client *kube.Client, live *unstructured.Unstructured, model M) (*unstructured.Unstructured, error) {
	if o.Ready == nil {
		return live, nil
	}
	ready := o.Ready(ctx, ReadyRequest[M]{Model: model, Client: client})
	if ready == nil {
		return live, nil
	}
	return client.Wait(ctx, live, ready)
}
