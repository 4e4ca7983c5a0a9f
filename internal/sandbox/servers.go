package sandbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/pki"
)

// serve runs an HTTP server of the stack's own on a loopback port until the
// stack stops, over TLS when a configuration for it is given.
func (s *Stack) serve(name string, port int, handler http.Handler, secure *tls.Config) error {
	listener, err := (&net.ListenConfig{}).Listen(s.supervisor.ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return fmt.Errorf("%s cannot listen: %w", name, err)
	}
	if secure != nil {
		listener = tls.NewListener(listener, secure)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(s.log(name).Handler(), slog.LevelDebug),
	}
	s.supervisor.task(name, func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, func() { _ = server.Close() })
		defer stop()
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	return nil
}

// serverTLS is for a server with a certificate of the stack's authority.
func serverTLS(pair pki.Pair) (*tls.Config, error) {
	cert, err := tls.X509KeyPair(pair.CertPEM, pair.KeyPEM)
	if err != nil {
		return nil, fmt.Errorf("reading a certificate of the stack: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}, nil
}

// authorities trusts the stack's own authority and nothing else.
func (s *Stack) authorities() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.ca)
	return pool
}
