package sqs

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/eventscale/terraform-provider-keda/internal/aws"
)

// fits refuses a queue of somebody else under whose visibility timeout messages
// would be delivered twice: it counts from the receipt on, until the first
// heartbeat.
func (b binding) fits(live *aws.LiveQueue) error {
	visibility, heartbeat, inference := live.Seconds(types.QueueAttributeNameVisibilityTimeout), b.HeartbeatIntervalSeconds.ValueInt64(), b.MaxInferenceSeconds.ValueInt64()
	switch {
	case heartbeat > 0 && heartbeat*2 > visibility:
		return &unfitError{fmt.Sprintf("SQS queue %q makes received messages visible again after %d s, and the heartbeat comes every %d s, which has to be half of that at most. "+
			"Set the queue's visibility timeout to %d s, or heartbeat_interval_seconds to %d or less.", live.Name, visibility, heartbeat, b.VisibilityTimeoutSeconds.ValueInt64(), visibility/2)}
	case heartbeat == 0 && visibility < inference:
		return &unfitError{fmt.Sprintf("SQS queue %q makes received messages visible again after %d s, while an inference may take %d s and there is no heartbeat: it would be done twice. "+
			"Set the queue's visibility timeout to %d s, or a heartbeat.", live.Name, visibility, inference, b.VisibilityTimeoutSeconds.ValueInt64())}
	}
	return nil
}
