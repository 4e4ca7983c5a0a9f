package faults

import (
	"net/http"
	"strings"
)

// inconsistency is what a copy that is behind answers to a call, if that kind of
// call can meet with it.
func inconsistency(call Call, fault Fault) (awsError, bool) {
	switch fault {
	case RoleNotVisible:
		return roleNotVisible(call)
	case PrincipalNotVisible:
		if call.Service == serviceIAM && (call.Operation == "CreateRole" || call.Operation == "UpdateAssumeRolePolicy") {
			return awsError{status: http.StatusBadRequest, code: "MalformedPolicyDocument", message: `Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/new"`}, true
		}
	case QueueNotVisible:
		if call.Service == serviceSQS && call.Operation != "CreateQueue" && !strings.HasPrefix(call.Operation, "List") {
			return awsError{
				status: http.StatusBadRequest, code: "AWS.SimpleQueueService.NonExistentQueue", json: "QueueDoesNotExist",
				message: "The specified queue does not exist.",
			}, true
		}
	case QueueDeletedRecently:
		if call.Service == serviceSQS && call.Operation == "CreateQueue" {
			return awsError{
				status: http.StatusBadRequest, code: "AWS.SimpleQueueService.QueueDeletedRecently", json: "QueueDeletedRecently",
				message: "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
			}, true
		}
	}
	return awsError{}, false
}

// roleNotVisible is IAM's own answer, and that of EKS, which asks IAM.
func roleNotVisible(call Call) (awsError, bool) {
	switch {
	case call.Service == serviceIAM && strings.Contains(call.Operation, "Role") && call.Operation != "CreateRole" && call.Operation != "ListRoles":
		return awsError{status: http.StatusNotFound, code: "NoSuchEntity", message: "The role with name new cannot be found."}, true
	case call.Service == serviceEKS && call.Write && strings.HasSuffix(call.Operation, "/pod-identity-associations"):
		return awsError{status: http.StatusBadRequest, code: "InvalidParameterException", message: "Role provided in the request does not exist."}, true
	}
	return awsError{}, false
}

// Makes reports whether a call makes what the fault then hides: the fault is only
// true to life after it.
func (f Fault) Makes(call Call) bool {
	switch f {
	case RoleNotVisible:
		return call.Service == serviceIAM && call.Operation == "CreateRole"
	case QueueNotVisible:
		return call.Service == serviceSQS && call.Operation == "CreateQueue"
	}
	return false
}
