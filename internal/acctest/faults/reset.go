package faults

import (
	"crypto/tls"
	"net"
	"net/http"
)

// reset breaks the request's connection as a machine that goes down does: with
// an RST, without a TLS alert. It needs HTTP/1.1.
func reset(w http.ResponseWriter) {
	hijacker, can := w.(http.Hijacker)
	if !can {
		panic("faults: the server speaks a protocol whose connections cannot be broken")
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		// The client has gone already.
		return
	}
	if secure, isTLS := conn.(*tls.Conn); isTLS {
		conn = secure.NetConn()
	}
	if tcp, isTCP := conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
