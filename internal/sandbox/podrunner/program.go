package podrunner

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

// searchPath is the PATH of programs: an image's own, not this process's.
const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// accountDir is where the API server mounts the service account's token.
const accountDir = "/var/run/secrets/kubernetes.io/serviceaccount"

// shells cannot be a program's entrypoint: the image that has them is not here.
var shells = []string{"sh", "bash", "ash", "dash", "env"}

// launch starts the container's program.
func (c *container) launch(ctx context.Context) (task, string, error) {
	invocation, err := c.invocation(ctx)
	if err != nil {
		return nil, "CreateContainerConfigError", err
	}
	if c.image.Adapt != nil {
		if err := c.image.Adapt(invocation); err != nil {
			return nil, "CreateContainerError", fmt.Errorf("the program of image %s cannot be run here: %w", c.image.Repository, err)
		}
	}
	log := c.w.logFile(c.spec.Name)
	if err := os.Rename(log, c.w.previousLogFile(c.spec.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, "CreateContainerError", err
	}
	p, err := process.Start(process.Spec{
		Name: c.w.key.String() + "/" + c.spec.Name, Path: c.image.Program,
		Args: invocation.Args, Env: invocation.Env, Dir: invocation.Dir, Log: log,
	})
	if err != nil {
		return nil, "RunContainerError", err
	}
	return p, "", nil
}

// invocation resolves what the container's program is started with.
func (c *container) invocation(ctx context.Context) (*Invocation, error) {
	vars, err := c.w.references().environment(ctx, c.spec)
	if err != nil {
		return nil, err
	}
	rw := c.w.rewriter(mountsOf(c.spec, c.w.volumeDir, vars.lookup))
	if err := makeMounts(rw.mounts); err != nil {
		return nil, err
	}
	i := &Invocation{
		Pod: c.w.current(), Container: c.spec, Port: c.w.ports.get, Service: c.w.r.config.Net.Service, Path: rw.local,
		Dir: rw.local(c.spec.WorkingDir),
	}
	if i.Dir == c.spec.WorkingDir {
		i.Dir = filepath.Join(c.w.dir, "home")
	}
	if i.Args, err = c.args(vars, rw); err != nil {
		return nil, err
	}
	if token := rw.local(accountDir); token != accountDir {
		if i.Kubeconfig, err = c.w.kubeconfig(filepath.Join(token, corev1.ServiceAccountTokenKey)); err != nil {
			return nil, err
		}
	}
	i.Env, err = c.env(vars, rw, i.Kubeconfig)
	return i, err
}

// args are the words after the program's name: those of command but the first,
// for which the program stands, and those of args.
func (c *container) args(vars *variables, rw *rewriter) ([]string, error) {
	words := c.spec.Args
	if len(c.spec.Command) > 0 {
		if entrypoint := path.Base(c.spec.Command[0]); slices.Contains(shells, entrypoint) {
			return nil, fmt.Errorf("command starts %s, but the local stack runs only the program of image %s itself: leave command out and use args", entrypoint, c.image.Repository)
		}
		words = slices.Concat(c.spec.Command[1:], words)
	}
	var args []string
	for _, word := range words {
		word, err := rw.rewrite(expand(word, vars.lookup))
		if err != nil {
			return nil, err
		}
		args = append(args, word)
	}
	return args, nil
}

// env is the complete environment: what an image and the kubelet would set,
// the stack's own variables, then the pod's.
func (c *container) env(vars *variables, rw *rewriter, kubeconfig string) ([]string, error) {
	pod := c.w.current()
	env := []string{
		"PATH=" + searchPath,
		"HOME=" + filepath.Join(c.w.dir, "home"),
		"TMPDIR=" + filepath.Join(c.w.dir, "tmp"),
		"HOSTNAME=" + pod.Name,
	}
	if api, err := url.Parse(c.w.r.config.REST.Host); err == nil && api.Hostname() != "" {
		env = append(env, "KUBERNETES_SERVICE_HOST="+api.Hostname(), "KUBERNETES_SERVICE_PORT="+api.Port())
	}
	if kubeconfig != "" {
		env = append(env, "KUBECONFIG="+kubeconfig)
	}
	env = append(env, c.w.r.config.Env...)
	for _, name := range vars.names {
		value, err := rw.rewrite(vars.values[name])
		if err != nil {
			return nil, fmt.Errorf("environment variable %s: %w", name, err)
		}
		env = append(env, name+"="+value)
	}
	return env, nil
}

// makeMounts makes the sub-paths of folders that a container mounts.
func makeMounts(mounts []mount) error {
	for _, m := range mounts {
		if _, err := os.Stat(m.local); errors.Is(err, fs.ErrNotExist) {
			if err := os.MkdirAll(m.local, 0o700); err != nil {
				return err
			}
		}
	}
	return nil
}

func newContainerID() string {
	var id [32]byte
	_, _ = rand.Read(id[:]) // never fails
	return "sandbox://" + hex.EncodeToString(id[:])
}
