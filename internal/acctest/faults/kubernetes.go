package faults

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Watch is the operation of a Kubernetes call that has no end.
const Watch = "watch"

const serviceKubernetes = "kubernetes"

var kubernetesProtocol = protocol{parse: parseKubernetes, refuse: refuseKubernetes}

// parseKubernetes reads a request as the API server does:
// k8s.io/apiserver/pkg/endpoints/request/requestinfo.go.
func parseKubernetes(r *http.Request, body []byte) Call {
	query := r.URL.Query()
	call := Call{Service: serviceKubernetes, Object: objectOf(r.URL.Path)}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		call.Operation = "get"
		if query.Get("watch") == "true" || query.Get("watch") == "1" {
			call.Operation = Watch
		}
	case http.MethodPatch:
		call.Operation, call.Write = "patch", true
		if r.Header.Get("Content-Type") == "application/apply-patch+yaml" {
			call.Operation = "apply"
		}
	default:
		call.Operation, call.Write = strings.ToLower(r.Method), true
	}
	if query.Has("dryRun") || isReview(call.Object) {
		call.Write = false
	}
	// Where a list or a watch stands is not what it asks for.
	for _, position := range []string{"resourceVersion", "resourceVersionMatch", "continue", "timeout", "timeoutSeconds", "allowWatchBookmarks"} {
		query.Del(position)
	}
	return call.identify(r, query.Encode(), body)
}

// objectOf leaves out of a path what is the same in all.
func objectOf(path string) string {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case segments[0] == "api" && len(segments) > 2:
		segments = segments[2:]
	case segments[0] == "apis" && len(segments) > 3:
		segments = segments[3:]
	}
	if segments[0] == "namespaces" && len(segments) > 2 {
		// namespaces/web/configmaps/settings is configmaps/web/settings.
		segments = append([]string{segments[2], segments[1]}, segments[3:]...)
	}
	return strings.Join(segments, "/")
}

// isReview reports a question to the API server that is put as a creation.
func isReview(object string) bool {
	return slices.Contains([]string{"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews", "tokenreviews", "subjectaccessreviews"}, object)
}

// statuses are the API server's errors. That of Failed is etcd's while it elects
// a leader.
var statuses = map[Fault]metav1.Status{
	Throttled:   {Code: http.StatusTooManyRequests, Reason: metav1.StatusReasonTooManyRequests, Message: "too many requests, please try again later"},
	Failed:      {Code: http.StatusInternalServerError, Reason: metav1.StatusReasonInternalError, Message: "etcdserver: leader changed"},
	Unavailable: {Code: http.StatusServiceUnavailable, Reason: metav1.StatusReasonServiceUnavailable, Message: "apiserver is shutting down"},
}

func refuseKubernetes(w http.ResponseWriter, _ *http.Request, _ Call, fault Fault) bool {
	status, known := statuses[fault]
	if !known {
		return false
	}
	status.TypeMeta, status.Status = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, metav1.StatusFailure
	w.Header().Set("Content-Type", "application/json")
	if fault == Throttled {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(int(status.Code))
	_ = json.NewEncoder(w).Encode(status)
	return true
}
