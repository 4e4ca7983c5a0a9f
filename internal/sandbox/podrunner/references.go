package podrunner

import (
	"context"
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/kubectl/pkg/util/fieldpath"
	containerresource "k8s.io/kubectl/pkg/util/resource"
)

// references reads what a pod refers to. It asks the API server each time, so
// that a pod never starts with what was true before it was created.
type references struct {
	client kubernetes.Interface
	pod    *corev1.Pod
	node   *corev1.Node // may be nil
}

// secret returns a Secret's data, or nil when it is optional and absent.
func (r references) secret(ctx context.Context, name string, optional *bool) (map[string][]byte, error) {
	s, err := r.client.CoreV1().Secrets(r.pod.Namespace).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, absent(optional, "secret %q not found", name)
	case err != nil:
		return nil, fmt.Errorf("cannot read secret %q: %w", name, err)
	}
	return s.Data, nil
}

// configMap returns a ConfigMap's data, or nil when it is optional and absent.
func (r references) configMap(ctx context.Context, name string, optional *bool) (map[string][]byte, error) {
	m, err := r.client.CoreV1().ConfigMaps(r.pod.Namespace).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, absent(optional, "configmap %q not found", name)
	case err != nil:
		return nil, fmt.Errorf("cannot read configmap %q: %w", name, err)
	}
	data := make(map[string][]byte, len(m.Data)+len(m.BinaryData))
	for key, value := range m.Data {
		data[key] = []byte(value)
	}
	maps.Copy(data, m.BinaryData)
	return data, nil
}

func absent(optional *bool, format string, args ...any) error {
	if optional != nil && *optional {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// field returns the value of a downward API field.
func (r references) field(path string) (string, error) {
	switch path {
	case "spec.nodeName":
		return r.pod.Spec.NodeName, nil
	case "spec.serviceAccountName":
		return r.pod.Spec.ServiceAccountName, nil
	case "status.hostIP":
		return r.pod.Status.HostIP, nil
	case "status.hostIPs":
		return joinIPs(r.pod.Status.HostIPs, func(ip corev1.HostIP) string { return ip.IP }), nil
	case "status.podIP":
		return r.pod.Status.PodIP, nil
	case "status.podIPs":
		return joinIPs(r.pod.Status.PodIPs, func(ip corev1.PodIP) string { return ip.IP }), nil
	}
	return fieldpath.ExtractFieldPathAsString(r.pod, path)
}

func joinIPs[T any](ips []T, text func(T) string) string {
	var all []string
	for _, ip := range ips {
		all = append(all, text(ip))
	}
	return strings.Join(all, ",")
}

// resource returns a container's request or limit; without a limit it is what
// the node has, as for a real container.
func (r references) resource(selector *corev1.ResourceFieldSelector, container *corev1.Container) (string, error) {
	if selector.ContainerName != "" && (container == nil || container.Name != selector.ContainerName) {
		container = nil
		for i := range r.pod.Spec.Containers {
			if r.pod.Spec.Containers[i].Name == selector.ContainerName {
				container = &r.pod.Spec.Containers[i]
			}
		}
	}
	if container == nil {
		return "", fmt.Errorf("resource %s: the pod has no container %q", selector.Resource, selector.ContainerName)
	}
	with := container.DeepCopy()
	if with.Resources.Limits == nil {
		with.Resources.Limits = corev1.ResourceList{}
	}
	if r.node != nil {
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
			setIfAbsent(with.Resources.Limits, r.node.Status.Allocatable, name)
		}
	}
	return containerresource.ExtractContainerResourceValue(selector, with)
}

func setIfAbsent(limits, allocatable corev1.ResourceList, name corev1.ResourceName) {
	if limit := limits[name]; limit.Cmp(resource.Quantity{}) == 0 {
		limits[name] = allocatable[name]
	}
}
