package podrunner

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// NodeHandler answers for all nodes of the stack: the kubelet's
// /containerLogs/{namespace}/{pod}/{container} with follow, tailLines,
// limitBytes and previous; anything else is 501. It does not authenticate: the
// server must ask for the API server's client certificate.
func (r *Runner) NodeHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", r.containerLogs)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the nodes of the local stack have container logs only: no exec, attach or port-forward", http.StatusNotImplemented)
	})
	return mux
}

func (r *Runner) containerLogs(w http.ResponseWriter, request *http.Request) {
	c, err := r.container(request.PathValue("namespace"), request.PathValue("pod"), request.PathValue("container"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if c.image == nil {
		_, _ = fmt.Fprintf(w, "This container is simulated: the local stack has no program for image %s.\n", c.spec.Image)
		return
	}
	query := request.URL.Query()
	name := c.w.logFile(c.spec.Name)
	if query.Get("previous") == "true" {
		name = c.w.previousLogFile(c.spec.Name)
	}
	f, err := os.Open(name) //nolint:gosec // a container's own log
	if err != nil {
		http.Error(w, fmt.Sprintf("container %q has no such log (yet)", c.spec.Name), http.StatusNotFound)
		return
	}
	defer func() { _ = f.Close() }()
	if lines, err := strconv.Atoi(query.Get("tailLines")); err == nil {
		if err := seekLines(f, lines); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	var log io.Reader = f
	if limit, err := strconv.ParseInt(query.Get("limitBytes"), 10, 64); err == nil {
		log = io.LimitReader(f, limit)
	}
	if query.Get("follow") != "true" {
		_, _ = io.Copy(w, log)
		return
	}
	follow(request.Context(), w, log, c)
}

// container finds a container of a pod that the runner has.
func (r *Runner) container(namespace, pod, name string) (*container, error) {
	known, err := r.pods.Pods(namespace).Get(pod)
	if err != nil {
		return nil, err
	}
	w := r.worker(known.UID)
	if w == nil {
		return nil, fmt.Errorf("pod %s/%s has not been started", namespace, pod)
	}
	for _, all := range [][]*container{w.inits, w.containers} {
		for _, c := range all {
			if c.spec.Name == name {
				return c, nil
			}
		}
	}
	return nil, fmt.Errorf("pod %s/%s has no container %q", namespace, pod, name)
}

// followInterval is how often a followed log is looked at.
const followInterval = 200 * time.Millisecond

// follow copies a log as it grows, until the container's present start has
// ended or the reader leaves.
func follow(ctx context.Context, w http.ResponseWriter, log io.Reader, c *container) {
	began := c.status().ContainerID
	for {
		status := c.status()
		if _, err := io.Copy(w, log); err != nil {
			return
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			return
		}
		if status.State.Running == nil || status.ContainerID != began || !sleep(ctx, followInterval) {
			return
		}
	}
}

func (c *container) status() corev1.ContainerStatus {
	var found corev1.ContainerStatus
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	statuses := c.w.state.containers
	if c.init {
		statuses = c.w.state.inits
	}
	for _, s := range statuses {
		if s.Name == c.spec.Name {
			found = s
		}
	}
	return found
}

// seekLines moves to the beginning of a file's last lines.
func seekLines(f io.ReadSeeker, lines int) error {
	const block = 4096
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if lines <= 0 {
		return nil
	}
	buffer := make([]byte, block)
	last := end - 1 // the newline at the very end does not begin a line
	for start := end; start > 0; {
		size := min(block, start)
		start -= size
		if _, err := f.Seek(start, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.ReadFull(f, buffer[:size]); err != nil {
			return err
		}
		for i := size - 1; i >= 0; i-- {
			if buffer[i] != '\n' || start+i == last {
				continue
			}
			if lines--; lines == 0 {
				_, err := f.Seek(start+i+1, io.SeekStart)
				return err
			}
		}
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}
