// Package sandbox is the local stack: a real Kubernetes control plane with
// simulated nodes, and moto as AWS, all on loopback, without Docker and without
// root. README.md says what is real and what is simulated.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"k8s.io/client-go/rest"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/parts"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/pki"
)

// DefaultName is the name of a stack, and of its EKS cluster, that is not given
// another.
const DefaultName = "sandbox"

// AWS as the stack has it.
const (
	Region    = "us-west-2"
	AccountID = "123456789012"
)

// CacheVariable names the environment variable that moves the built programs
// and the stacks' folders.
const CacheVariable = parts.CacheVariable

// startTimeout bounds a start from built programs; it takes about 15 s on two
// idle cores.
const startTimeout = 3 * time.Minute

// Options are what may differ between stacks.
type Options struct {
	Name          string        // DefaultName if empty; 1 to 40 characters
	Root          string        // the folder that holds stacks; Root() if empty
	NodeBootDelay time.Duration // from a node's launch to Ready
	PodStartDelay time.Duration // from a simulated container's creation to running
	Log           *slog.Logger  // the stack's own servers; to its folder if nil

	// freePort chooses the parts' ports.
	freePort func() (int, error)
}

// Stack is a running stack.
type Stack struct {
	options    Options
	claim      *claim
	supervisor *supervisor
	programs   parts.Programs
	ports      ports
	issuer     string

	ca          []byte
	client      *http.Client // trusts the stack's own certificates
	webhookCert pki.Pair
	nodeCert    pki.Pair
	admin       aws.Credentials
	rest        *rest.Config

	stopOnce sync.Once
	stopErr  error
}

// RootVariable names the environment variable that moves the stacks' folders,
// which otherwise are in the cache, beside the built programs.
const RootVariable = "KEDA_SANDBOX_STACKS"

// Root is the folder that holds the stacks of this user.
func Root() (string, error) {
	if root := os.Getenv(RootVariable); root != "" {
		return root, nil
	}
	cache, err := parts.CacheRoot()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "stacks"), nil
}

// Start builds what is missing, starts a stack and returns when it is ready. It
// lives until Stop, whatever becomes of ctx. A failed start leaves nothing.
func Start(ctx context.Context, options Options) (*Stack, error) {
	if err := options.complete(); err != nil {
		return nil, err
	}
	programs, err := parts.Ensure(ctx, os.Stderr)
	if err != nil {
		return nil, err
	}
	c, err := takeClaim(options.Root, options.Name)
	if errors.Is(err, ErrRunning) {
		return nil, fmt.Errorf("%w: %q; use it, stop it with `sandbox down --name %[2]s`, or choose another name", err, options.Name)
	}
	if err != nil {
		return nil, err
	}
	s := &Stack{options: options, claim: c, programs: programs, supervisor: newSupervisor(ctx)}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := s.start(ctx); err != nil {
		err = fmt.Errorf("the stack %q did not start: %w", options.Name, err)
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (o *Options) complete() (err error) {
	if o.Name == "" {
		o.Name = DefaultName
	}
	if o.freePort == nil {
		o.freePort = freePort
	}
	if o.Root == "" {
		o.Root, err = Root()
	}
	return err
}

func (s *Stack) start(ctx context.Context) (err error) {
	if err := s.openLog(); err != nil {
		return err
	}
	if err := writeStatus(s.claim.dir, s.Status(Starting)); err != nil {
		return err
	}
	if err := s.ports.choose(s.options.freePort); err != nil {
		return err
	}
	if s.issuer, err = newIssuer(); err != nil {
		return err
	}
	if err := s.writeCredentials(); err != nil {
		return err
	}
	// moto comes up while the API server does; the next step awaits it.
	if err := s.startMoto(); err != nil {
		return err
	}
	if err := s.startAPIServer(ctx); err != nil {
		return err
	}
	if err := s.startIdentity(ctx); err != nil {
		return err
	}
	if err := s.startCluster(ctx); err != nil {
		return err
	}
	return writeStatus(s.claim.dir, s.Status(Ready))
}

// openLog gives the stack's own servers a log file unless the caller has a
// logger.
func (s *Stack) openLog() error {
	if s.options.Log != nil {
		return nil
	}
	f, err := os.OpenFile(s.path("servers.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("cannot open the stack's log: %w", err)
	}
	s.options.Log = slog.New(slog.NewTextHandler(f, nil))
	return nil
}

// log is the logger of one of the stack's own servers.
func (s *Stack) log(part string) *slog.Logger { return s.options.Log.With("part", part) }

// Stop ends every part and removes the stack's folder.
func (s *Stack) Stop() error {
	s.stopOnce.Do(func() {
		s.supervisor.stop()
		if err := s.claim.remove(); err != nil {
			s.stopErr = fmt.Errorf("removing the stack's folder: %w", err)
		}
	})
	return s.stopErr
}

// abandon ends every part but leaves the folder, with the status and the logs.
func (s *Stack) abandon() error {
	failure := s.supervisor.err()
	s.supervisor.stop()
	return errors.Join(failure, writeStatus(s.claim.dir, s.Status(Failed)))
}

// REST is the connection of a cluster administrator.
func (s *Stack) REST() *rest.Config { return rest.CopyConfig(s.rest) }

// AWS is the configuration of the AWS account's administrator.
func (s *Stack) AWS() aws.Config {
	return aws.Config{
		Region:       Region,
		BaseEndpoint: aws.String(s.awsURL()),
		Credentials:  credentials.StaticCredentialsProvider{Value: s.admin},
	}
}

// Issuer is the URL of the cluster's OIDC issuer.
func (s *Stack) Issuer() string { return s.issuer }

// Failed is closed when a part has died; Err then says which, and why.
func (s *Stack) Failed() <-chan struct{} { return s.supervisor.failed }

// Err is why the stack failed, or nil.
func (s *Stack) Err() error { return s.supervisor.err() }
