package podrunner

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func TestRepository(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"a/b": "a/b", "a/b:1": "a/b", "a/b@sha256:00": "a/b", "a/b:1@sha256:00": "a/b",
		"host:5000/b": "host:5000/b", "host:5000/b:1": "host:5000/b",
	} {
		if got := repository(image); got != want {
			t.Errorf("repository(%q) = %q, want %q", image, got, want)
		}
	}
}

func TestPhase(t *testing.T) {
	t.Parallel()
	running := corev1.ContainerStatus{State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}
	waiting := corev1.ContainerStatus{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{}}}
	ended := func(code int32) corev1.ContainerStatus {
		return corev1.ContainerStatus{State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code}}}
	}
	backOff := waiting
	backOff.LastTerminationState = ended(1).State
	type list = []corev1.ContainerStatus
	for name, c := range map[string]struct {
		inits, mains list
		ended        bool
		want         corev1.PodPhase
	}{
		"starting":              {nil, list{waiting, running}, false, corev1.PodPending},
		"running":               {nil, list{running, ended(0)}, false, corev1.PodRunning},
		"in back-off":           {nil, list{backOff}, false, corev1.PodRunning},
		"between restarts":      {nil, list{ended(1)}, false, corev1.PodRunning},
		"init running":          {list{running}, list{waiting}, false, corev1.PodPending},
		"init failed":           {list{ended(1)}, list{waiting}, true, corev1.PodFailed},
		"init done":             {list{ended(0)}, list{running}, false, corev1.PodRunning},
		"all succeeded":         {list{ended(0)}, list{ended(0), ended(0)}, true, corev1.PodSucceeded},
		"one failed":            {nil, list{ended(0), ended(2)}, true, corev1.PodFailed},
		"ended before it began": {nil, list{waiting}, true, corev1.PodFailed},
	} {
		pod := &corev1.Pod{Spec: corev1.PodSpec{InitContainers: make([]corev1.Container, len(c.inits))}}
		if got := phase(pod, observed{inits: c.inits, containers: c.mains, ended: c.ended}); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestStatusKeepsForeignConditions(t *testing.T) {
	t.Parallel()
	pod := &corev1.Pod{Spec: corev1.PodSpec{ReadinessGates: []corev1.PodReadinessGate{{ConditionType: "example.com/gate"}}}}
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}}
	state := observed{mounted: true, containers: []corev1.ContainerStatus{{Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}}}
	condition := func(kind corev1.PodConditionType) corev1.ConditionStatus {
		for _, c := range podStatus(pod, state).Conditions {
			if c.Type == kind {
				return c.Status
			}
		}
		return ""
	}
	if condition(corev1.PodScheduled) != corev1.ConditionTrue || condition(corev1.ContainersReady) != corev1.ConditionTrue {
		t.Errorf("conditions %v", podStatus(pod, state).Conditions)
	}
	if condition(corev1.PodReady) != corev1.ConditionFalse {
		t.Error("ready although its readiness gate is not met")
	}
	pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{Type: "example.com/gate", Status: corev1.ConditionTrue})
	if condition(corev1.PodReady) != corev1.ConditionTrue {
		t.Error("not ready although its readiness gate is met")
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	v := newVerdict(&corev1.Probe{SuccessThreshold: 2, FailureThreshold: 3})
	results := []bool{true, true, false, false, true, true, false, false, false, false, true, true}
	changes := map[int]bool{1: true, 8: false, 11: true} // by index of the result: the verdict it changes to
	for i, ok := range results {
		healthy, want := changes[i]
		if changed := v.add(ok); changed != want || changed && v.healthy != healthy {
			t.Errorf("result %d: changed %v to %v, want change %v to %v", i, changed, v.healthy, want, healthy)
		}
	}
}

func TestProbeKinds(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/moved":
			http.Redirect(w, r, "/bad", http.StatusFound)
		case r.URL.Path != "/ok" || r.URL.RawQuery != "x=1" || r.Header.Get("X-Probe") != "yes":
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	port := func(address string) int {
		u, _ := url.Parse("http://" + address)
		n, _ := strconv.Atoi(u.Port())
		return n
	}
	local := map[int]int{80: port(server.Listener.Addr().String()), 81: port(closed.Addr().String())}
	p := prober{
		&corev1.Container{Ports: []corev1.ContainerPort{{Name: "web", ContainerPort: 80}}},
		func(p int) (int, error) { return local[p], nil },
	}
	get := func(path string) corev1.ProbeHandler {
		return corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromString("web"), HTTPHeaders: []corev1.HTTPHeader{{Name: "X-Probe", Value: "yes"}}}}
	}
	for name, c := range map[string]struct {
		handler corev1.ProbeHandler
		ok      bool
	}{
		"http":         {get("/ok?x=1"), true},
		"http 302":     {get("/moved"), true},
		"http 500":     {get("/bad"), false},
		"tcp":          {corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(80)}}, true},
		"tcp closed":   {corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(81)}}, false},
		"unknown name": {corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromString("no")}}, false},
		"grpc":         {corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: 80}}, true},
		"exec":         {corev1.ProbeHandler{Exec: &corev1.ExecAction{}}, true},
	} {
		if err := p.once(context.Background(), &corev1.Probe{ProbeHandler: c.handler}); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWriteVolumeReplacesFilesAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "-"
		}
		return string(data)
	}
	if err := writeVolume(dir, map[string]file{"a": {[]byte("1"), 0o644}, "sub/b": {[]byte("1"), 0o600}}); err != nil {
		t.Fatal(err)
	}
	open, err := os.Open(filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	if err := writeVolume(dir, map[string]file{"a": {[]byte("2"), 0o644}, "c": {[]byte("2"), 0o644}}); err != nil {
		t.Fatal(err)
	}
	if got := read("a") + read("c") + read("sub/b"); got != "22-" {
		t.Errorf("files are %q", got)
	}
	old := make([]byte, 8)
	if n, _ := open.Read(old); string(old[:n]) != "1" {
		t.Errorf("an open file changed to %q", old[:n])
	}
	if entries, _ := filepath.Glob(filepath.Join(dir, "..version-*")); len(entries) != 1 {
		t.Errorf("old versions are left: %v", entries)
	}
	if err := writeVolume(dir, map[string]file{"../x": {}}); err == nil {
		t.Error("a path out of the volume is accepted")
	}
}

func TestSeekLines(t *testing.T) {
	t.Parallel()
	long := string(bytes.Repeat([]byte("0123456789\n"), 1000))
	for _, c := range []struct {
		text  string
		lines int
		want  string
	}{
		{"a\nb\nc\n", 2, "b\nc\n"},
		{"a\nb\nc", 2, "b\nc"},
		{"a\nb\n", 5, "a\nb\n"},
		{"a\nb\n", 0, ""},
		{"", 3, ""},
		{long, 500, long[500*11:]},
	} {
		r := bytes.NewReader([]byte(c.text))
		if err := seekLines(r, c.lines); err != nil {
			t.Fatal(err)
		}
		if got := c.text[len(c.text)-r.Len():]; got != c.want {
			t.Errorf("last %d lines of %.20q: %.20q, want %.20q", c.lines, c.text, got, c.want)
		}
	}
}

func TestIPPoolDoesNotReuseLivingAddresses(t *testing.T) {
	t.Parallel()
	pool := newIPPool()
	kept, err := pool.take()
	if err != nil {
		t.Fatal(err)
	}
	for range 70000 { // more than the range holds
		ip, err := pool.take()
		if err != nil {
			t.Fatal(err)
		}
		if ip == kept || !podCIDR.Contains(ip) {
			t.Fatalf("got %s while %s lives", ip, kept)
		}
		pool.release(ip)
	}
}
