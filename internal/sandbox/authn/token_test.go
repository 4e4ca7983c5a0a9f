package authn

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
)

const goodURL = "http://127.0.0.1:4566/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256" +
	"&X-Amz-Credential=AKIAX%2F20260101%2Fus-west-2%2Fsts%2Faws4_request&X-Amz-Date=20260101T120000Z&X-Amz-Expires=60" +
	"&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=00"

var (
	testSTS = &url.URL{Scheme: "http", Host: "127.0.0.1:4566"}
	testNow = time.Date(2026, 1, 1, 12, 5, 0, 0, time.UTC)
)

func encode(u string) string {
	return tokenPrefix + base64.RawURLEncoding.EncodeToString([]byte(u))
}

func TestDecodeToken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, with, want string }{
		"good":                      {"", "", ""},
		"another host":              {"127.0.0.1:4566", "127.0.0.1:4567", "does not lead to this stack's STS"},
		"a host with a user":        {"http://", "http://a@", "does not lead"},
		"another scheme":            {"http://", "https://", "does not lead"},
		"another path":              {"/?", "/x?", "does not lead"},
		"another action":            {"GetCallerIdentity", "AssumeRole", "not one of GetCallerIdentity"},
		"no action":                 {"Action=GetCallerIdentity&", "", "not one of GetCallerIdentity"},
		"a second action":           {"Version=", "action=AssumeRole&Version=", "more than once"},
		"a parameter twice":         {"Version=", "Version=1&Version=", "more than once"},
		"a parameter nobody knows":  {"Version=", "RoleArn=x&Version=", "not allowed"},
		"the header is not signed":  {"%3Bx-k8s-aws-id", "", "does not sign the header"},
		"no expiry":                 {"&X-Amz-Expires=60", "", "X-Amz-Expires"},
		"an expiry that is too far": {"X-Amz-Expires=60", "X-Amz-Expires=901", "X-Amz-Expires"},
		"no date":                   {"&X-Amz-Date=20260101T120000Z", "", "X-Amz-Date"},
		"expired":                   {"20260101T120000Z", "20260101T114900Z", "has expired"},
		"a malformed query":         {"Version=", "%zz=", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(goodURL, test.old, test.with, 1)
			_, err := decodeToken(encode(text), testSTS, testNow)
			if test.want == "" && err != nil {
				t.Error(err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	if _, err := decodeToken("eyJ.e30.x", testSTS, testNow); !errors.Is(err, errNotOurs) {
		t.Errorf("a token of another kind: %v", err)
	}
	if _, err := decodeToken(tokenPrefix+"%%%", testSTS, testNow); err == nil {
		t.Error("a token that is not base64 was accepted")
	}
	if _, err := decodeToken(encode(goodURL+"&X-Amz-Security-Token="+strings.Repeat("a", maxTokenLength)), testSTS, testNow); err == nil {
		t.Error("a token that is too long was accepted")
	}
	if _, err := decodeToken(encode(goodURL)+"==", testSTS, testNow); err != nil {
		t.Errorf("a padded token: %v", err)
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for arn, want := range map[string][2]string{
		"arn:aws:iam::123456789012:user/me":                {"arn:aws:iam::123456789012:user/me", ""},
		"arn:aws:iam::123456789012:user/team/me":           {"arn:aws:iam::123456789012:user/team/me", ""},
		"arn:aws:sts::123456789012:assumed-role/r/s@x":     {"arn:aws:iam::123456789012:role/r", "s@x"},
		"arn:aws-cn:sts::123456789012:assumed-role/r/s":    {"arn:aws-cn:iam::123456789012:role/r", "s"},
		"arn:aws:sts::123456789012:federated-user/someone": {},
		"arn:aws:iam::123456789012:root":                   {},
		"arn:aws:sts::123456789012:assumed-role/r":         {},
		"nonsense": {},
	} {
		principal, session, err := canonical(arn)
		if principal != want[0] || session != want[1] || (err != nil) != (want[0] == "") {
			t.Errorf("%s: %q, %q, %v; want %q", arn, principal, session, err, want)
		}
	}
}

// FuzzDecodeToken looks for panics, and for a token that leads elsewhere.
func FuzzDecodeToken(f *testing.F) {
	f.Add(goodURL)
	f.Add("http://127.0.0.1:4566@evil/?Action=GetCallerIdentity")
	f.Fuzz(func(t *testing.T, text string) {
		if u, err := decodeToken(encode(text), testSTS, testNow); err == nil && u.Host != testSTS.Host {
			t.Errorf("%q leads to %s", text, u.Host)
		}
	})
}
