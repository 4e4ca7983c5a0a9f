package podrunner

import (
	"cmp"
	"net"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mount is a folder or file of a container and what stands for it locally.
type mount struct{ path, local string }

// rewriter replaces what holds only inside a cluster's container in one text.
type rewriter struct {
	mounts    []mount // the longest path first
	namespace string
	addresses map[string]string
	// port returns the local port of a port that a program of the pod declares.
	port    func(containerPort int) (int, bool)
	service func(namespace, name string, port int) (string, error)
}

func sortMounts(mounts []mount) {
	slices.SortFunc(mounts, func(a, b mount) int { return cmp.Compare(len(b.path), len(a.path)) })
}

func (r *rewriter) rewrite(text string) (string, error) {
	return r.rewriteAddresses(r.rewritePaths(text))
}

// local returns the local path of a container's path.
func (r *rewriter) local(name string) string {
	clean := path.Clean(name)
	for _, m := range r.mounts {
		if clean == m.path {
			return m.local
		}
		if rest, inside := strings.CutPrefix(clean, strings.TrimSuffix(m.path, "/")+"/"); inside {
			return m.local + "/" + rest
		}
	}
	return name
}

// pathByte tells whether a byte belongs to a path, so that /certs is found in
// "--dir=/certs" and "a:/certs/x" but neither in "/certs2" nor in "x/certs".
func pathByte(b byte) bool {
	return b == '/' || b == '.' || b == '-' || b == '_' || b == '~' || b == '@' || b == '%' || b == '+' ||
		b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

func (r *rewriter) rewritePaths(text string) string {
	if len(r.mounts) == 0 {
		return text
	}
	var out strings.Builder
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && pathByte(text[end]) {
			end++
		}
		if end == start {
			out.WriteByte(text[start])
			start++
			continue
		}
		word := text[start:end]
		switch {
		case strings.HasPrefix(word, "///"): // a URL without a host: file, unix
			out.WriteString("//" + r.local(word[2:]))
		case strings.HasPrefix(word, "/") && !strings.HasPrefix(word, "//"):
			out.WriteString(r.local(word))
		default:
			out.WriteString(word)
		}
		start = end
	}
	return out.String()
}

var (
	// address finds an optional scheme, a host and an optional port.
	address = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)?([A-Za-z0-9_.-]+)(?::([0-9]{1,5}))?`)
	// listen finds a bare port to listen on, which is a whole value.
	listen = regexp.MustCompile(`^(.*=)?:([0-9]{1,5})$`)
	// serviceHost is a Service's DNS name with its namespace.
	serviceHost = regexp.MustCompile(`^([a-z0-9]([-a-z0-9]*[a-z0-9])?)\.([a-z0-9]([-a-z0-9]*[a-z0-9])?)\.svc(\.cluster\.local\.?)?$`)
)

func (r *rewriter) rewriteAddresses(text string) (string, error) {
	if m := listen.FindStringSubmatch(text); m != nil {
		if port, ok := r.declared(m[2]); ok {
			return m[1] + loopback(port), nil
		}
		return text, nil
	}
	var out strings.Builder
	last := 0
	for _, m := range address.FindAllStringSubmatchIndex(text, -1) {
		scheme, host, port := group(text, m, 1), group(text, m, 2), group(text, m, 3)
		if scheme == "" && m[0] > 0 && text[m[0]-1] == '/' {
			continue // a part of a path
		}
		if m[1] < len(text) && (text[m[1]] == '@' || text[m[1]] == ':') {
			continue // a user name or password
		}
		local, err := r.address(scheme, host, port)
		if err != nil {
			return "", err
		}
		if local != "" {
			out.WriteString(text[last:m[0]] + scheme + local)
			last = m[1]
		}
	}
	return out.String() + text[last:], nil
}

func group(text string, m []int, n int) string {
	if m[2*n] < 0 {
		return ""
	}
	return text[m[2*n]:m[2*n+1]]
}

// address returns the host:port that stands for an address, or nothing when
// the address means the same everywhere.
func (r *rewriter) address(scheme, host, port string) (string, error) {
	if port == "" {
		port = map[string]string{"http://": "80", "https://": "443"}[scheme]
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 1 || number > 65535 {
		return "", nil //nolint:nilerr // without a port it is a name, such as a TLS server's
	}
	if local, ok := r.addresses[net.JoinHostPort(host, port)]; ok {
		return local, nil
	}
	if m := serviceHost.FindStringSubmatch(host); m != nil {
		return r.service(m[3], m[1], number)
	}
	if host == "localhost" || host == "127.0.0.1" || host == "0.0.0.0" {
		if local, ok := r.declared(port); ok {
			return loopback(local), nil
		}
		return "", nil
	}
	// In a URL a name without a dot can only be a Service beside the pod.
	if scheme != "" && !strings.Contains(host, ".") {
		return r.service(r.namespace, host, number)
	}
	return "", nil
}

func (r *rewriter) declared(port string) (int, bool) {
	number, err := strconv.Atoi(port)
	if err != nil {
		return 0, false
	}
	return r.port(number)
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
