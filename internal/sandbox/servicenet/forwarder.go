package servicenet

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"
)

// dialTimeout bounds the search for and the connection to a local process.
const dialTimeout = 10 * time.Second

// forwarder is a loopback listener that connects each client to what target
// returns at that moment.
type forwarder struct {
	listener net.Listener
	target   func(context.Context) (string, error)
	log      *slog.Logger
	ctx      context.Context //nolint:containedctx // the listener's lifetime
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

func newForwarder(target func(context.Context) (string, error), log *slog.Logger) (*forwarder, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // listening on loopback does not wait
	if err != nil {
		return nil, err
	}
	f := &forwarder{listener: listener, target: target, log: log}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	f.running.Go(f.accept)
	return f, nil
}

func (f *forwarder) address() string { return f.listener.Addr().String() }

func (f *forwarder) close() {
	f.cancel()
	_ = f.listener.Close()
	f.running.Wait()
}

func (f *forwarder) accept() {
	for {
		client, err := f.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			f.log.Error("cannot accept connections", "error", err)
			return
		}
		f.running.Go(func() { f.serve(client) })
	}
}

func (f *forwarder) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(f.ctx, dialTimeout)
	defer cancel()
	address, err := f.target(ctx)
	if err != nil {
		f.log.Debug("a connection is refused", "error", err)
		return
	}
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		f.log.Debug("a connection is refused", "error", err)
		return
	}
	join(f.ctx, client, server)
}

// join copies between two connections until both directions have ended or ctx
// is done, and closes both. The end of one direction is passed on, so that a
// half-closed connection works.
func join(ctx context.Context, a, b net.Conn) {
	stop := context.AfterFunc(ctx, func() {
		_ = a.Close()
		_ = b.Close()
	})
	defer stop()
	var copies sync.WaitGroup
	copies.Go(func() { copyHalf(a, b) })
	copies.Go(func() { copyHalf(b, a) })
	copies.Wait()
	_ = a.Close()
	_ = b.Close()
}

func copyHalf(to, from net.Conn) {
	_, err := io.Copy(to, from)
	half, ok := to.(interface{ CloseWrite() error })
	if err != nil || !ok {
		_ = to.Close()
		_ = from.Close()
		return
	}
	_ = half.CloseWrite()
}
