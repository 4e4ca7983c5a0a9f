package worker

import (
	"math/rand/v2"
	"time"
)

// Backoff is how long a message that failed stays away: First after its first
// delivery, twice as long after each other one, Longest at the most.
type Backoff struct{ First, Longest time.Duration }

// Delay is the pause after a delivery, less up to a fifth of it, so that
// messages that failed together do not come back together.
func (b Backoff) Delay(receiveCount int) time.Duration {
	delay := b.First
	for range receiveCount - 1 {
		if delay >= b.Longest {
			break
		}
		delay *= 2
	}
	delay = min(delay, b.Longest)
	return delay - rand.N(delay/5+1) //nolint:gosec // spreads load
}
