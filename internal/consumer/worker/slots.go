package worker

// maxBatch is the most that one call receives.
const maxBatch = 10

// slots bound the messages that are held at a time: so many whose inference is
// under way, and as many again whose answer is there and is being written down.
// The second kind keeps the model server busy while SQS and S3 take their time;
// when they take too much of it, slots of the first kind are not freed.
type slots struct{ working, settling chan struct{} }

func newSlots(n int) *slots {
	s := &slots{working: make(chan struct{}, n), settling: make(chan struct{}, n)}
	for range n {
		s.working <- struct{}{}
		s.settling <- struct{}{}
	}
	return s
}

// one gives one slot to whoever receives from it.
func (s *slots) one() <-chan struct{} { return s.working }

// more takes up to n slots that are free now.
func (s *slots) more(n int) int {
	for taken := range n {
		select {
		case <-s.working:
		default:
			return taken
		}
	}
	return n
}

// put gives back slots that were taken.
func (s *slots) put(n int) {
	for range n {
		s.working <- struct{}{}
	}
}

// slot is one that was taken for a message. Its message's goroutine alone uses
// it.
type slot struct {
	of       *slots
	settling bool
}

// answered lets another inference begin, if not too many results are being
// written down.
func (s *slot) answered() {
	select {
	case <-s.of.settling:
		s.settling = true
		s.of.put(1)
	default:
	}
}

// end gives the slot back.
func (s *slot) end() {
	if s.settling {
		s.of.settling <- struct{}{}
		return
	}
	s.of.put(1)
}
