package helm

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestBoundRequestsEnd(t *testing.T) {
	t.Parallel()
	block := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			_, _ = w.Write([]byte("begun"))
			_ = http.NewResponseController(w).Flush()
		}
		select {
		case <-block:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(block); server.Close() })
	for _, path := range []string{"/head", "/body"} {
		ctx, cancel := context.WithCancel(t.Context())
		client := http.Client{Transport: bound{ctx: ctx, next: http.DefaultTransport}}
		time.AfterFunc(50*time.Millisecond, cancel)
		response, err := client.Get(server.URL + path)
		if err == nil {
			_, err = io.ReadAll(response.Body)
			_ = response.Body.Close()
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: the request ended with %v", path, err)
		}
	}
}

func TestOutlive(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	longer, end := outlive(ctx, 100*time.Millisecond)
	defer end()
	cancel()
	begin := time.Now()
	if longer.Err() != nil {
		t.Error("it ended with the shorter one")
	}
	<-longer.Done()
	if took := time.Since(begin); took < 90*time.Millisecond {
		t.Errorf("it ended %s after the shorter one", took)
	}
}

func revision(version int, status release.Status) *release.Release {
	return &release.Release{Version: version, Info: &release.Info{Status: status}, Chart: &chart.Chart{Metadata: &chart.Metadata{}}}
}

func TestLastGood(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		history []*release.Release
		want    int
	}{
		"after a failed upgrade": {[]*release.Release{revision(3, release.StatusFailed), revision(2, release.StatusDeployed), revision(1, release.StatusSuperseded)}, 2},
		"after two":              {[]*release.Release{revision(3, release.StatusFailed), revision(2, release.StatusFailed), revision(1, release.StatusSuperseded)}, 1},
		"after an install":       {[]*release.Release{revision(1, release.StatusFailed)}, 0},
		"nothing":                {nil, 0},
	} {
		got := 0
		if good := lastGood(test.history); good != nil {
			got = good.Version
		}
		if got != test.want {
			t.Errorf("%s: revision %d, want %d", name, got, test.want)
		}
	}
}

func TestOwnerOf(t *testing.T) {
	t.Parallel()
	if got := ownerOf("terraform-provider-keda"); got != "terraform-provider-keda" {
		t.Errorf("a plain field manager becomes %q", got)
	}
	odd, other := ownerOf("team a/keda"), ownerOf("team b/keda")
	if odd == other || len(odd) > 63 || strings.ContainsAny(odd, " /") {
		t.Errorf("odd field managers become %q and %q", odd, other)
	}
}

func TestContainerCause(t *testing.T) {
	t.Parallel()
	ended := &corev1.ContainerStateTerminated{ExitCode: 2, Reason: "Error", Message: " no flag\n"}
	for name, test := range map[string]struct {
		status corev1.ContainerStatus
		want   string
	}{
		"image":     {corev1.ContainerStatus{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "not found"}}}, "ImagePullBackOff: not found"},
		"crash":     {corev1.ContainerStatus{RestartCount: 3, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}, LastTerminationState: corev1.ContainerState{Terminated: ended}}, "CrashLoopBackOff; its last run of 4 ended so: exit code 2, Error: no flag"},
		"ended":     {corev1.ContainerStatus{State: corev1.ContainerState{Terminated: ended}}, "exit code 2, Error: no flag"},
		"done":      {corev1.ContainerStatus{State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed"}}}, ""},
		"not ready": {corev1.ContainerStatus{State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}, "it runs and its readiness probe does not succeed"},
		"ready":     {corev1.ContainerStatus{Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}, LastTerminationState: corev1.ContainerState{Terminated: ended}}, ""},
	} {
		if got := containerCause(test.status); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestAvailable(t *testing.T) {
	t.Parallel()
	api := func(conditions ...any) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{"conditions": conditions}}}
	}
	for name, test := range map[string]struct {
		api      *unstructured.Unstructured
		done     bool
		progress string
	}{
		"new":       {api(), false, "not looked at it yet"},
		"available": {api(map[string]any{"type": "Available", "status": "True"}), true, ""},
		"away":      {api(map[string]any{"type": "Available", "status": "False", "reason": "MissingEndpoints", "message": "none"}), false, "MissingEndpoints: none"},
	} {
		done, progress, err := available(test.api)
		if err != nil || done != test.done || !strings.Contains(progress, test.progress) {
			t.Errorf("%s: %t, %q, %v", name, done, progress, err)
		}
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add("---\nkind: A\nmetadata: {name: a}\n---\n# nothing\n---\nkind: B\n")
	f.Add("---\n- a\n")
	f.Add("kind: [")
	f.Fuzz(func(t *testing.T, manifest string) {
		objects, err := parseManifest(manifest)
		for _, object := range objects {
			if err == nil && object.GetKind() == "" {
				t.Errorf("%q has an object without a kind", manifest)
			}
		}
	})
}
