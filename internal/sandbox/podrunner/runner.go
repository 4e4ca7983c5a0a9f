package podrunner

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/flowcontrol"
)

// The kubelet's back-off of restarts.
const (
	firstRestartDelay = 10 * time.Second
	lastRestartDelay  = 5 * time.Minute
)

// Runner is the kubelet of all nodes of a local stack.
type Runner struct {
	config   Config
	images   map[string]*Image
	ips      *ipPool
	backoff  *flowcontrol.Backoff
	events   record.EventBroadcaster
	recorder record.EventRecorder

	factory informers.SharedInformerFactory
	ctx     context.Context //nolint:containedctx // Run's, for the workers that it starts
	pods    corelisters.PodLister
	nodes   corelisters.NodeLister
	running sync.WaitGroup

	mu      sync.Mutex
	workers map[types.UID]*worker
}

// New returns a Runner that does nothing until Run.
func New(config Config) *Runner {
	r := &Runner{
		config: config, images: map[string]*Image{}, ips: newIPPool(), workers: map[types.UID]*worker{},
		backoff: flowcontrol.NewBackOff(firstRestartDelay, lastRestartDelay),
		events:  record.NewBroadcaster(),
		factory: informers.NewSharedInformerFactory(config.Client, 0),
	}
	r.pods, r.nodes = r.factory.Core().V1().Pods().Lister(), r.factory.Core().V1().Nodes().Lister()
	for i := range config.Images {
		r.images[config.Images[i].Repository] = &config.Images[i]
	}
	r.recorder = r.events.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "kubelet"})
	return r
}

// Run runs the pods of the cluster until ctx is done, and then ends all their
// programs: SIGTERM, and SIGKILL after 2 seconds. It must be called once.
func (r *Runner) Run(ctx context.Context) error {
	r.ctx = ctx
	r.events.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: r.config.Client.CoreV1().Events("")})
	defer r.events.Shutdown()
	core := r.factory.Core().V1()
	nodes, pods := core.Nodes().Informer(), core.Pods().Informer()
	secrets, configMaps := core.Secrets().Informer(), core.ConfigMaps().Informer()
	if err := errors.Join(
		secrets.SetTransform(onlyMetadata), configMaps.SetTransform(onlyMetadata),
		handle(nodes, r.nodeAppeared, nil, r.nodeVanished),
		handle(pods, r.observe, r.replaced, r.podVanished),
		handle(secrets, func(s *corev1.Secret) { r.changed("Secret", s) }, nil, func(s *corev1.Secret) { r.changed("Secret", s) }),
		handle(configMaps, func(m *corev1.ConfigMap) { r.changed("ConfigMap", m) }, nil, func(m *corev1.ConfigMap) { r.changed("ConfigMap", m) }),
	); err != nil {
		return err
	}
	r.factory.Start(ctx.Done())
	<-ctx.Done()
	r.factory.Shutdown()
	r.running.Wait()
	return nil
}

// handle registers typed handlers. replaced, if given, is called when an object
// was deleted and made anew between two looks.
func handle[T metav1.Object](informer cache.SharedIndexInformer, seen func(T), replaced func(old, next T), gone func(T)) error {
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(obj any) { seen(obj.(T)) }, //nolint:forcetypeassert // the informer's own type
		UpdateFunc: func(before, after any) {
			old, next := before.(T), after.(T) //nolint:forcetypeassert // the informer's own type
			if replaced != nil && old.GetUID() != next.GetUID() {
				replaced(old, next)
			}
			seen(next)
		},
		DeleteFunc: func(obj any) {
			if last, ok := obj.(cache.DeletedFinalStateUnknown); ok {
				obj = last.Obj
			}
			gone(obj.(T)) //nolint:forcetypeassert // the informer's own type
		},
	})
	return err
}

// onlyMetadata keeps the data of Secrets and ConfigMaps out of memory: the
// informers only tell that something changed.
func onlyMetadata(obj any) (any, error) {
	switch o := obj.(type) {
	case *corev1.Secret:
		return &corev1.Secret{ObjectMeta: o.ObjectMeta}, nil
	case *corev1.ConfigMap:
		return &corev1.ConfigMap{ObjectMeta: o.ObjectMeta}, nil
	}
	return obj, nil
}

// observe takes a pod as it is now, and starts it when it is new and bound to a
// node that exists.
func (r *Runner) observe(pod *corev1.Pod) {
	if pod.Spec.NodeName == "" || r.ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if w := r.workers[pod.UID]; w != nil {
		w.observe(pod)
		return
	}
	if r.node(pod.Spec.NodeName) == nil {
		return // nodeAppeared comes back to it
	}
	w, err := newWorker(r.ctx, r, pod)
	if err != nil {
		r.config.Log.Error("cannot start a pod", "pod", pod.Namespace+"/"+pod.Name, "error", err)
		return
	}
	r.workers[pod.UID] = w
	w.observe(pod)
	r.running.Go(w.run)
}

func (r *Runner) replaced(old, _ *corev1.Pod) { r.podVanished(old) }

// podVanished ends a pod that the API server has no longer: it was deleted by
// force, or has ended already.
func (r *Runner) podVanished(pod *corev1.Pod) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if w := r.workers[pod.UID]; w != nil {
		w.force()
		delete(r.workers, pod.UID)
	}
}

func (r *Runner) nodeAppeared(node *corev1.Node) {
	for _, pod := range r.podsOf(node) {
		r.observe(pod)
	}
}

// nodeVanished ends the pods of a node as a machine's end does, and deletes
// them as the pod garbage collector would a minute later.
func (r *Runner) nodeVanished(node *corev1.Node) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.workers {
		if w.spec.NodeName == node.Name {
			w.orphan.Store(true)
			w.force()
		}
	}
}

func (r *Runner) podsOf(node *corev1.Node) []*corev1.Pod {
	all, err := r.pods.List(labels.Everything())
	if err != nil {
		r.config.Log.Error("cannot list pods", "error", err)
	}
	return slices.DeleteFunc(all, func(pod *corev1.Pod) bool { return pod.Spec.NodeName != node.Name })
}

// changed wakes the pods that show a Secret or ConfigMap.
func (r *Runner) changed(kind string, object metav1.Object) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.workers {
		if w.key.Namespace == object.GetNamespace() && readsObject(w.spec, kind, object.GetName()) {
			w.wake()
		}
	}
}

// LocalAddress returns the loopback address of a pod's port, when a program of
// the pod uses that port.
func (r *Runner) LocalAddress(podUID types.UID, port int) (string, bool) {
	w := r.worker(podUID)
	if w == nil {
		return "", false
	}
	local, ok := w.ports.find(port)
	if !ok {
		return "", false
	}
	return loopback(local), true
}

func (r *Runner) worker(uid types.UID) *worker {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.workers[uid]
}

func (r *Runner) image(name string) *Image { return r.images[repository(name)] }

// node returns a node, or nil when it does not exist.
func (r *Runner) node(name string) *corev1.Node {
	node, err := r.nodes.Get(name)
	if err != nil {
		return nil
	}
	return node
}

func (r *Runner) hostIP(nodeName string) string {
	if node := r.node(nodeName); node != nil {
		for _, a := range node.Status.Addresses {
			if a.Type == corev1.NodeInternalIP {
				return a.Address
			}
		}
	}
	return "127.0.0.1"
}
