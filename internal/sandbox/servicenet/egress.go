package servicenet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"sigs.k8s.io/yaml"
)

// Egress is the proxy through which the API server reaches webhooks, aggregated
// APIs and nodes: HTTP CONNECT on a Unix socket.
type Egress struct {
	// Resolve returns the local address behind a ClusterIP:port.
	Resolve func(ctx context.Context, address string) (string, error)
	// Nodes maps the host:port by which the API server knows a node's agent to
	// the address where the agent listens.
	Nodes map[string]string
	Log   *slog.Logger
}

// Serve accepts CONNECT requests until ctx is done, then closes the listener
// and all connections.
func (e *Egress) Serve(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		Handler:           http.HandlerFunc(e.connect),
		ReadHeaderTimeout: dialTimeout,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(e.Log.Handler(), slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (e *Egress) connect(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		http.Error(w, "this proxy knows only CONNECT", http.StatusMethodNotAllowed)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), dialTimeout)
	defer cancel()
	server, err := e.dial(ctx, r.Host)
	if err != nil {
		e.Log.Warn("the API server cannot reach an address", "address", r.Host, "error", err)
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = server.Close()
		e.Log.Error("cannot take over a connection", "error", err)
		return
	}
	_ = client.SetDeadline(time.Time{})
	if _, err := client.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		_ = client.Close()
		_ = server.Close()
		return
	}
	// Only what is buffered is read through the server's reader: at its end that
	// would cancel the request's context, and with it a half-closed connection.
	pending, err := buffered.Peek(buffered.Reader.Buffered())
	if err != nil {
		_ = client.Close()
		_ = server.Close()
		return
	}
	join(r.Context(), unread{client, io.MultiReader(bytes.NewReader(pending), client)}, server)
}

func (e *Egress) dial(ctx context.Context, address string) (net.Conn, error) {
	target, ok := e.Nodes[address]
	if !ok && loopbackAddress(address) {
		target, ok = address, true
	}
	if !ok {
		var err error
		if target, err = e.Resolve(ctx, address); err != nil {
			return nil, err
		}
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", target)
}

// loopbackAddress tells whether an address is of this machine already, as of a
// webhook that is registered by a URL.
func loopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// unread is a connection some of whose bytes have been buffered already.
type unread struct {
	net.Conn
	all io.Reader
}

func (u unread) Read(p []byte) (int, error) { return u.all.Read(p) }

func (u unread) CloseWrite() error {
	if half, ok := u.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return u.Close()
}

// EgressConfiguration is the file for the API server's
// --egress-selector-config-file: traffic to the cluster goes through the proxy
// on the Unix socket.
func EgressConfiguration(socket string) ([]byte, error) {
	return yaml.Marshal(map[string]any{
		"apiVersion": "apiserver.k8s.io/v1beta1",
		"kind":       "EgressSelectorConfiguration",
		"egressSelections": []any{map[string]any{
			"name": "cluster",
			"connection": map[string]any{
				"proxyProtocol": "HTTPConnect",
				"transport":     map[string]any{"uds": map[string]any{"udsName": socket}},
			},
		}},
	})
}
