package worker

import (
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/consumer/job"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/model"
	"github.com/eventscale/terraform-provider-keda/internal/consumer/queue"
)

// What becomes of a message.
const (
	succeeded    = "succeeded"
	deadLettered = "dead_lettered"
	retried      = "retried"
	returned     = "returned"
	// lost is a message whose lease ran out: another consumer's by now.
	lost = "lost"
	// stuck is a message for which SQS did not take the decision: it comes
	// again when its visibility timeout is over.
	stuck = "stuck"
)

// Words of failures beside those of packages job and model.
const (
	resultFailed  = "result_failed"
	resultTooBig  = "result_too_large"
	interrupted   = "interrupted"
	leaseLost     = "lease_lost"
	settleFailed  = "settle_failed"
	invalidPrefix = "invalid_message_"
)

// decision is what is to be done with a message.
type decision struct {
	outcome string
	// delay is for retried and returned.
	delay time.Duration
	// class is the word for the failure, err the failure; both are empty for
	// succeeded.
	class string
	err   error
	// detail is the sentence for the dead-letter queue.
	detail string
	usage  model.Usage
	jobID  string
}

// reason is what the dead-letter entry says.
func (d decision) reason() queue.Reason { return queue.Reason{Word: d.class, Detail: d.detail} }

// invalid is a message that is no job.
func invalid(err *job.Invalid) decision {
	return decision{outcome: deadLettered, class: invalidPrefix + string(err.Reason), err: err, detail: err.Detail}
}

// failed is an inference that failed: another try, unless it would end alike.
func failed(err *model.Error) decision {
	d := decision{outcome: retried, class: string(err.Class), err: err, detail: err.Detail()}
	if err.Permanent() {
		d.outcome = deadLettered
	}
	return d
}
