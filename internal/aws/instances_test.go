package aws

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ec2Account is an account whose EC2 is the handler.
func ec2Account(t *testing.T, handler http.HandlerFunc) *Account {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(file, []byte("[p]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret-key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return New(Configuration{Region: "us-west-2", Profile: "p", SharedCredentialsFiles: []string{file}, Endpoints: Endpoints{EC2: server.URL}}, "test")
}

func instancesXML(states ...string) string {
	var items strings.Builder
	for i, state := range states {
		fmt.Fprintf(&items, "<item><instancesSet><item><instanceId>i-%d</instanceId><instanceState><code>16</code><name>%s</name></instanceState></item></instancesSet></item>", i, state)
	}
	return `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>` + items.String() + `</reservationSet></DescribeInstancesResponse>`
}

func TestLivingInstances(t *testing.T) {
	t.Parallel()
	account := ec2Account(t, func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("Action") != "DescribeInstances" || r.FormValue("Filter.1.Value.2") != "i-1" || r.FormValue("Filter.2.Name") != "instance-state-name" {
			t.Errorf("asked %v", r.Form)
		}
		if signature := r.Header.Get("Authorization"); !strings.Contains(signature, "/us-west-2/ec2/aws4_request") {
			t.Errorf("signed %q", signature)
		}
		fmt.Fprint(w, instancesXML("running", "shutting-down"))
	})
	got, err := account.LivingInstances(t.Context(), []string{"i-0", "i-1", "i-2"})
	if want := map[string]string{"i-0": "running", "i-1": "shutting-down"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

func TestLivingInstancesInBatches(t *testing.T) {
	t.Parallel()
	requests := 0
	account := ec2Account(t, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		fmt.Fprint(w, instancesXML())
	})
	if got, err := account.LivingInstances(t.Context(), make([]string, instancesBatch+1)); err != nil || len(got) != 0 || requests != 2 {
		t.Errorf("got %v, %v by %d requests", got, err, requests)
	}
}

func TestLivingInstancesRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		want   Reason
	}{
		"no right":      {http.StatusForbidden, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>not authorized to perform: ec2:DescribeInstances</Message></Error></Errors></Response>`, AccessDenied},
		"no credential": {http.StatusUnauthorized, `<Response><Errors><Error><Code>AuthFailure</Code><Message>AWS was not able to validate the provided access credentials</Message></Error></Errors></Response>`, Unauthorized},
		"no EC2":        {http.StatusNotFound, `not here`, Unknown},
		"no XML":        {http.StatusOK, `not XML`, Unknown},
	} {
		account := ec2Account(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(test.status)
			fmt.Fprint(w, test.body)
		})
		if _, err := account.LivingInstances(t.Context(), []string{"i-0"}); err == nil || Classify(err) != test.want {
			t.Errorf("%s: got %v (%s), want %s", name, err, Classify(err), test.want)
		}
	}
}

// TestLivingInstancesAgain fails once, as a throttled service does.
func TestLivingInstancesAgain(t *testing.T) {
	t.Parallel()
	requests := 0
	account := ec2Account(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests++; requests == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slower</Message></Error></Errors></Response>`)
			return
		}
		fmt.Fprint(w, instancesXML("running"))
	})
	if got, err := account.LivingInstances(t.Context(), []string{"i-0"}); err != nil || len(got) != 1 || requests != 2 {
		t.Errorf("got %v, %v by %d requests", got, err, requests)
	}
}
