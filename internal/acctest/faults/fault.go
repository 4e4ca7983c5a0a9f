package faults

// Fault is what happens to one attempt at a call.
type Fault string

// The faults of every service.
const (
	// None lets the call pass.
	None Fault = ""
	// Throttled refuses the call because of too many.
	Throttled Fault = "throttled"
	// Failed is an internal error of the service.
	Failed Fault = "failed"
	// Unavailable is a service that answers 503.
	Unavailable Fault = "unavailable"
	// Reset breaks the connection before the service learns of the call.
	Reset Fault = "reset"
	// Lost breaks the connection after the service has carried the call out.
	Lost Fault = "lost"
	// Killed ends the caller after the service has carried the call out.
	Killed Fault = "killed"
)

// The faults of AWS' eventual consistency: answers of a copy that has not heard
// yet of what the caller has just done. A call that cannot meet with the fault
// passes.
const (
	// RoleNotVisible says that an IAM role does not exist.
	RoleNotVisible Fault = "role not visible"
	// QueueNotVisible says that an SQS queue does not exist.
	QueueNotVisible Fault = "queue not visible"
	// QueueDeletedRecently refuses to create an SQS queue, as SQS does for 60
	// seconds after one of the same name was deleted.
	QueueDeletedRecently Fault = "queue deleted recently"
	// PrincipalNotVisible says that a policy names a principal that IAM does not
	// know.
	PrincipalNotVisible Fault = "principal not visible"
)

// Meets reports whether the fault can happen to a call.
func (f Fault) Meets(call Call) bool {
	switch f {
	case Throttled, Failed, Unavailable, Reset, Lost:
		return true
	case Killed:
		return call.Write
	}
	_, can := inconsistency(call, f)
	return can
}
