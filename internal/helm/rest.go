package helm

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

const (
	// requestTimeout bounds one request: the API server itself gives up after 60
	// seconds (--request-timeout), so a longer silence is a lost connection.
	requestTimeout = 70 * time.Second
	// bookkeeping is how long Helm may still send requests after an operation's
	// time ran out: it writes down that the release has failed, so that the next
	// apply need not guess.
	bookkeeping = 30 * time.Second
)

// getter is how Helm reaches the cluster. It needs no kubeconfig, so the tokens
// of an EKS cluster are renewed in process.
type getter struct {
	config    *rest.Config
	namespace string
	groups    func() (discovery.CachedDiscoveryInterface, error)
}

// newGetter returns a getter whose requests end with ctx.
func newGetter(ctx context.Context, config *rest.Config, namespace string) *getter {
	config.Timeout = requestTimeout
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return bound{ctx: ctx, next: next} })
	return &getter{config: config, namespace: namespace, groups: sync.OnceValues(func() (discovery.CachedDiscoveryInterface, error) {
		client, err := discovery.NewDiscoveryClientForConfig(config)
		if err != nil {
			return nil, err
		}
		return memory.NewMemCacheClient(client), nil
	})}
}

// ToRESTConfig is for Helm, which changes what it gets.
func (g *getter) ToRESTConfig() (*rest.Config, error) { return rest.CopyConfig(g.config), nil }

// ToDiscoveryClient is for Helm.
func (g *getter) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) { return g.groups() }

// ToRESTMapper is for Helm.
func (g *getter) ToRESTMapper() (meta.RESTMapper, error) {
	groups, err := g.groups()
	if err != nil {
		return nil, err
	}
	return restmapper.NewDeferredDiscoveryRESTMapper(groups), nil
}

// ToRawKubeConfigLoader is for Helm, which asks it for the namespace.
func (g *getter) ToRawKubeConfigLoader() clientcmd.ClientConfig {
	overrides := &clientcmd.ConfigOverrides{Context: clientcmdapi.Context{Namespace: g.namespace}}
	return clientcmd.NewDefaultClientConfig(*clientcmdapi.NewConfig(), overrides)
}

// bound ends requests with a context of its own beside the request's: most of
// the SDK knows no context.
type bound struct {
	ctx  context.Context
	next http.RoundTripper
}

func (b bound) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(request.Context())
	stop := context.AfterFunc(b.ctx, func() { cancel(context.Cause(b.ctx)) })
	release := func() { stop(); cancel(nil) }
	response, err := b.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		release()
		return nil, err
	}
	response.Body = &boundBody{ReadCloser: response.Body, release: release}
	return response, nil
}

type boundBody struct {
	io.ReadCloser
	release func()
}

func (b *boundBody) Close() error {
	defer b.release()
	return b.ReadCloser.Close()
}

// outlive returns a context that ends some time after ctx does.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return longer, func() { stop(); cancel() }
}
