package kube

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"
)

// countingEKS gives tokens t1, t2, ... that last for life.
type countingEKS struct {
	endpoint string
	life     time.Duration
	tokens   atomic.Int32
}

func (e *countingEKS) Cluster(context.Context, string) (ClusterInfo, error) {
	return ClusterInfo{Endpoint: e.endpoint}, nil
}

func (e *countingEKS) Token(context.Context, string) (Token, error) {
	return Token{Value: fmt.Sprintf("t%d", e.tokens.Add(1)), Expires: time.Now().Add(e.life)}, nil
}

// eksHTTP returns the HTTP client that a Config with this EKS leads to.
func eksHTTP(t *testing.T, eks *countingEKS) *http.Client {
	t.Helper()
	resolved, err := Config{EKSClusterName: "c", EKS: eks}.RESTConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client, err := rest.HTTPClientFor(resolved)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestEKSTokenIsSharedUntilItEnds(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.WriteString(w, req.Header.Get("Authorization"))
	}))
	t.Cleanup(server.Close)
	for life, want := range map[time.Duration]int32{10 * time.Minute: 1, tokenMargin / 2: 20} {
		eks := &countingEKS{endpoint: server.URL, life: life}
		client := eksHTTP(t, eks)
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				resp, err := client.Get(server.URL)
				if err != nil {
					t.Error(err)
					return
				}
				_ = resp.Body.Close()
			})
		}
		group.Wait()
		if got := eks.tokens.Load(); got != want {
			t.Errorf("tokens of %s: %d were made, want %d", life, got, want)
		}
	}
}

func TestEKSTokenIsRenewedWhenRefused(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		if req.Header.Get("Authorization") != "Bearer t2" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	eks := &countingEKS{endpoint: server.URL, life: 10 * time.Minute}
	resp, err := eksHTTP(t, eks).Post(server.URL, "text/plain", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || string(body) != "body" {
		t.Errorf("status %d, body %q", resp.StatusCode, body)
	}
}

func TestEKSRefusalIsFinalTheSecondTime(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	resp, err := eksHTTP(t, &countingEKS{endpoint: server.URL, life: 10 * time.Minute}).Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized || requests.Load() != 2 {
		t.Errorf("status %d after %d requests, want 401 after 2", resp.StatusCode, requests.Load())
	}
}

func TestEKSClusterNotReady(t *testing.T) {
	t.Parallel()
	if _, err := (Config{EKSClusterName: "c", EKS: &countingEKS{}}).RESTConfig(t.Context()); err == nil || !strings.Contains(err.Error(), "ACTIVE") {
		t.Errorf("got %v", err)
	}
}

// lateEKS fails at first, as a cluster does that is still being made.
type lateEKS struct {
	countingEKS
	lookups atomic.Int32
}

func (e *lateEKS) Cluster(ctx context.Context, name string) (ClusterInfo, error) {
	if e.lookups.Add(1) == 1 {
		return ClusterInfo{}, errors.New("ResourceNotFoundException")
	}
	return e.countingEKS.Cluster(ctx, name)
}

func TestClientIsBuiltOnceAfterAFailure(t *testing.T) {
	t.Parallel()
	eks := &lateEKS{countingEKS: countingEKS{endpoint: "https://x.example.test", life: time.Minute}}
	client := New(Config{EKSClusterName: "c", EKS: eks})
	if _, err := client.connect(t.Context()); err == nil {
		t.Fatal("the failure was not reported")
	}
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			if _, err := client.connect(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if lookups := eks.lookups.Load(); lookups != 2 {
		t.Errorf("%d lookups, want 2: the failure and the success", lookups)
	}
}
