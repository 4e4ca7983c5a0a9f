package podrunner

import (
	"fmt"
	"strings"
	"testing"
)

func testRewriter() *rewriter {
	r := &rewriter{
		mounts:    []mount{{"/certs", "/local/c"}, {"/certs/sub", "/local/s"}, {"/etc/app/config.yaml", "/local/v/config.yaml"}},
		namespace: "ns",
		addresses: map[string]string{"169.254.170.23:80": "127.0.0.1:4000"},
		port: func(p int) (int, bool) {
			return 20000 + p, p == 8080
		},
		service: func(ns, name string, port int) (string, error) {
			if name == "broken" {
				return "", fmt.Errorf("no listener")
			}
			return fmt.Sprintf("[%s/%s/%d]", ns, name, port), nil
		},
	}
	sortMounts(r.mounts)
	return r
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	r := testRewriter()
	for text, want := range map[string]string{
		"": "",
		// paths
		"/certs":                      "/local/c",
		"--dir=/certs/":               "--dir=/local/c",
		"--ca=/certs/ca.crt,/certs/x": "--ca=/local/c/ca.crt,/local/c/x",
		"/certs/sub/a":                "/local/s/a",
		"/certs/subway":               "/local/c/subway",
		"/certs2/a":                   "/certs2/a",
		"/x/certs/a":                  "/x/certs/a",
		"/etc/app/config.yaml":        "/local/v/config.yaml",
		"file:///certs/a":             "file:///local/c/a",
		"unix:///certs/s.sock":        "unix:///local/c/s.sock",
		"https://a.test/certs/a":      "https://a.test/certs/a", // a URL's path is not the container's
		// Services
		"keda-operator.keda.svc.cluster.local:9666": "[keda/keda-operator/9666]",
		"--a=keda-operator.keda.svc:9666":           "--a=[keda/keda-operator/9666]",
		"http://web.prod.svc/path":                  "http://[prod/web/80]/path",
		"https://web.prod.svc.cluster.local./":      "https://[prod/web/443]/",
		"http://web:8000/v1":                        "http://[ns/web/8000]/v1",
		"a.b.svc:1,c.d.svc:2":                       "[b/a/1],[d/c/2]",
		"http://user:pw@web.prod.svc:80/":           "http://user:pw@[prod/web/80]/",
		// a name without a port is a name, such as a certificate's
		"keda-operator.keda.svc.cluster.local": "keda-operator.keda.svc.cluster.local",
		"/path/a.b.svc:80":                     "/path/a.b.svc:80",
		"https://sqs.us-west-2.amazonaws.com":  "https://sqs.us-west-2.amazonaws.com",
		"arn:aws:iam::123456789012:role/x":     "arn:aws:iam::123456789012:role/x",
		// the pod's own ports
		"http://localhost:8080/health": "http://127.0.0.1:28080/health",
		"127.0.0.1:8080":               "127.0.0.1:28080",
		"--listen=0.0.0.0:8080":        "--listen=127.0.0.1:28080",
		":8080":                        "127.0.0.1:28080",
		"--addr=:8080":                 "--addr=127.0.0.1:28080",
		":9090":                        ":9090",
		"http://localhost:9090/":       "http://localhost:9090/",
		// what only a cluster has
		"http://169.254.170.23/v1/credentials": "http://127.0.0.1:4000/v1/credentials",
	} {
		got, err := r.rewrite(text)
		if err != nil || got != want {
			t.Errorf("rewrite(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	if _, err := r.rewrite("broken.ns.svc:1"); err == nil {
		t.Error("a Service that cannot be reached is not reported")
	}
}

func FuzzRewrite(f *testing.F) {
	f.Add("--x=http://a.b.svc:80/certs?c=/certs/x:8080")
	f.Add("/certs//../certs")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := testRewriter().rewrite(text)
		if strings.Contains(text, "broken") {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.ContainsAny(text, "/:") && got != text {
			t.Errorf("%q has neither a path nor an address and became %q", text, got)
		}
	})
}
