// Package readiness says when an object of KEDA works, why it does not, and
// when its operator is gone.
//
// A ScaledObject or ScaledJob works when KEDA accepts it and has read its
// metrics: the condition Ready is True, and Active is True or False. KEDA's
// conditions carry neither a generation nor a time, so this package looks at
// more than them:
//   - What the status tells of the spec has to fit the spec: the HPA's name and
//     the triggers' types, and after an update the HPA's own bounds and target.
//   - An object that looks ready when it has just been changed has been judged
//     before the change; it has to keep looking so for a while.
//   - KEDA may report Ready again after a metric could not be read, until the
//     next poll. The error is in a Warning event, after which a whole polling
//     interval has to pass without another.
//   - A TriggerAuthentication that does not exist is only in the operator's log.
//
// What cannot be known from outside: whether KEDA has seen a change that shows
// nowhere in the status or the HPA, such as a new polling interval; and whether a
// scaler has been rebuilt since its TriggerAuthentication or Secret changed.
//
// The rules follow KEDA 2.21: controllers/keda/scaledobject_controller.go,
// pkg/scaling/scale_handler.go and pkg/scaling/executor.
package readiness
