package podrunner

import (
	"errors"
	"net/netip"
	"sync"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/process"
)

// podCIDR is the stack's range of pod addresses. Nothing listens on them: they
// exist because the API and the controllers want every pod to have one.
var podCIDR = netip.MustParsePrefix("10.244.0.0/16")

// ipPool hands out addresses that are unique while a pod lives. It goes round
// the range, so that an address is not reused at once.
type ipPool struct {
	mu   sync.Mutex
	last netip.Addr
	used map[netip.Addr]bool
}

func newIPPool() *ipPool {
	return &ipPool{last: podCIDR.Addr(), used: map[netip.Addr]bool{}}
}

func (p *ipPool) take() (netip.Addr, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range 1 << (32 - podCIDR.Bits()) {
		p.last = p.last.Next()
		if !podCIDR.Contains(p.last) {
			p.last = podCIDR.Addr().Next()
		}
		if !p.used[p.last] {
			p.used[p.last] = true
			return p.last, nil
		}
	}
	return netip.Addr{}, errors.New("all pod addresses of " + podCIDR.String() + " are in use: delete pods")
}

func (p *ipPool) release(addr netip.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.used, addr)
}

// ports maps the ports of one pod to loopback ports.
type ports struct {
	mu    sync.Mutex
	local map[int]int
}

// get returns the local port of a port, choosing one at the first call.
func (p *ports) get(containerPort int) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if port, ok := p.local[containerPort]; ok {
		return port, nil
	}
	port, err := process.FreePort()
	if err != nil {
		return 0, err
	}
	if p.local == nil {
		p.local = map[int]int{}
	}
	p.local[containerPort] = port
	return port, nil
}

// find returns the local port of a port that a program uses.
func (p *ports) find(containerPort int) (int, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	port, ok := p.local[containerPort]
	return port, ok
}
