package worker

import (
	"testing"
	"time"
)

func TestBackoffGrows(t *testing.T) {
	t.Parallel()
	b := Backoff{First: 10 * time.Second, Longest: 15 * time.Minute}
	for count, want := range map[int]time.Duration{
		1: 10 * time.Second, 2: 20 * time.Second, 4: 80 * time.Second, 7: 640 * time.Second, 8: 15 * time.Minute, 1000: 15 * time.Minute,
	} {
		if got := b.Delay(count); got > want || got < want*4/5 {
			t.Errorf("after delivery %d it is %s, want %s less up to a fifth", count, got, want)
		}
	}
	if got := (Backoff{}).Delay(3); got != 0 {
		t.Errorf("without a delay it is %s", got)
	}
}
