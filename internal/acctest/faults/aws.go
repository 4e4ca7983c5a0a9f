package faults

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/awsfront"
)

// The names of services in signatures.
const (
	serviceEKS = "eks"
	serviceIAM = "iam"
	serviceSQS = "sqs"
	serviceSTS = "sts"
)

// awsProtocol reads the query protocol (IAM, STS), JSON with a target (SQS) and
// REST (EKS).
var awsProtocol = protocol{parse: parseAWS, refuse: refuseAWS}

func parseAWS(r *http.Request, body []byte) Call {
	signature, _ := awsfront.ParseSignature(r)
	call := Call{Service: signature.Service, Operation: operationOf(r, body)}
	call.Write = isAWSWrite(r.Method, call)
	return call.identify(r, "", body)
}

func operationOf(r *http.Request, body []byte) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndexByte(target, '.')+1:]
	}
	if isForm(r) {
		if form, err := url.ParseQuery(string(body)); err == nil {
			return form.Get("Action")
		}
	}
	// EKS has names at every second place of its paths.
	segments := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for i := 1; i < len(segments); i += 2 {
		segments[i] = "*"
	}
	return r.Method + " /" + strings.Join(segments, "/")
}

func isForm(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// isAWSWrite tells by the API's naming. STS makes nothing that lasts.
func isAWSWrite(method string, call Call) bool {
	switch call.Service {
	case serviceEKS:
		return method != http.MethodGet
	case serviceSTS:
		return false
	}
	return !slices.ContainsFunc([]string{"Get", "List", "Simulate", "Receive"}, func(prefix string) bool {
		return strings.HasPrefix(call.Operation, prefix)
	})
}

// awsError is an error as the services document it.
type awsError struct {
	status        int
	code, message string
	// json is the code in JSON protocols, where it differs from the query
	// protocol's.
	json string
}

// awsErrors are what services answer to any call.
var awsErrors = map[Fault]map[string]awsError{
	Throttled: {
		serviceEKS: {status: http.StatusTooManyRequests, code: "ThrottlingException", message: "Rate exceeded"},
		serviceIAM: {status: http.StatusBadRequest, code: "Throttling", message: "Rate exceeded"},
		serviceSQS: {status: http.StatusForbidden, code: "RequestThrottled", message: "Request is throttled."},
		serviceSTS: {status: http.StatusBadRequest, code: "Throttling", message: "Rate exceeded"},
	},
	Failed: {
		serviceEKS: {status: http.StatusInternalServerError, code: "ServerException", message: "Internal error"},
		serviceIAM: {status: http.StatusInternalServerError, code: "ServiceFailure", message: "The request processing has failed because of an unknown error, exception or failure."},
		serviceSQS: {status: http.StatusInternalServerError, code: "InternalFailure", message: "The request processing has failed because of an unknown error, exception or failure."},
		serviceSTS: {status: http.StatusInternalServerError, code: "InternalFailure", message: "The request processing has failed because of an unknown error, exception or failure."},
	},
	Unavailable: {
		serviceEKS: {status: http.StatusServiceUnavailable, code: "ServiceUnavailableException", message: "Service unavailable"},
		serviceIAM: {status: http.StatusServiceUnavailable, code: "ServiceUnavailable", message: "The request has failed due to a temporary failure of the server."},
		serviceSQS: {status: http.StatusServiceUnavailable, code: "ServiceUnavailable", message: "The request has failed due to a temporary failure of the server."},
		serviceSTS: {status: http.StatusServiceUnavailable, code: "ServiceUnavailable", message: "The request has failed due to a temporary failure of the server."},
	},
}

// errorFor is the service's error for a call, if the fault can be an answer to
// it.
func errorFor(call Call, fault Fault) (awsError, bool) {
	if common, known := awsErrors[fault]; known {
		answer, known := common[call.Service]
		return answer, known
	}
	return inconsistency(call, fault)
}

func refuseAWS(w http.ResponseWriter, r *http.Request, call Call, fault Fault) bool {
	answer, can := errorFor(call, fault)
	if !can {
		return false
	}
	if isForm(r) {
		writeXML(w, answer)
	} else {
		writeJSON(w, call.Service, answer)
	}
	return true
}

func writeXML(w http.ResponseWriter, answer awsError) {
	kind := "Sender"
	if answer.status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	text, _ := xml.Marshal(struct {
		XMLName xml.Name `xml:"ErrorResponse"`
		Type    string   `xml:"Error>Type"`
		Code    string   `xml:"Error>Code"`
		Message string   `xml:"Error>Message"`
		ID      string   `xml:"RequestId"`
	}{Type: kind, Code: answer.code, Message: answer.message, ID: requestID})
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(answer.status)
	_, _ = w.Write(text)
}

// requestID tells, in an error that a person reads, where it comes from.
const requestID = "injected-by-the-test"

func writeJSON(w http.ResponseWriter, service string, answer awsError) {
	code := answer.code
	if answer.json != "" {
		code = answer.json
	}
	contentType := "application/json"
	if service == serviceSQS {
		// SQS tells the code of its former protocol, which SDKs then report.
		w.Header().Set("X-Amzn-Query-Error", answer.code+";Sender")
		contentType, code = "application/x-amz-json-1.0", "com.amazonaws.sqs#"+code
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Amzn-Errortype", code)
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(answer.status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": answer.message})
}
