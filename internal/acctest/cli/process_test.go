package cli

import (
	"net"
	"os"
	"slices"
	"strconv"
	"testing"
)

func TestSocketOf(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, err := net.Dial("tcp4", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	inode, err := socketOf(client.LocalAddr().String(), client.RemoteAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	// The kernel names an open socket by its inode.
	raw, err := client.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var target string
	if err := raw.Control(func(fd uintptr) {
		target, err = os.Readlink("/proc/self/fd/" + strconv.Itoa(int(fd)))
	}); err != nil {
		t.Fatal(err)
	}
	if err != nil || target != "socket:["+inode+"]" {
		t.Errorf("the socket is %q, %v; want inode %s", target, err, inode)
	}
	if _, err := socketOf(client.LocalAddr().String(), "127.0.0.1:1"); err == nil {
		t.Error("the connection has another peer, and no error says so")
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	result := Result{Stdout: `{"@level":"info","type":"version"}
{"@level":"warn","type":"diagnostic","diagnostic":{"severity":"warning","summary":"W"}}
panic: not JSON
{"@level":"error","type":"diagnostic","diagnostic":{"severity":"error","summary":"S","detail":"D","address":"a.b"}}
{"@level":"error","type":"apply_errored","hook":{"resource":{"addr":"a.b"},"action":"create"}}
{"@level":"info","type":"apply_complete","hook":{"resource":{"addr":"c.d"},"action":"create"}}
`}
	want := Diagnostic{Severity: "error", Summary: "S", Detail: "D", Address: "a.b"}
	if failed := result.Failed(); !slices.Equal(failed, []string{"a.b"}) {
		t.Errorf("failed: %v", failed)
	}
	if got := result.Errors(); len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want only %+v", got, want)
	}
}
