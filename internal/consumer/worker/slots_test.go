package worker

import "testing"

func TestSlots(t *testing.T) {
	t.Parallel()
	s := newSlots(2)
	<-s.one()
	if got := s.more(5); got != 1 {
		t.Errorf("%d more slots, want 1 of 2", got)
	}
	first, second := &slot{of: s}, &slot{of: s}
	first.answered()
	second.answered()
	if got := s.more(5); got != 2 {
		t.Errorf("%d slots while two results are written, want 2", got)
	}
	third := &slot{of: s}
	third.answered()
	if got := s.more(5); got != 0 {
		t.Errorf("%d slots while three results are to be written, want none", got)
	}
	third.end()
	first.end()
	fourth := &slot{of: s}
	fourth.answered()
	second.end()
	fourth.end()
	if working, settling := len(s.working), len(s.settling); working != 2 || settling != 2 {
		t.Errorf("%d and %d slots in the end, want 2 and 2", working, settling)
	}
}
