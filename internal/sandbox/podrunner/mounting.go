package podrunner

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

const (
	// A volume that cannot be mounted is tried again after a pause that doubles
	// between these, and at once when what it shows has changed.
	firstMountRetry = 500 * time.Millisecond
	lastMountRetry  = 30 * time.Second
	// refreshRetry is the pause after a mounted volume could not be updated.
	refreshRetry = 10 * time.Second

	kubeconfigName = "kubeconfig"
)

// mount writes the pod's volumes, trying until it succeeds; it returns false
// when the pod is to end first.
func (w *worker) mount() bool {
	for pause := firstMountRetry; ; pause = min(2*pause, lastMountRetry) {
		err := w.writeVolumes(w.life)
		if err == nil {
			return true
		}
		if w.life.Err() != nil {
			return false
		}
		w.event(nil, corev1.EventTypeWarning, "FailedMount", err.Error())
		if !w.awaitPoke(pause) {
			return false
		}
	}
}

// refreshVolumes keeps files up to date with Secrets, ConfigMaps, fields and
// the life of tokens until the pod ends.
func (w *worker) refreshVolumes() {
	pause := w.untilRenewal()
	for w.awaitPoke(pause) {
		err := w.writeVolumes(w.life)
		pause = w.untilRenewal()
		if err != nil && w.life.Err() == nil {
			w.event(nil, corev1.EventTypeWarning, "FailedMount", err.Error())
			pause = refreshRetry
		}
	}
}

func (w *worker) untilRenewal() time.Duration {
	if at := w.token.renewal(); !at.IsZero() {
		return max(time.Until(at), 0)
	}
	return 24 * time.Hour // no token: only changes count
}

// awaitPoke returns after a change or the pause, or false when the pod ends.
func (w *worker) awaitPoke(pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-w.poke:
	case <-timer.C:
	case <-w.life.Done():
		return false
	}
	return true
}

// writeVolumes brings the volumes' files up to date. For a pod without programs
// it only checks that what the volumes show exists.
func (w *worker) writeVolumes(ctx context.Context) error {
	reader := volumeReader{references: w.references(), token: w.token.get}
	if !w.programs {
		reader.token = func(context.Context, *corev1.ServiceAccountTokenProjection) (string, error) { return "", nil }
	}
	for _, v := range w.spec.Volumes {
		files, fixed, err := reader.files(ctx, v.VolumeSource)
		if err != nil {
			return fmt.Errorf("MountVolume.SetUp failed for volume %q : %w", v.Name, err)
		}
		if !w.programs {
			continue
		}
		if err := w.writeOne(v.Name, files, fixed); err != nil {
			return fmt.Errorf("MountVolume.SetUp failed for volume %q : %w", v.Name, err)
		}
	}
	return nil
}

func (w *worker) writeOne(name string, files map[string]file, fixed bool) error {
	if !fixed {
		return os.MkdirAll(w.volumeDir(name), 0o700)
	}
	same := func(a, b file) bool { return a.mode == b.mode && bytes.Equal(a.data, b.data) }
	if old, ok := w.written[name]; ok && maps.EqualFunc(old, files, same) {
		return nil
	}
	if err := writeVolume(w.volumeDir(name), files); err != nil {
		return err
	}
	w.written[name] = files
	return nil
}

// sameDownwardFields tells whether a pod's fields that can change while they
// are shown in files are the same.
func sameDownwardFields(a, b *corev1.Pod) bool {
	return maps.Equal(a.Labels, b.Labels) && maps.Equal(a.Annotations, b.Annotations)
}

func (w *worker) volumeDir(name string) string { return filepath.Join(w.dir, "volumes", name) }

func (w *worker) logFile(container string) string {
	return filepath.Join(w.dir, "logs", container+".log")
}

func (w *worker) previousLogFile(container string) string {
	return filepath.Join(w.dir, "logs", container+".previous.log")
}

// references reads for the pod as it will be seen: with its addresses, which
// the API server may not have yet.
func (w *worker) references() references {
	w.mu.Lock()
	pod := w.pod.DeepCopy()
	pod.Status = podStatus(pod, w.state)
	w.mu.Unlock()
	return references{client: w.r.config.Client, pod: pod, node: w.r.node(pod.Spec.NodeName)}
}

func (w *worker) rewriter(mounts []mount) *rewriter {
	return &rewriter{
		mounts: mounts, namespace: w.key.Namespace, addresses: w.r.config.Addresses,
		port: w.ports.find, service: w.r.config.Net.Service,
	}
}

// kubeconfig writes a kubeconfig for the token in a file of the pod's.
func (w *worker) kubeconfig(tokenFile string) (string, error) {
	rest := w.r.config.REST
	config := clientcmdapi.NewConfig()
	config.Clusters["sandbox"] = &clientcmdapi.Cluster{
		Server: rest.Host, CertificateAuthorityData: rest.CAData, CertificateAuthority: rest.CAFile,
	}
	config.AuthInfos["pod"] = &clientcmdapi.AuthInfo{TokenFile: tokenFile}
	config.Contexts["pod"] = &clientcmdapi.Context{Cluster: "sandbox", AuthInfo: "pod", Namespace: w.key.Namespace}
	config.CurrentContext = "pod"
	name := filepath.Join(w.dir, kubeconfigName)
	return name, clientcmd.WriteToFile(*config, name)
}
