package podrunner

import (
	"context"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
)

// worker leads one pod from its binding to its end.
type worker struct {
	r     *Runner
	key   types.NamespacedName
	uid   types.UID
	spec  *corev1.PodSpec // what the runner reads of it does not change
	dir   string
	log   *slog.Logger
	ip    netip.Addr
	ports ports
	token tokens
	// programs tells whether any container runs a program; without one, nothing
	// is written to disk for the pod.
	programs bool

	forced  context.Context //nolint:containedctx // the pod's lifetime: ended when its programs must be killed
	force   context.CancelFunc
	life    context.Context //nolint:containedctx // ended when the pod is to end with its grace period
	end     context.CancelFunc
	deleted chan struct{} // closed when the API server wants the pod gone
	orphan  atomic.Bool   // its node is gone
	poke    chan struct{} // something that the pod reads has changed
	dirty   chan struct{} // the status may differ from the API server's

	deleteOnce sync.Once
	background sync.WaitGroup
	inits      []*container
	containers []*container
	written    map[string]map[string]file // by volume; only one goroutine at a time uses it

	mu    sync.Mutex
	pod   *corev1.Pod // the newest seen
	state observed
}

func newWorker(ctx context.Context, r *Runner, pod *corev1.Pod) (*worker, error) {
	ip, err := r.ips.take()
	if err != nil {
		return nil, err
	}
	key := types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}
	w := &worker{
		r: r, key: key, uid: pod.UID, pod: pod, spec: &pod.Spec, ip: ip,
		dir:     filepath.Join(r.config.Dir, pod.Namespace+"_"+pod.Name+"_"+string(pod.UID)),
		log:     r.config.Log.With("pod", key.String()),
		token:   tokens{client: r.config.Client, pod: pod},
		deleted: make(chan struct{}), poke: make(chan struct{}, 1), dirty: make(chan struct{}, 1),
		written: map[string]map[string]file{},
	}
	w.forced, w.force = context.WithCancel(ctx)
	w.life, w.end = context.WithCancel(w.forced)
	for i := range w.spec.InitContainers {
		w.inits = append(w.inits, newContainer(w, &w.spec.InitContainers[i], true))
	}
	for i := range w.spec.Containers {
		w.containers = append(w.containers, newContainer(w, &w.spec.Containers[i], false))
	}
	w.state = observed{start: now(), podIP: ip.String(), hostIP: r.hostIP(pod.Spec.NodeName)}
	waiting := "ContainerCreating"
	if len(w.inits) > 0 {
		waiting = "PodInitializing"
	}
	w.state.inits = w.initialStatuses(w.inits, waiting)
	w.state.containers = w.initialStatuses(w.containers, waiting)
	return w, nil
}

func (w *worker) initialStatuses(containers []*container, reason string) []corev1.ContainerStatus {
	var all []corev1.ContainerStatus
	for _, c := range containers {
		w.programs = w.programs || c.image != nil
		all = append(all, corev1.ContainerStatus{
			Name: c.spec.Name, Image: c.spec.Image, Started: new(bool),
			State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}},
		})
	}
	return all
}

// run leads the pod to its end. A pod that had ended before, under an earlier
// runner, is not started again.
func (w *worker) run() {
	defer w.cleanUp()
	statusDone := make(chan struct{})
	statusCtx, stopStatus := context.WithCancel(w.forced)
	if !terminal(w.current().Status.Phase) {
		go func() {
			defer close(statusDone)
			w.keepStatus(statusCtx)
		}()
		w.touch()
		w.live()
		w.halt()
	} else {
		close(statusDone)
	}
	stopStatus()
	<-statusDone
	w.background.Wait()
	w.finish()
}

// live starts the pod's containers and returns when the main ones have ended or
// the pod is to end.
func (w *worker) live() {
	if err := w.prepare(); err != nil {
		w.log.Error("cannot prepare the pod's folder", "error", err)
		return
	}
	if !w.mount() {
		return
	}
	w.change(func(o *observed) { o.mounted = true })
	if w.programs {
		w.background.Go(w.refreshVolumes)
	}
	for _, c := range w.inits {
		c.begin()
		passed := c.finished
		if sidecar(c.spec) {
			passed = c.started
		}
		select {
		case <-passed:
		case <-w.life.Done():
			return
		}
		if failed(c) {
			return
		}
	}
	for _, c := range w.containers {
		c.begin()
	}
	for _, c := range w.containers {
		select {
		case <-c.finished:
		case <-w.life.Done():
			return
		}
	}
}

// prepare makes the pod's folder and chooses its ports before any program
// starts, because programs of a pod may refer to each other's ports.
func (w *worker) prepare() error {
	if !w.programs {
		return nil
	}
	for _, sub := range []string{"home", "tmp", "logs", "volumes"} {
		if err := os.MkdirAll(filepath.Join(w.dir, sub), 0o700); err != nil {
			return err
		}
	}
	for _, c := range slices.Concat(w.inits, w.containers) {
		if c.image == nil {
			continue
		}
		for _, port := range c.spec.Ports {
			if _, err := w.ports.get(int(port.ContainerPort)); err != nil {
				return err
			}
		}
	}
	return nil
}

// failed tells whether an init container has ended for good without success.
func failed(c *container) bool {
	s := c.status()
	return !sidecar(c.spec) && (s.State.Terminated == nil || s.State.Terminated.ExitCode != 0)
}

// observe takes a newer version of the pod.
func (w *worker) observe(pod *corev1.Pod) {
	w.mu.Lock()
	if order, err := resourceversion.CompareResourceVersion(pod.ResourceVersion, w.pod.ResourceVersion); err == nil && order < 0 {
		w.mu.Unlock()
		return
	}
	old := w.pod
	w.pod = pod
	w.mu.Unlock()
	if pod.DeletionTimestamp != nil {
		w.deleteOnce.Do(func() { close(w.deleted) })
		w.end()
		w.shorten(old, pod)
	}
	if terminal(pod.Status.Phase) {
		w.end() // evicted, or failed by a controller
	}
	if !sameDownwardFields(old, pod) {
		w.wake()
	}
	w.touch()
}

// shorten has a smaller grace period, given while the pod is ending, hold.
func (w *worker) shorten(old, pod *corev1.Pod) {
	if old.DeletionGracePeriodSeconds == nil || pod.DeletionGracePeriodSeconds == nil ||
		*pod.DeletionGracePeriodSeconds >= *old.DeletionGracePeriodSeconds {
		return
	}
	time.AfterFunc(time.Duration(*pod.DeletionGracePeriodSeconds)*time.Second, func() {
		for _, c := range slices.Concat(w.inits, w.containers) {
			c.kill()
		}
	})
}

func (w *worker) current() *corev1.Pod {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pod
}

func (w *worker) change(f func(*observed)) {
	w.mu.Lock()
	f(&w.state)
	w.mu.Unlock()
	w.touch()
}

func (w *worker) updateContainer(name string, init bool, f func(*corev1.ContainerStatus)) {
	w.change(func(o *observed) {
		statuses := o.containers
		if init {
			statuses = o.inits
		}
		for i := range statuses {
			if statuses[i].Name == name {
				f(&statuses[i])
			}
		}
	})
}

func (w *worker) touch() { mark(w.dirty) }

func (w *worker) wake() { mark(w.poke) }

// mark leaves a mark for whoever looks next; one mark is enough.
func mark(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// startDelay is how long the pod's simulated containers take.
func (w *worker) startDelay() time.Duration {
	text, ok := w.current().Annotations[StartDelayAnnotation]
	if !ok {
		return w.r.config.StartDelay
	}
	delay, err := time.ParseDuration(text)
	if err != nil {
		w.event(nil, corev1.EventTypeWarning, "InvalidStartDelay",
			"annotation "+StartDelayAnnotation+" is not a duration such as 30s; the stack's own delay holds")
		return w.r.config.StartDelay
	}
	return delay
}
