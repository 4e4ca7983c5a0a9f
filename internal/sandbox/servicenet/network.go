package servicenet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// ErrNoEndpoint means that a Service exists but none of its pods is ready.
var ErrNoEndpoint = errors.New("the Service has no ready endpoint")

// Config tells a Network what it connects.
type Config struct {
	Client kubernetes.Interface
	// PodAddress returns the local address of a pod's port, when a program of
	// the pod uses that port.
	PodAddress func(podUID types.UID, port int) (string, bool)
	// APIServer is the host:port that stands for the Service default/kubernetes.
	APIServer string
	Log       *slog.Logger
}

// Network resolves Services to local addresses.
type Network struct {
	config   Config
	services cache.SharedIndexInformer
	slices   cache.SharedIndexInformer
	synced   chan struct{} // closed when both informers have listed
	closed   chan struct{} // closed when Run ends

	mu        sync.Mutex
	listeners map[servicePort]*forwarder
}

type servicePort struct {
	namespace, name string
	port            int
}

func (s servicePort) String() string {
	return fmt.Sprintf("%s.%s.svc:%d", s.name, s.namespace, s.port)
}

const (
	byClusterIP = "clusterIP"
	byService   = "service"
)

// New returns a Network that resolves nothing until Run.
func New(config Config) (*Network, error) {
	factory := informers.NewSharedInformerFactory(config.Client, 0)
	n := &Network{
		config:    config,
		services:  factory.Core().V1().Services().Informer(),
		slices:    factory.Discovery().V1().EndpointSlices().Informer(),
		synced:    make(chan struct{}),
		closed:    make(chan struct{}),
		listeners: map[servicePort]*forwarder{},
	}
	return n, errors.Join(
		n.services.AddIndexers(cache.Indexers{byClusterIP: clusterIPs}),
		n.slices.AddIndexers(cache.Indexers{byService: serviceOfSlice}),
	)
}

func clusterIPs(obj any) ([]string, error) {
	return obj.(*corev1.Service).Spec.ClusterIPs, nil //nolint:forcetypeassert // the informer's own type
}

func serviceOfSlice(obj any) ([]string, error) {
	slice := obj.(*discoveryv1.EndpointSlice) //nolint:forcetypeassert // the informer's own type
	return []string{slice.Namespace + "/" + slice.Labels[discoveryv1.LabelServiceName]}, nil
}

// Run watches Services and EndpointSlices until ctx is done, then closes all
// listeners and their connections. It must be called once.
func (n *Network) Run(ctx context.Context) error {
	var running sync.WaitGroup
	running.Go(func() { n.services.RunWithContext(ctx) })
	running.Go(func() { n.slices.RunWithContext(ctx) })
	if cache.WaitForCacheSync(ctx.Done(), n.services.HasSynced, n.slices.HasSynced) {
		close(n.synced)
	}
	<-ctx.Done()
	n.mu.Lock()
	close(n.closed)
	forwarders := n.listeners
	n.listeners = nil
	n.mu.Unlock()
	for _, f := range forwarders {
		f.close()
	}
	running.Wait()
	return nil
}

// Resolve returns the local address behind ClusterIP:port, waiting for the
// first list of Services as long as ctx allows.
func (n *Network) Resolve(ctx context.Context, address string) (string, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return "", fmt.Errorf("the port of %s is not a number", address)
	}
	if err := n.awaitSync(ctx); err != nil {
		return "", err
	}
	found, err := n.services.GetIndexer().ByIndex(byClusterIP, host)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("no Service has the cluster address %s", host)
	}
	service := found[0].(*corev1.Service) //nolint:forcetypeassert // the informer's own type
	return n.endpoint(servicePort{service.Namespace, service.Name, port})
}

func (n *Network) awaitSync(ctx context.Context) error {
	select {
	case <-n.synced:
		return nil
	case <-n.closed:
		return errors.New("the stack's network has ended")
	case <-ctx.Done():
		return fmt.Errorf("waiting for the list of Services: %w", ctx.Err())
	}
}

// endpoint returns the local address of one ready endpoint of a Service's port,
// a different one each time, as kube-proxy does.
func (n *Network) endpoint(at servicePort) (string, error) {
	if at.namespace == "default" && at.name == "kubernetes" && n.config.APIServer != "" {
		return n.config.APIServer, nil
	}
	obj, exists, err := n.services.GetIndexer().GetByKey(at.namespace + "/" + at.name)
	if err != nil {
		return "", err
	}
	if !exists {
		return "", fmt.Errorf("%s: there is no such Service", at)
	}
	port := portOf(obj.(*corev1.Service), at.port) //nolint:forcetypeassert // the informer's own type
	if port == nil {
		return "", fmt.Errorf("%s: the Service has no such port", at)
	}
	slices, err := n.slices.GetIndexer().ByIndex(byService, at.namespace+"/"+at.name)
	if err != nil {
		return "", err
	}
	var ready []string
	for _, obj := range slices {
		ready = append(ready, n.readyAddresses(obj.(*discoveryv1.EndpointSlice), port.Name)...) //nolint:forcetypeassert // the informer's own type
	}
	if len(ready) == 0 {
		return "", fmt.Errorf("%s: %w", at, ErrNoEndpoint)
	}
	return ready[rand.IntN(len(ready))], nil //nolint:gosec // not a secret
}

func portOf(service *corev1.Service, number int) *corev1.ServicePort {
	for i := range service.Spec.Ports {
		if p := &service.Spec.Ports[i]; int(p.Port) == number && (p.Protocol == "" || p.Protocol == corev1.ProtocolTCP) {
			return p
		}
	}
	return nil
}

// readyAddresses lists where the ready pods of a slice listen. The slice's port
// is the pod's, also where the Service names it: the controller resolved it.
func (n *Network) readyAddresses(slice *discoveryv1.EndpointSlice, portName string) []string {
	var all []string
	for _, p := range slice.Ports {
		if p.Port == nil || deref(p.Name) != portName {
			continue
		}
		for _, e := range slice.Endpoints {
			if e.TargetRef == nil || e.TargetRef.Kind != "Pod" || e.Conditions.Ready != nil && !*e.Conditions.Ready {
				continue
			}
			if address, ok := n.config.PodAddress(e.TargetRef.UID, int(*p.Port)); ok {
				all = append(all, address)
			}
		}
	}
	return all
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Service returns the address of a loopback listener that forwards each
// connection to a ready endpoint of a Service's port. The listener is made at
// the first call and stays the same; the Service need not exist yet. A
// connection for which there is no endpoint is closed.
func (n *Network) Service(namespace, name string, port int) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	select {
	case <-n.closed:
		return "", errors.New("the stack's network has ended")
	default:
	}
	at := servicePort{namespace, name, port}
	f := n.listeners[at]
	if f == nil {
		var err error
		if f, err = newForwarder(func(ctx context.Context) (string, error) {
			if err := n.awaitSync(ctx); err != nil {
				return "", err
			}
			return n.endpoint(at)
		}, n.config.Log.With("service", at.String())); err != nil {
			return "", fmt.Errorf("cannot listen for Service %s: %w", at, err)
		}
		n.listeners[at] = f
	}
	return f.address(), nil
}
