package faults

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
)

// Kill ends the process that made a connection: its end of it has the address,
// this one the address peer.
type Kill func(address, peer string)

// Seen is one attempt at a call, and how it stands among those since the rule
// was set. Numbers count from 1.
type Seen struct {
	Call

	// Number counts different calls, WriteNumber different writes; it is 0 for a
	// read.
	Number, WriteNumber int
	// Attempt counts the attempts at this call.
	Attempt int
}

// Rule decides what happens to an attempt. It is called one at a time.
type Rule func(Seen) Fault

// Strike is a fault that happened.
type Strike struct {
	Seen

	Fault Fault
}

// interceptor counts the calls of one provider and lets the rule decide.
type interceptor struct {
	// kill ends the process that has a connection's other end.
	kill Kill

	mu      sync.Mutex
	rule    Rule
	calls   []Call
	writes  int
	seen    map[string]Seen
	strikes []Strike
}

// begin counts anew, with another rule; nil disturbs nothing.
func (i *interceptor) begin(rule Rule) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.rule, i.calls, i.writes, i.seen, i.strikes = rule, nil, 0, map[string]Seen{}, nil
}

// decide counts an attempt.
func (i *interceptor) decide(call Call) Fault {
	i.mu.Lock()
	defer i.mu.Unlock()
	seen, again := i.seen[call.key]
	if !again {
		i.calls = append(i.calls, call)
		seen = Seen{Call: call, Number: len(i.calls)}
		if call.Write {
			i.writes++
			seen.WriteNumber = i.writes
		}
	}
	seen.Attempt++
	i.seen[call.key] = seen
	if i.rule == nil {
		return None
	}
	fault := i.rule(seen)
	if fault != None {
		i.strikes = append(i.strikes, Strike{Seen: seen, Fault: fault})
	}
	return fault
}

// protocol is how a service's requests are read and its errors written.
type protocol struct {
	parse func(r *http.Request, body []byte) Call
	// refuse answers with an error, and reports false where the fault cannot be an
	// answer to the call.
	refuse func(w http.ResponseWriter, r *http.Request, call Call, fault Fault) bool
}

// handler stands before a service.
func (i *interceptor) handler(speaks protocol, service http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			reset(w)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		call := speaks.parse(r, body)
		switch fault := i.decide(call); fault {
		case None:
			service.ServeHTTP(w, r)
		case Reset:
			reset(w)
		case Lost, Killed:
			// A watch has no end that one could wait for.
			if call.Operation != Watch {
				service.ServeHTTP(httptest.NewRecorder(), r)
			}
			if fault == Killed {
				i.kill(r.RemoteAddr, fmt.Sprint(r.Context().Value(http.LocalAddrContextKey)))
			}
			reset(w)
		default:
			if !speaks.refuse(w, r, call, fault) {
				service.ServeHTTP(w, r)
			}
		}
	})
}
