package podrunner

import (
	"sync"
	"time"
)

// task is what a container runs: a *process.Process or a simulated one.
type task interface {
	Done() <-chan struct{}
	ExitCode() int // valid once Done is closed
	Stop(grace time.Duration)
}

// simulated stands for the program of an image that is not in the table. It
// ends when stopped or, where it has a length, by itself; always with success,
// as a well-behaved program does on SIGTERM.
type simulated struct {
	done  chan struct{}
	end   func()
	timer *time.Timer // nil when it runs until stopped
}

func newSimulated() *simulated {
	s := &simulated{done: make(chan struct{})}
	s.end = sync.OnceFunc(func() { close(s.done) })
	return s
}

// endAfter has the task end by itself.
func (s *simulated) endAfter(d time.Duration) *simulated {
	s.timer = time.AfterFunc(d, s.end)
	return s
}

func (s *simulated) Done() <-chan struct{} { return s.done }

func (s *simulated) ExitCode() int { return 0 }

func (s *simulated) Stop(time.Duration) {
	if s.timer != nil {
		s.timer.Stop()
	}
	s.end()
}
