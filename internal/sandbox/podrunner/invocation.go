package podrunner

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Image says which local program stands for a container image.
type Image struct {
	Repository string // the image without tag and digest
	Program    string // the path of the local program
	// Adapt rewrites what cannot hold outside a container, such as a fixed port
	// to listen on. It may be nil. An error keeps the container from starting
	// and is shown in its status.
	Adapt func(*Invocation) error
}

// Invocation is one start of a container's program. Args and Env are complete
// and already rewritten: mount paths, Services and the pod's own ports have
// been replaced by what stands for them locally.
type Invocation struct {
	Args []string // without the program's name
	Env  []string
	Dir  string // working directory, inside the pod's folder

	Pod       *corev1.Pod
	Container *corev1.Container

	// Kubeconfig is the path of a kubeconfig with the token of the pod's
	// service account, or empty when the container has no such token. KUBECONFIG
	// in Env is set to it too.
	Kubeconfig string
	// Port returns the loopback port that stands for a port of the pod; it is
	// the same for all containers and restarts of the pod, declared or not.
	Port func(containerPort int) (local int, err error)
	// Service returns the local address that stands for a port of a Service.
	Service func(namespace, name string, port int) (hostPort string, err error)
	// Path returns the local path that stands for a path in the container; a
	// path outside all mounts is returned as it is.
	Path func(containerPath string) string
}

// repository strips tag and digest from an image's name.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image = image[:colon]
	}
	return image
}
