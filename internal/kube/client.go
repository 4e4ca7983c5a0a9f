package kube

import (
	"context"
	"errors"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// Client works on the objects of one cluster. It is safe for concurrent use,
// and contacts nothing until the first call that needs the cluster.
type Client struct {
	config Config
	known  map[groupVersionKind]Kind

	// building admits one goroutine at a time. It is no sync.Once, because a
	// failure must not last: the cluster may be created later in the same apply.
	// It is no mutex, because waiting for it must end with the caller's context.
	building chan struct{}
	mu       sync.Mutex
	built    *connection
}

// connection is what a Client needs once the configuration is resolved.
type connection struct {
	// rest is what dynamic asks by, for an answer that dynamic keeps to itself.
	rest    rest.Interface
	dynamic dynamic.Interface
	kinds   *kindCache
	served  namespacedLister
}

// New returns a client for the cluster. A kind given here is used without
// asking the API server for its resource name; every other kind costs one
// discovery request for each group and version.
func New(config Config, kinds ...Kind) *Client {
	client := &Client{
		config:   config,
		known:    make(map[groupVersionKind]Kind, len(kinds)),
		building: make(chan struct{}, 1),
	}
	for _, kind := range kinds {
		client.known[kind.GroupVersionKind] = kind
	}
	return client
}

// connect builds the connection once. An error is returned to this caller
// only: the next one tries again.
func (c *Client) connect(ctx context.Context) (*connection, error) {
	if built := c.connected(); built != nil {
		return built, nil
	}
	select {
	case c.building <- struct{}{}:
		defer func() { <-c.building }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if built := c.connected(); built != nil {
		return built, nil
	}
	config, err := c.config.RESTConfig(ctx)
	if err != nil {
		return nil, err
	}
	built, err := newConnection(config)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.built = built
	return built, nil
}

func (c *Client) connected() *connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.built
}

func newConnection(config *rest.Config) (*connection, error) {
	config.WarningHandlerWithContext = warningCollector{}
	// One HTTP client, so that discovery and objects share a connection.
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, &ConfigError{Reason: "the connection to the cluster cannot be set up", Err: err}
	}
	requests, err := rest.UnversionedRESTClientForConfigAndClient(dynamic.ConfigFor(config), httpClient)
	if err != nil {
		return nil, &ConfigError{Reason: "the connection to the cluster cannot be set up", Err: err}
	}
	groups, err := discovery.NewDiscoveryClientForConfigAndClient(config, httpClient)
	if err != nil {
		return nil, &ConfigError{Reason: "the connection to the cluster cannot be set up", Err: err}
	}
	return &connection{rest: requests, dynamic: dynamic.New(requests), kinds: newKindCache(groups), served: groups}, nil
}

// endpoint returns the kind of a reference and where the API server serves it.
func (c *Client) endpoint(ctx context.Context, ref Ref) (Kind, dynamic.NamespaceableResourceInterface, error) {
	built, err := c.connect(ctx)
	if err != nil {
		return Kind{}, nil, err
	}
	kind, found := c.known[ref.GroupVersionKind]
	if !found {
		kind, err = retry(ctx, func(ctx context.Context) (Kind, error) {
			kind, err := built.kinds.lookup(ctx, ref.GroupVersionKind)
			if _, absent := errors.AsType[*KindNotInstalledError](err); err != nil && !absent {
				err = &RequestError{Object: ref, Err: err}
			}
			return kind, err
		})
		if err != nil {
			return Kind{}, nil, err
		}
	}
	return kind, built.dynamic.Resource(kind.GroupVersion().WithResource(kind.Resource)), nil
}

// resource returns where the API server serves the objects that ref is one of.
func (c *Client) resource(ctx context.Context, ref Ref) (dynamic.ResourceInterface, error) {
	kind, objects, err := c.endpoint(ctx, ref)
	if err != nil {
		return nil, err
	}
	if err := ref.fits(kind); err != nil {
		return nil, err
	}
	if kind.Namespaced {
		return objects.Namespace(ref.Namespace), nil
	}
	return objects, nil
}

// Get reads one object. Errors: IsGone reports whether it does not exist.
func (c *Client) Get(ctx context.Context, ref Ref) (*unstructured.Unstructured, error) {
	objects, err := c.resource(ctx, ref)
	if err != nil {
		return nil, err
	}
	return retry(ctx, func(ctx context.Context) (*unstructured.Unstructured, error) {
		live, err := objects.Get(ctx, ref.Name, metav1.GetOptions{})
		return live, ref.explain(err)
	})
}

// List reads all objects of ref's kind in ref's namespace, or in every
// namespace if that is empty, which match a label selector; an empty selector
// matches all. Ref's name is not used.
func (c *Client) List(ctx context.Context, ref Ref, selector string) ([]unstructured.Unstructured, error) {
	_, objects, err := c.endpoint(ctx, ref)
	if err != nil {
		return nil, err
	}
	return retry(ctx, func(ctx context.Context) ([]unstructured.Unstructured, error) {
		list, err := objects.Namespace(ref.Namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
		if err != nil {
			return nil, ref.explain(err)
		}
		return list.Items, nil
	})
}
