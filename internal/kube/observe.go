package kube

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
)

const (
	// lookAgain is how often an object is visited when nothing changes: what is
	// waited for may depend on time or on other objects. It is also the interval
	// of polling where the identity may get but not watch.
	lookAgain = 2 * time.Second
	// watchLength ends a watch that could have died without a sign, and reads the
	// object anew.
	watchLength = 60 * time.Second
	// rereadDelay keeps a watch that ends at once from becoming a busy loop.
	rereadDelay = 200 * time.Millisecond
)

// visitor looks at an object's newest state, nil if it does not exist, and says
// whether it has seen enough.
type visitor func(ctx context.Context, live *unstructured.Unstructured) (done bool, err error)

// observe shows an object to visit, at first as given, then at every change,
// until visit has seen enough, fails, or ctx ends.
func (c *Client) observe(ctx context.Context, ref Ref, live *unstructured.Unstructured, visit visitor) error {
	for {
		if done, err := visit(ctx, live); done || err != nil {
			return err
		}
		if live != nil {
			done, err := c.follow(ctx, ref, live, visit)
			if done || err != nil {
				return err
			}
		}
		if err := pause(ctx, rereadDelay); err != nil {
			return err
		}
		var err error
		if live, err = c.Get(ctx, ref); err != nil && !IsGone(err) {
			return err
		}
	}
}

// follow shows visit what a watch from live on reports. It returns without an
// error when the watch ends and the object has to be read again.
func (c *Client) follow(ctx context.Context, ref Ref, live *unstructured.Unstructured, visit visitor) (bool, error) {
	objects, err := c.resource(ctx, ref)
	if err != nil {
		return false, err
	}
	seconds := int64(watchLength.Seconds())
	events, err := objects.Watch(ctx, metav1.ListOptions{
		FieldSelector:   fields.OneTermEqualSelector("metadata.name", ref.Name).String(),
		ResourceVersion: live.GetResourceVersion(),
		TimeoutSeconds:  &seconds,
	})
	switch {
	case apierrors.IsForbidden(err), apierrors.IsMethodNotSupported(err):
		return false, pause(ctx, lookAgain)
	case err != nil && ctx.Err() != nil:
		return false, context.Cause(ctx)
	case err != nil:
		// Reading the object again retries, or fails with the reason.
		return false, nil
	}
	defer events.Stop()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-again.C:
		case event, open := <-events.ResultChan():
			if !open || event.Type == watch.Error {
				return false, nil
			}
			live = observed(event)
		}
		if done, err := visit(ctx, live); done || err != nil {
			return done, err
		}
		if live == nil {
			return false, nil
		}
	}
}

func observed(event watch.Event) *unstructured.Unstructured {
	live, isObject := event.Object.(*unstructured.Unstructured)
	if !isObject || event.Type == watch.Deleted {
		return nil
	}
	return live
}
