package kube

import (
	"context"
	"fmt"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

type groupVersionKind = schema.GroupVersionKind

// Kind is a kind of object with what a request for it needs.
type Kind struct {
	schema.GroupVersionKind
	// Resource is the plural name in the URL, such as scaledobjects.
	Resource   string
	Namespaced bool
}

// root is where the API server serves the kind's group and version.
func (k Kind) root() string {
	if k.Group == "" {
		return "/api/" + k.Version
	}
	return "/apis/" + k.Group + "/" + k.Version
}

// KindNotInstalledError says that the API server does not serve a kind:
// usually the CustomResourceDefinition is not installed.
type KindNotInstalledError struct {
	GroupVersionKind schema.GroupVersionKind
	Err              error
}

func (e *KindNotInstalledError) Error() string {
	return fmt.Sprintf("the cluster does not serve kind %s of %s", e.GroupVersionKind.Kind, e.GroupVersionKind.GroupVersion())
}

func (e *KindNotInstalledError) Unwrap() error { return e.Err }

// groupReader is the part of discovery that looks at one group and version.
// Listing all groups instead would fail with the least of them: one aggregated
// API that is down, such as KEDA's own metrics API while KEDA starts.
type groupReader interface {
	ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (*metav1.APIResourceList, error)
}

// kindCache remembers the kinds that the API server serves.
type kindCache struct {
	groups groupReader

	mu    sync.Mutex
	kinds map[groupVersionKind]Kind
}

func newKindCache(groups groupReader) *kindCache {
	return &kindCache{groups: groups, kinds: map[groupVersionKind]Kind{}}
}

// lookup returns the kind, asking the API server if it is not known. Only what
// is served is remembered, so a kind that is installed later in the same apply
// is found.
func (c *kindCache) lookup(ctx context.Context, wanted groupVersionKind) (Kind, error) {
	c.mu.Lock()
	kind, found := c.kinds[wanted]
	c.mu.Unlock()
	if found {
		return kind, nil
	}
	list, err := c.groups.ServerResourcesForGroupVersionWithContext(ctx, wanted.GroupVersion().String())
	if apierrors.IsNotFound(err) {
		return Kind{}, &KindNotInstalledError{GroupVersionKind: wanted, Err: err}
	}
	if err != nil {
		return Kind{}, fmt.Errorf("asking which kinds %s has: %w", wanted.GroupVersion(), err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range list.APIResources {
		// "deployments/scale" serves another kind at a subresource.
		if strings.Contains(resource.Name, "/") {
			continue
		}
		served := wanted.GroupVersion().WithKind(resource.Kind)
		c.kinds[served] = Kind{GroupVersionKind: served, Resource: resource.Name, Namespaced: resource.Namespaced}
	}
	if kind, found = c.kinds[wanted]; !found {
		return Kind{}, &KindNotInstalledError{GroupVersionKind: wanted}
	}
	return kind, nil
}
