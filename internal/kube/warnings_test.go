package kube

import (
	"net/http"
	"reflect"
	"testing"
)

func TestWarningsReachTheirCall(t *testing.T) {
	t.Parallel()
	client := testClient(t, func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(req)
			if err == nil && req.Method == http.MethodPatch {
				resp.Header.Add("Warning", `299 - "cooldownPeriod is not relevant"`)
				resp.Header.Add("Warning", `299 - "cooldownPeriod is not relevant"`)
			}
			return resp, err
		})
	})
	wanted := configMap(testNamespace(t, client), "warned", map[string]any{"a": "1"})
	applied, err := client.Create(testContext(t), wanted, ApplyOptions{FieldManager: testManager})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"cooldownPeriod is not relevant"}; !reflect.DeepEqual(applied.Warnings, want) {
		t.Errorf("warnings %q, want %q", applied.Warnings, want)
	}
}
