package kube

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"k8s.io/client-go/rest"
)

// EKS is what this package needs from Amazon EKS.
type EKS interface {
	// Cluster returns how the named cluster is reached.
	Cluster(ctx context.Context, name string) (ClusterInfo, error)
	// Token returns a bearer token for the named cluster.
	Token(ctx context.Context, name string) (Token, error)
}

// ClusterInfo is the part of eks:DescribeCluster that a client needs.
type ClusterInfo struct {
	// Endpoint is the URL of the API server.
	Endpoint string
	// CAData holds the cluster's certificate authority as PEM, decoded.
	CAData []byte
}

// Token is a bearer token and when it ends.
type Token struct {
	Value   string
	Expires time.Time
}

// tokenMargin is how long before its end a token is replaced: enough for a
// request to reach the API server, and for clocks to differ. EKS accepts a
// token for about 15 minutes.
const tokenMargin = time.Minute

func (c Config) fromEKS(ctx context.Context) (*rest.Config, error) {
	info, err := c.EKS.Cluster(ctx, c.EKSClusterName)
	if err != nil {
		return nil, fmt.Errorf("looking up EKS cluster %q: %w", c.EKSClusterName, err)
	}
	if info.Endpoint == "" {
		return nil, fmt.Errorf("EKS cluster %q has no endpoint yet: wait until it is ACTIVE", c.EKSClusterName)
	}
	tokens := &tokenSource{fetch: func(ctx context.Context) (Token, error) {
		return c.EKS.Token(ctx, c.EKSClusterName)
	}, now: time.Now}
	return &rest.Config{
		Host:            info.Endpoint,
		TLSClientConfig: rest.TLSClientConfig{CAData: info.CAData},
		WrapTransport: func(next http.RoundTripper) http.RoundTripper {
			return &tokenTransport{tokens: tokens, next: next}
		},
	}, nil
}

// tokenSource keeps one token and replaces it before it ends.
type tokenSource struct {
	fetch func(context.Context) (Token, error)
	now   func() time.Time

	mu      sync.Mutex
	current Token
}

// token returns a token that is not the refused one. Callers wait for each
// other, so that an expiry in the middle of many parallel requests costs one
// new token.
func (s *tokenSource) token(ctx context.Context, refused string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Value != "" && s.current.Value != refused && s.now().Add(tokenMargin).Before(s.current.Expires) {
		return s.current.Value, nil
	}
	fresh, err := s.fetch(ctx)
	if err != nil {
		return "", fmt.Errorf("getting a token for the EKS cluster: %w", err)
	}
	s.current = fresh
	return fresh.Value, nil
}

// tokenTransport adds the bearer token, and tries once more with a new one when
// the API server answers 401: a laptop that slept, or a clock that is off, ends
// a token before its time.
type tokenTransport struct {
	tokens *tokenSource
	next   http.RoundTripper
}

func (t *tokenTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := t.tokens.token(req.Context(), "")
	if err != nil {
		return nil, err
	}
	resp, err := t.next.RoundTrip(withToken(req, token))
	if err != nil || resp.StatusCode != http.StatusUnauthorized || (req.Body != nil && req.GetBody == nil) {
		return resp, err
	}
	fresh, err := t.tokens.token(req.Context(), token)
	if err != nil || fresh == token {
		return resp, nil
	}
	again := withToken(req, fresh)
	if req.GetBody != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return resp, nil
		}
	}
	_ = resp.Body.Close()
	return t.next.RoundTrip(again)
}

func withToken(req *http.Request, token string) *http.Request {
	clone := req.Clone(req.Context())
	clone.Header.Set("Authorization", "Bearer "+token)
	return clone
}
