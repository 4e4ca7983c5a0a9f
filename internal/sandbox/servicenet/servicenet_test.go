package servicenet

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/yaml"
)

var silent = slog.New(slog.DiscardHandler)

// webService is Service ns/web 443 -> pods' port 8443, with one ready and one
// unready pod.
func webService() []runtime.Object {
	endpoint := func(uid string, ready bool) discoveryv1.Endpoint {
		return discoveryv1.Endpoint{
			TargetRef: &corev1.ObjectReference{Kind: "Pod", UID: types.UID(uid)}, Conditions: discoveryv1.EndpointConditions{Ready: &ready},
		}
	}
	return []runtime.Object{
		&corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "web"},
			Spec: corev1.ServiceSpec{ClusterIPs: []string{"10.96.0.7"}, Ports: []corev1.ServicePort{
				{Name: "https", Port: 443}, {Name: "metrics", Port: 9090}, {Name: "dns", Port: 53, Protocol: corev1.ProtocolUDP},
			}},
		},
		&discoveryv1.EndpointSlice{
			ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "web-1", Labels: map[string]string{discoveryv1.LabelServiceName: "web"}},
			Ports:      []discoveryv1.EndpointPort{{Name: new("https"), Port: new(int32(8443))}, {Name: new("metrics"), Port: new(int32(9090))}},
			Endpoints:  []discoveryv1.Endpoint{endpoint("unready", false), endpoint("ready", true)},
		},
	}
}

func startNetwork(t *testing.T, podAddress func(types.UID, int) (string, bool), objects ...runtime.Object) (n *Network, client *fake.Clientset, stop func()) {
	t.Helper()
	client = fake.NewClientset(objects...)
	n, err := New(Config{Client: client, PodAddress: podAddress, APIServer: "127.0.0.1:6443", Log: silent})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = n.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return n, client, stop
}

// onlyHTTPS answers for port 8443 of any pod.
func onlyHTTPS(address string) func(types.UID, int) (string, bool) {
	return func(uid types.UID, port int) (string, bool) { return address + "/" + string(uid), port == 8443 }
}

func TestResolve(t *testing.T) {
	t.Parallel()
	objects := append(webService(), &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "kubernetes"},
		Spec:       corev1.ServiceSpec{ClusterIPs: []string{"10.96.0.1"}, Ports: []corev1.ServicePort{{Port: 443}}},
	})
	n, _, _ := startNetwork(t, onlyHTTPS("local"), objects...)
	for address, want := range map[string]string{
		"10.96.0.7:443":  "local/ready",
		"10.96.0.1:443":  "127.0.0.1:6443",
		"10.96.0.7:9090": "", // no program of the pod listens there
		"10.96.0.7:80":   "",
		"10.96.0.7:53":   "",
		"10.96.9.9:443":  "",
		"no-port":        "",
	} {
		got, err := n.Resolve(context.Background(), address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Resolve(%s) = %q, %v; want %q", address, got, err, want)
		}
	}
	if _, err := n.Resolve(context.Background(), "10.96.0.7:9090"); !errors.Is(err, ErrNoEndpoint) {
		t.Errorf("without an endpoint: %v", err)
	}
}

func TestServiceForwardsToWhatIsReadyNow(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	defer server.Close()
	n, client, stop := startNetwork(t, func(uid types.UID, port int) (string, bool) {
		return server.Listener.Addr().String(), uid == "ready" && port == 8443
	})
	address, err := n.Service("ns", "web", 443)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := n.Service("ns", "web", 443); again != address || err != nil {
		t.Errorf("a second call gives %s, %v, not %s", again, err, address)
	}
	get := func() (string, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		request, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address, nil)
		response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
		if err != nil {
			return "", err
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		return string(body), err
	}
	if body, err := get(); err == nil {
		t.Errorf("without the Service: %q", body)
	}
	for _, object := range webService() {
		if err := client.Tracker().Add(object); err != nil {
			t.Fatal(err)
		}
	}
	var body string
	for deadline := time.Now().Add(10 * time.Second); body != "hello" && time.Now().Before(deadline); {
		body, err = get()
	}
	if body != "hello" {
		t.Errorf("with the Service: %q, %v", body, err)
	}
	stop()
	if conn, err := net.Dial("tcp", address); err == nil {
		_ = conn.Close()
		t.Error("the listener outlives the network")
	}
	if _, err := n.Service("ns", "web", 443); err == nil {
		t.Error("a network that has ended makes listeners")
	}
}

// connect asks the proxy for an address, then echoes a line through it.
func connect(t *testing.T, socket, address string) (status int, echoed string) {
	t.Helper()
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(conn, "CONNECT "+address+" HTTP/1.1\r\nHost: "+address+"\r\n\r\n")
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, &http.Request{Method: http.MethodConnect}) //nolint:bodyclose // its body is the tunnel
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		return response.StatusCode, ""
	}
	_, _ = io.WriteString(conn, "ping")
	_ = conn.(*net.UnixConn).CloseWrite()
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// echo is a server that answers with its name and what it was sent.
func echo(t *testing.T, name string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				text, _ := io.ReadAll(conn)
				_, _ = io.WriteString(conn, name+" "+string(text))
			}()
		}
	}()
	return listener.Addr().String()
}

func TestEgress(t *testing.T) {
	t.Parallel()
	service, node, webhook := echo(t, "service"), echo(t, "node"), echo(t, "webhook")
	egress := &Egress{
		Log: silent, Nodes: map[string]string{"127.0.0.1:10250": node},
		Resolve: func(_ context.Context, address string) (string, error) {
			if address == "10.96.0.7:443" {
				return service, nil
			}
			return "", ErrNoEndpoint
		},
	}
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- egress.Serve(ctx, listener) }()
	for address, want := range map[string]string{
		"10.96.0.7:443":   "service ping",
		"127.0.0.1:10250": "node ping",
		webhook:           "webhook ping",
	} {
		if status, got := connect(t, socket, address); status != 200 || got != want {
			t.Errorf("%s: %d %q, want %q", address, status, got, want)
		}
	}
	for _, address := range []string{"10.96.0.8:443", "192.0.2.1:80"} {
		if status, _ := connect(t, socket, address); status != http.StatusBadGateway {
			t.Errorf("%s: %d", address, status)
		}
	}

	open, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	_, _ = io.WriteString(open, "CONNECT 10.96.0.7:443 HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := bufio.NewReader(open).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	_ = open.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.ReadAll(open); err != nil {
		t.Errorf("an open connection outlives the proxy: %v", err)
	}
}

func TestEgressConfiguration(t *testing.T) {
	t.Parallel()
	text, err := EgressConfiguration("/some where/egress.sock")
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Kind             string
		EgressSelections []struct {
			Name       string
			Connection struct {
				ProxyProtocol string
				Transport     struct{ UDS struct{ UDSName string } }
			}
		}
	}
	if err := yaml.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Kind != "EgressSelectorConfiguration" || len(got.EgressSelections) != 1 ||
		!strings.HasSuffix(got.EgressSelections[0].Connection.Transport.UDS.UDSName, "/egress.sock") ||
		got.EgressSelections[0].Connection.ProxyProtocol != "HTTPConnect" {
		t.Errorf("%s", text)
	}
}
