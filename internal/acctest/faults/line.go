package faults

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"testing"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// Line is how one provider reaches AWS and the API server.
type Line struct {
	// AWS is the base URL of all of AWS. The caller's own signatures count.
	AWS string
	// APIServer is the API server's URL, and CA the PEM of its authority. The
	// caller is the stack's administrator, whatever its credentials.
	APIServer string
	CA        []byte
	// Kubeconfig is the path of a file that leads to the API server.
	Kubeconfig string

	interceptor interceptor
}

// Open opens a line to the stack that lasts as long as the test and disturbs
// nothing yet.
func Open(t testing.TB, stack *sandboxtest.Stack, kill Kill) *Line {
	t.Helper()
	line := &Line{interceptor: interceptor{kill: kill}}
	line.Begin(nil)

	aws := httptest.NewServer(line.interceptor.handler(awsProtocol, toAWS(parse(t, *stack.AWS.BaseEndpoint))))
	closeLater(t, aws)
	line.AWS = aws.URL

	transport, err := rest.TransportFor(stack.REST)
	if err != nil {
		t.Fatal(err)
	}
	// HTTP/1.1, because connections are to be broken one by one.
	cluster := httptest.NewUnstartedServer(line.interceptor.handler(kubernetesProtocol, toAPIServer(parse(t, stack.REST.Host), transport)))
	cluster.Config.ErrorLog = silent
	cluster.StartTLS()
	closeLater(t, cluster)
	line.APIServer = cluster.URL
	line.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cluster.Certificate().Raw})
	line.Kubeconfig = line.writeKubeconfig(t)
	return line
}

// Begin counts calls anew, and lets the rule decide about each attempt; nil
// disturbs nothing.
func (l *Line) Begin(rule Rule) { l.interceptor.begin(rule) }

// Calls are the different calls since Begin, in the order of their first
// attempts.
func (l *Line) Calls() []Call {
	l.interceptor.mu.Lock()
	defer l.interceptor.mu.Unlock()
	return slices.Clone(l.interceptor.calls)
}

// Strikes are the faults that happened since Begin.
func (l *Line) Strikes() []Strike {
	l.interceptor.mu.Lock()
	defer l.interceptor.mu.Unlock()
	return slices.Clone(l.interceptor.strikes)
}

// silent takes what servers say of connections that were broken on purpose.
var silent = log.New(io.Discard, "", 0)

func toAWS(target *url.URL) http.Handler {
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	transport.Proxy = nil
	// A header that the client did not sign must not be added.
	transport.DisableCompression = true
	return &httputil.ReverseProxy{
		Transport: transport, ErrorLog: silent,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(target)
			// The signature is over the Host that the client knows.
			p.Out.Host = p.In.Host
		},
	}
}

func toAPIServer(target *url.URL, transport http.RoundTripper) http.Handler {
	return &httputil.ReverseProxy{
		Transport: transport, ErrorLog: silent,
		// Watches are to be seen as they come.
		FlushInterval: -1,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(target)
			p.Out.Header.Del("Authorization")
		},
	}
}

func closeLater(t testing.TB, server *httptest.Server) {
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
}

func parse(t testing.TB, address string) *url.URL {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// writeKubeconfig returns the path of a file without credentials.
func (l *Line) writeKubeconfig(t testing.TB) string {
	t.Helper()
	const name = "line"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: l.APIServer, CertificateAuthorityData: l.CA}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name}
	config.CurrentContext = name
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}
