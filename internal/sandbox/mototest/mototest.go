// Package mototest gives tests of what needs AWS alone a moto of their own, in
// seconds: no cluster, and no IAM enforcement.
package mototest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

const (
	region = "us-west-2"
	// key is both halves of an access key: nothing checks it.
	key = "test"
	// startTimeout is several times what a Python server takes on busy cores.
	startTimeout = time.Minute
	stopGrace    = 5 * time.Second
)

// Server is a running moto.
type Server struct {
	URL     string
	dir     string
	process *process.Process
}

var shared struct {
	sync.Mutex
	server  *Server
	failure error
}

// Main runs a package's tests and stops the moto that they shared. It returns
// the exit status for TestMain.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		if err := shared.server.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "ending the tests:", err)
			return 1
		}
	}
	return code
}

// Shared is the moto of all tests of this test binary, started by the first that
// asks. It skips the test unless TF_ACC is set.
func Shared(t testing.TB) *Server {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("it needs moto; make acceptance sets TF_ACC=1")
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.failure == nil {
		shared.server, shared.failure = start(t.Context())
	}
	if shared.failure != nil {
		t.Fatal(shared.failure)
	}
	return shared.server
}

// AWS is the account's configuration.
func (s *Server) AWS() aws.Config {
	return aws.Config{Region: region, BaseEndpoint: &s.URL, Credentials: credentials.NewStaticCredentialsProvider(key, key, "")}
}

// Environment leads programs to an endpoint as to the account: the server's
// URL, or one before it.
func Environment(endpoint string) []string {
	return []string{"AWS_ENDPOINT_URL=" + endpoint, "AWS_REGION=" + region, "AWS_ACCESS_KEY_ID=" + key, "AWS_SECRET_ACCESS_KEY=" + key}
}

func start(ctx context.Context) (*Server, error) {
	programs, err := parts.Ensure(ctx, os.Stderr)
	if err != nil {
		return nil, err
	}
	port, err := process.FreePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "moto-")
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	s := &Server{URL: "http://" + address, dir: dir}
	s.process, err = process.Start(process.Spec{
		Name: "moto", Path: programs[parts.Moto], Args: []string{"-H", "127.0.0.1", "-p", strconv.Itoa(port)},
		// The virtual environment is shared.
		Env: []string{"PYTHONDONTWRITEBYTECODE=1"}, Dir: dir, Log: filepath.Join(dir, "moto.log"),
	})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.await(ctx, address); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (s *Server) await(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			return connection.Close()
		}
		select {
		case <-tick.C:
		case <-s.process.Done():
			return s.process.Err()
		case <-ctx.Done():
			return fmt.Errorf("moto does not listen after %s: %w", startTimeout, err)
		}
	}
}

func (s *Server) stop() error {
	s.process.Stop(stopGrace)
	return os.RemoveAll(s.dir)
}
