package podrunner

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// prober executes probes and HTTP hooks against the local ports of a container.
type prober struct {
	container *corev1.Container
	port      func(containerPort int) (int, error)
}

// probeTransport does not reuse connections, so that a probe sees a listener
// that is gone, and takes any certificate, as the kubelet does.
var probeTransport = &http.Transport{
	DisableKeepAlives: true,
	TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // probes do not authenticate
}

// once executes a probe; nil means success. Exec probes count as passed: there
// is no container to run a command in.
func (p prober) once(ctx context.Context, spec *corev1.Probe) error {
	ctx, cancel := context.WithTimeout(ctx, seconds(max(spec.TimeoutSeconds, 1)))
	defer cancel()
	switch {
	case spec.HTTPGet != nil:
		return p.httpGet(ctx, spec.HTTPGet)
	case spec.TCPSocket != nil:
		return p.connect(ctx, spec.TCPSocket.Port)
	case spec.GRPC != nil:
		return p.connect(ctx, intstr.FromInt32(spec.GRPC.Port))
	}
	return nil
}

func (p prober) httpGet(ctx context.Context, get *corev1.HTTPGetAction) error {
	address, err := p.address(get.Port)
	if err != nil {
		return err
	}
	scheme := strings.ToLower(string(get.Scheme))
	if scheme == "" {
		scheme = "http"
	}
	target := scheme + "://" + address + "/" + strings.TrimPrefix(get.Path, "/")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	for _, h := range get.HTTPHeaders {
		request.Header.Add(h.Name, h.Value)
		if strings.EqualFold(h.Name, "Host") {
			request.Host = h.Value
		}
	}
	client := http.Client{Transport: probeTransport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, 10<<10)
	if response.StatusCode < 200 || response.StatusCode >= 400 {
		return fmt.Errorf("HTTP probe failed with statuscode: %d", response.StatusCode)
	}
	return nil
}

func (p prober) connect(ctx context.Context, port intstr.IntOrString) error {
	address, err := p.address(port)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}

// address returns where a port of the container, by number or name, really is.
func (p prober) address(port intstr.IntOrString) (string, error) {
	number, err := portNumber(p.container, port)
	if err != nil {
		return "", err
	}
	local, err := p.port(number)
	if err != nil {
		return "", err
	}
	return loopback(local), nil
}

func portNumber(container *corev1.Container, port intstr.IntOrString) (int, error) {
	if port.Type == intstr.Int {
		return port.IntValue(), nil
	}
	for _, declared := range container.Ports {
		if declared.Name == port.StrVal {
			return int(declared.ContainerPort), nil
		}
	}
	if number, err := strconv.Atoi(port.StrVal); err == nil {
		return number, nil
	}
	return 0, fmt.Errorf("container %q has no port named %q", container.Name, port.StrVal)
}

func seconds(n int32) time.Duration { return time.Duration(n) * time.Second }

// verdict counts results against a probe's thresholds. It changes only when
// enough results in a row say so.
type verdict struct {
	success, failure int // thresholds
	healthy, known   bool
	successes, fails int
}

func newVerdict(spec *corev1.Probe) *verdict {
	return &verdict{success: max(int(spec.SuccessThreshold), 1), failure: max(int(spec.FailureThreshold), 1)}
}

// add takes a result and tells whether the verdict changed.
func (v *verdict) add(ok bool) (changed bool) {
	if ok {
		v.successes, v.fails = v.successes+1, 0
		if v.successes < v.success {
			return false
		}
	} else {
		v.successes, v.fails = 0, v.fails+1
		if v.fails < v.failure {
			return false
		}
	}
	changed = !v.known || v.healthy != ok
	v.known, v.healthy = true, ok
	return changed
}

// watch executes a probe until the context ends and reports each change of the
// verdict, and each failure.
func (p prober) watch(ctx context.Context, spec *corev1.Probe, failed func(error), changed func(healthy bool)) {
	v := newVerdict(spec)
	wait := seconds(spec.InitialDelaySeconds)
	for {
		if !sleep(ctx, wait) {
			return
		}
		err := p.once(ctx, spec)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			failed(err)
		}
		if v.add(err == nil) {
			changed(v.healthy)
		}
		wait = seconds(max(spec.PeriodSeconds, 1))
	}
}

// sleep waits; it returns false when the context ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
