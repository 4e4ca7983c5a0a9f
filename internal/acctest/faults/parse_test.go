package faults

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestParseKubernetes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, target, contentType string
		want                        Call
	}{
		{"GET", "/api/v1/namespaces/web/configmaps/settings", "", Call{Operation: "get", Object: "configmaps/web/settings"}},
		{"GET", "/apis/keda.sh/v1alpha1/namespaces/web/scaledobjects?watch=true&resourceVersion=7", "", Call{Operation: "watch", Object: "scaledobjects/web"}},
		{"PATCH", "/apis/keda.sh/v1alpha1/namespaces/web/scaledobjects/a?fieldManager=x", "application/apply-patch+yaml", Call{Operation: "apply", Object: "scaledobjects/web/a", Write: true}},
		{"PATCH", "/apis/keda.sh/v1alpha1/namespaces/web/scaledobjects/a?dryRun=All", "application/apply-patch+yaml", Call{Operation: "apply", Object: "scaledobjects/web/a"}},
		{"PATCH", "/apis/apps/v1/namespaces/web/deployments/a/scale", "application/merge-patch+json", Call{Operation: "patch", Object: "deployments/web/a/scale", Write: true}},
		{"DELETE", "/api/v1/namespaces/web", "", Call{Operation: "delete", Object: "namespaces/web", Write: true}},
		{"POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "", Call{Operation: "post", Object: "selfsubjectaccessreviews"}},
		{"GET", "/apis/keda.sh/v1alpha1", "", Call{Operation: "get", Object: "apis/keda.sh/v1alpha1"}},
		{"GET", "/version", "", Call{Operation: "get", Object: "version"}},
	} {
		request := httptest.NewRequestWithContext(t.Context(), c.method, c.target, http.NoBody)
		request.Header.Set("Content-Type", c.contentType)
		got := parseKubernetes(request, nil)
		if got.Service != serviceKubernetes || got.Operation != c.want.Operation || got.Object != c.want.Object || got.Write != c.want.Write {
			t.Errorf("%s %s is %+v", c.method, c.target, got)
		}
	}
}

func awsRequest(t *testing.T, service, method, target, body string, header map[string]string) *http.Request {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	request.Header.Set("X-Amz-Date", "20300101T000000Z")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20300101/us-west-2/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	for name, value := range header {
		request.Header.Set(name, value)
	}
	return request
}

func TestParseAWS(t *testing.T) {
	t.Parallel()
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	target := func(operation string) map[string]string {
		return map[string]string{"X-Amz-Target": "AmazonSQS." + operation, "Content-Type": "application/x-amz-json-1.0"}
	}
	for _, c := range []struct {
		request *http.Request
		body    string
		want    Call
	}{
		{awsRequest(t, "iam", "POST", "/", "", form), "Action=CreateRole&RoleName=a", Call{Service: "iam", Operation: "CreateRole", Write: true}},
		{awsRequest(t, "iam", "POST", "/", "", form), "Action=ListRoleTags&RoleName=a", Call{Service: "iam", Operation: "ListRoleTags"}},
		{awsRequest(t, "sts", "POST", "/", "", form), "Action=AssumeRole", Call{Service: "sts", Operation: "AssumeRole"}},
		{awsRequest(t, "sqs", "POST", "/", "", target("CreateQueue")), "{}", Call{Service: "sqs", Operation: "CreateQueue", Write: true}},
		{awsRequest(t, "sqs", "POST", "/", "", target("GetQueueAttributes")), "{}", Call{Service: "sqs", Operation: "GetQueueAttributes"}},
		{awsRequest(t, "eks", "POST", "/clusters/c/pod-identity-associations", "", nil), "{}", Call{Service: "eks", Operation: "POST /clusters/*/pod-identity-associations", Write: true}},
		{awsRequest(t, "eks", "GET", "/clusters/c", "", nil), "", Call{Service: "eks", Operation: "GET /clusters/*"}},
	} {
		got := parseAWS(c.request, []byte(c.body))
		got.key = ""
		if got != c.want {
			t.Errorf("got %+v, want %+v", got, c.want)
		}
	}
}

// A service's clients make up a new token for a call that they begin anew.
func TestAttemptsAreOneCall(t *testing.T) {
	t.Parallel()
	parse := func(body string) string {
		return parseAWS(awsRequest(t, "eks", "POST", "/clusters/c/pod-identity-associations", "", nil), []byte(body)).key
	}
	one := parse(`{"clientRequestToken":"2b0e7bd7-7ea3-4ee5-9b1f-0d4ac8b3d4ae","namespace":"a"}`)
	if again := parse(`{"clientRequestToken":"83d1bd30-02d0-44f4-a4ab-1a0ef4e1d1f5","namespace":"a"}`); again != one {
		t.Error("another token makes another call")
	}
	if other := parse(`{"clientRequestToken":"2b0e7bd7-7ea3-4ee5-9b1f-0d4ac8b3d4ae","namespace":"b"}`); other == one {
		t.Error("another namespace is the same call")
	}
}

func TestDecideCounts(t *testing.T) {
	t.Parallel()
	var seen []Seen
	i := &interceptor{}
	i.begin(func(s Seen) Fault {
		seen = append(seen, s)
		if s.Number == 2 {
			return Reset
		}
		return None
	})
	read, write := Call{Service: "iam", Operation: "GetRole", key: "r"}, Call{Service: "iam", Operation: "CreateRole", Write: true, key: "w"}
	for _, call := range []Call{read, write, read, write} {
		i.decide(call)
	}
	want := []Seen{{read, 1, 0, 1}, {write, 2, 1, 1}, {read, 1, 0, 2}, {write, 2, 1, 2}}
	for n := range want {
		if seen[n] != want[n] {
			t.Errorf("attempt %d: %+v, want %+v", n, seen[n], want[n])
		}
	}
	if len(i.calls) != 2 || len(i.strikes) != 2 || i.strikes[1].Attempt != 2 {
		t.Errorf("calls %v, strikes %v", i.calls, i.strikes)
	}
}
