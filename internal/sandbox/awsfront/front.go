// Package awsfront is the AWS endpoint of the local stack. It stands before
// moto and answers by itself what moto lacks: see README.md.
package awsfront

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// maxBody bounds what the front reads of a request that it answers or looks
// into, in bytes. STS, IAM and EKS requests are far smaller.
const maxBody = 1 << 20

// Config is what the front needs to know.
type Config struct {
	// MotoURL is moto's base URL, without a path.
	MotoURL           string
	Region, AccountID string
	// Cluster may be left empty and given later with SetCluster.
	Cluster Cluster
	// Admin are the credentials that Bootstrap returned.
	Admin aws.Credentials
	// JWKS fetches the JSON Web Key Set with which the API server signs service
	// account tokens. It is called when a token comes, never by New.
	JWKS func(context.Context) ([]byte, error)
	Log  *slog.Logger
}

// Cluster describes the stack's Kubernetes cluster as EKS shows it.
type Cluster struct {
	// Version is the Kubernetes version as major.minor.
	Name, Version string
	// Endpoint is the API server's URL.
	Endpoint string
	// Issuer is the URL of the OIDC issuer, with https://.
	Issuer string
	// CA is the PEM of the authority that signed the API server's certificate.
	CA []byte
}

// Front is the stack's AWS. Make one with New.
type Front struct {
	config Config
	log    *slog.Logger
	proxy  *httputil.ReverseProxy
	moto   *moto
	keys   *keyring
	tokens *tokenVerifier

	// mu guards what follows: the state of EKS.
	mu           sync.Mutex
	cluster      Cluster
	created      time.Time
	entries      map[string]*accessEntry
	associations map[string]*association
}

// New makes a front. It contacts nothing.
func New(config Config) (*Front, error) {
	target, err := url.Parse(config.MotoURL)
	if err != nil || target.Host == "" {
		return nil, fmt.Errorf("the URL of moto is %q: want http://host:port", config.MotoURL)
	}
	f := &Front{
		config: config,
		log:    config.Log,
		moto:   newMoto(config),
		tokens: &tokenVerifier{fetch: config.JWKS},

		entries:      map[string]*accessEntry{},
		associations: map[string]*association{},
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	f.keys = newKeyring(config.Admin, f.moto)
	f.proxy = f.newProxy(target)
	if config.Cluster.Name != "" {
		f.SetCluster(config.Cluster)
	}
	return f, nil
}

// ServeHTTP routes a request by the service that its signature names.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Cleaned, because moto's HTTP server drops a doubled slash.
	if strings.HasPrefix(path.Clean("/"+r.URL.Path), "/moto-api") {
		http.Error(w, "the emulator's own API is not part of AWS and is not reachable here", http.StatusForbidden)
		return
	}
	signature, _ := ParseSignature(r)
	switch signature.Service {
	case "eks":
		f.serveEKS(w, r)
	case "sts":
		f.serveSTS(w, r)
	case "iam":
		f.serveIAM(w, r)
	case "":
		f.serveUnsigned(w, r)
	default:
		f.proxy.ServeHTTP(w, r)
	}
}

// serveUnsigned finds the STS calls among requests whose signature is absent
// or unreadable.
func (f *Front) serveUnsigned(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		f.proxy.ServeHTTP(w, r)
		return
	}
	form, _, err := readForm(r)
	if err == nil && stsActions[form.Get("Action")] != nil {
		f.serveSTS(w, r)
		return
	}
	f.proxy.ServeHTTP(w, r)
}

// serveIAM forwards to moto and learns the keys which moto makes: moto has no
// other way to tell a secret.
func (f *Front) serveIAM(w http.ResponseWriter, r *http.Request) {
	form, _, err := readForm(r)
	if err == nil && form.Get("Action") == "CreateAccessKey" {
		r = r.WithContext(context.WithValue(r.Context(), learnKey{}, true))
	}
	f.proxy.ServeHTTP(w, r)
}

// learnKey marks, in a request's context, that the response holds a new key.
type learnKey struct{}

func (f *Front) newProxy(target *url.URL) *httputil.ReverseProxy {
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // documented to be one
	transport.Proxy = nil
	// A header that the client did not send would change nothing for AWS, but
	// moto checks signatures over what arrives.
	transport.DisableCompression = true
	transport.MaxIdleConnsPerHost = 64
	return &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = target.Scheme, target.Host
			// moto derives queue URLs from the Host and verifies signatures over
			// it and over the query as sent.
			p.Out.Host = p.In.Host
			p.Out.URL.RawQuery = p.In.URL.RawQuery
			if _, sent := p.In.Header["User-Agent"]; !sent {
				p.Out.Header["User-Agent"] = nil
			}
		},
		ModifyResponse: func(response *http.Response) error {
			if response.StatusCode == http.StatusOK && response.Request.Context().Value(learnKey{}) != nil {
				return f.keys.learn(response)
			}
			return translateRefusal(response)
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			f.log.Error("the AWS emulator did not answer", "method", r.Method, "error", err)
			http.Error(w, "the local stack's AWS emulator did not answer", http.StatusServiceUnavailable)
		},
		ErrorLog: slog.NewLogLogger(f.log.Handler(), slog.LevelError),
	}
}

// readBody reads a request's body and puts it back for whoever comes next.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the request: %w", err)
	}
	rest := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), rest), rest}
	if len(body) > maxBody {
		return nil, fmt.Errorf("the request is larger than %d bytes", maxBody)
	}
	return body, nil
}

// readForm reads the parameters of the AWS query protocol from a request's
// query and body; the body stays readable.
func readForm(r *http.Request) (url.Values, []byte, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, nil, err
	}
	form := r.URL.Query()
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, body, fmt.Errorf("the form is malformed: %w", err)
		}
		for name, list := range values {
			form[name] = append(form[name], list...)
		}
	}
	return form, body, nil
}
