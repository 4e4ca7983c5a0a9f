package aws

import "time"

// queueBudgets are how long what SQS copies around is waited for.
type queueBudgets struct {
	// deletedRecently is for QueueDeletedRecently: a name is free 60 seconds after a
	// queue of that name was deleted.
	deletedRecently time.Duration
	// visible is for a new queue that does not exist for the next request yet.
	visible time.Duration
	// attributes is for attributes that were set: up to 60 seconds, by the API
	// reference of SetQueueAttributes.
	attributes time.Duration
	// retention is for MessageRetentionPeriod, which the same reference gives 15
	// minutes.
	retention time.Duration
	// deleted is for a queue that was deleted and is still described: the deletion
	// takes up to 60 seconds, and hashicorp/aws waits three minutes for it.
	deleted time.Duration
	// counts is how long the approximate counts of a queue may name messages that
	// are gone: a minute after the last change, by the API reference of
	// GetQueueAttributes.
	counts time.Duration
	// reads is how many answers in a row have to agree.
	reads int
}

var defaultQueueBudgets = queueBudgets{
	deletedRecently: 90 * time.Second,
	visible:         20 * time.Second,
	attributes:      2 * time.Minute,
	retention:       15 * time.Minute,
	deleted:         3 * time.Minute,
	counts:          70 * time.Second,
	reads:           3,
}
