package awsfront

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/iampolicy"
)

// eksCall is one authenticated EKS request.
type eksCall struct {
	ctx    context.Context
	caller Caller
	// path holds the decoded segments of the path that stand for names.
	path  []string
	query url.Values
	body  []byte
}

// decode reads the JSON body of a call.
func (c eksCall) decode(into any) error {
	if len(c.body) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.body, into); err != nil {
		return badRequest("InvalidRequestException", "the request body is malformed: %s", err)
	}
	return nil
}

// eksRoutes maps method and path, with * for a name, to what answers it. The
// paths are those of the EKS API reference.
var eksRoutes = map[string]func(*Front, eksCall) (any, error){
	"GET /clusters":   (*Front).listClusters,
	"GET /clusters/*": (*Front).describeCluster,

	"POST /clusters/*/access-entries":                       (*Front).createAccessEntry,
	"GET /clusters/*/access-entries":                        (*Front).listAccessEntries,
	"GET /clusters/*/access-entries/*":                      (*Front).describeAccessEntry,
	"POST /clusters/*/access-entries/*":                     (*Front).updateAccessEntry,
	"DELETE /clusters/*/access-entries/*":                   (*Front).deleteAccessEntry,
	"POST /clusters/*/access-entries/*/access-policies":     (*Front).associateAccessPolicy,
	"GET /clusters/*/access-entries/*/access-policies":      (*Front).listAssociatedAccessPolicies,
	"DELETE /clusters/*/access-entries/*/access-policies/*": (*Front).disassociateAccessPolicy,
	"GET /access-policies":                                  (*Front).listAccessPolicies,
	"POST /clusters/*/pod-identity-associations":            (*Front).createAssociation,
	"GET /clusters/*/pod-identity-associations":             (*Front).listAssociations,
	"GET /clusters/*/pod-identity-associations/*":           (*Front).describeAssociation,
	"POST /clusters/*/pod-identity-associations/*":          (*Front).updateAssociation,
	"DELETE /clusters/*/pod-identity-associations/*":        (*Front).deleteAssociation,
	"GET /tags/*":    (*Front).listTags,
	"POST /tags/*":   (*Front).tagResource,
	"DELETE /tags/*": (*Front).untagResource,
}

// eksWords are the fixed segments of those paths.
var eksWords = map[string]bool{
	"clusters": true, "access-entries": true, "access-policies": true,
	"pod-identity-associations": true, "tags": true,
}

// eksRoute finds what answers a request, and the names in its path. Fixed
// segments stand at even positions, names at odd ones.
func eksRoute(method, escapedPath string) (func(*Front, eksCall) (any, error), []string) {
	segments := strings.Split(strings.Trim(escapedPath, "/"), "/")
	var names []string
	for i, segment := range segments {
		if i%2 == 0 {
			if !eksWords[segment] {
				return nil, nil
			}
			continue
		}
		name, err := url.PathUnescape(segment)
		if err != nil {
			return nil, nil
		}
		names = append(names, name)
		segments[i] = "*"
	}
	return eksRoutes[method+" /"+strings.Join(segments, "/")], names
}

func (f *Front) serveEKS(w http.ResponseWriter, r *http.Request) {
	result, err := f.answerEKS(r)
	status := http.StatusOK
	if err != nil {
		api := asAPIError(err)
		f.log.Info("EKS refused a request", "method", r.Method, "path", r.URL.Path, "code", api.code, "reason", api.message)
		w.Header().Set("X-Amzn-Errortype", api.code)
		status, result = api.status, map[string]string{"__type": api.code, "message": api.message}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Requestid", newRequestID())
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(result); err != nil {
		f.log.Error("writing a response", "error", err)
	}
}

func (f *Front) answerEKS(r *http.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, badRequest("InvalidRequestException", "%s", err)
	}
	caller, err := f.authenticate(r, body, "eks")
	if err != nil {
		return nil, restCodes.toAPI(err)
	}
	answer, names := eksRoute(r.Method, r.URL.EscapedPath())
	if answer == nil {
		return nil, badRequest("InvalidRequestException", "the local stack does not model this EKS operation: %s %s", r.Method, r.URL.Path)
	}
	return answer(f, eksCall{ctx: r.Context(), caller: caller, path: names, query: r.URL.Query(), body: body})
}

// onCluster authorizes an action on the cluster that the path names and
// requires that it is the stack's. AWS, too, authorizes first.
func (f *Front) onCluster(call eksCall, action string, conditions iampolicy.Context) error {
	if err := f.authorize(call.ctx, call.caller, action, f.clusterARN(call.path[0]), conditions); err != nil {
		return err
	}
	return f.requireCluster(call.path[0])
}

func (f *Front) requireCluster(name string) error {
	if name == "" || name != f.currentCluster().Name {
		return notFound("No cluster found for name: %s.", name)
	}
	return nil
}

func notFound(format string, args ...any) *apiError {
	return &apiError{http.StatusNotFound, "ResourceNotFoundException", fmt.Sprintf(format, args...)}
}

func invalidParameter(format string, args ...any) *apiError {
	return badRequest("InvalidParameterException", format, args...)
}

func inUse(format string, args ...any) *apiError {
	return &apiError{http.StatusConflict, "ResourceInUseException", fmt.Sprintf(format, args...)}
}

// epoch is a time as EKS writes it: seconds since 1970 with a fraction.
type epoch time.Time

func (e epoch) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%.3f", float64(time.Time(e).UnixMilli())/1000), nil
}
